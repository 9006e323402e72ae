"""What all tests share: databases, a browser, traffic on loopback only, a list of what could not run."""

import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.databases import Databases, Postgres, Sqlite, Unavailable, in_memory, running_postgres

COULD_NOT_RUN = "could not run: "
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # The browser is a process of its own, out of reach of what guards our sockets.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-talks", action="store_true", help="write what Suar says now into tests/talks/*.txt")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.allow_hosts = "127.0.0.1,::1,localhost"
    config.option.allow_unix_socket = True
    # A machine that others use too is slow now and then, and that is no fault of the code.
    hypothesis.settings.register_profile("suar", deadline=None)
    hypothesis.settings.load_profile("suar")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser's tests and put them last: until Playwright stops, its loop occupies the thread."""
    for item in items:
        if _wants_browser(item):
            item.add_marker(pytest.mark.browser)
    items.sort(key=_wants_browser)


def _wants_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _fail_where_all_must_run(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        _fail_where_all_must_run(report)
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was left out."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return reason.removeprefix("Skipped: ")


def _fail_where_all_must_run(report: pytest.TestReport | pytest.CollectReport) -> None:
    """With SUAR_TEST_ALL=1 a test left out is a test failed."""
    if os.environ.get("SUAR_TEST_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"{COULD_NOT_RUN}{_reason(report)}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Write what could not run below everything else that pytest has to say; the tests may run in several processes."""
    yield
    left_out = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    if left_out:
        terminalreporter.section("could not run here")
        for reason, tests in sorted(left_out.items()):
            terminalreporter.line(f"- {tests} test{'s' if tests > 1 else ''}: {reason}")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Sqlite]:
    with TemporaryDirectory(prefix="suar-sqlite-", dir=in_memory()) as folder:
        yield Sqlite(Path(folder))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        with running_postgres(in_memory()) as server:
            yield server
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Each engine in turn, for tests that start from a prepared database."""
    engine: Databases = request.getfixturevalue(request.param)
    return engine


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The URL of an empty database, on each engine in turn."""
    with databases.fresh() as url:
        yield url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium_path(playwright: Playwright) -> Path:
    """The system's Chromium, else the one that Playwright keeps."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    own = Path(playwright.chromium.executable_path)
    if not own.exists():
        pytest.skip("no Chromium here: install the package chromium, or run playwright install chromium")
    return own


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: Path) -> Iterator[Browser]:
    # Chromium's sandbox refuses to start for root.
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    browser = playwright.chromium.launch(executable_path=chromium_path, args=flags)
    yield browser
    browser.close()
