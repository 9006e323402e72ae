"""A person's hand on the web chat in a browser: a press is over when the page has its answer."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def quiet(page: Page) -> None:
    """Until what was sent before has been answered."""
    expect(page.locator("form[aria-busy]")).to_have_count(0)


def press(page: Page, *labels: str) -> None:
    """Press buttons of the newest question by their labels, waiting for each answer."""
    for label in labels:
        quiet(page)
        click(page, page.get_by_role("button", name=label, exact=True))


def click(page: Page, button: Locator) -> None:
    """Click; where no script answers in place, until the browser shows the page that came back."""
    if page.locator("form#chat").count() and not page.locator("html.js").count():
        with page.expect_navigation():
            button.click()
    else:
        button.click()
