"""The menu: what Suar can do, and what stands behind Lainnya."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.shelf import Say, Shelf
from handlers.talk import Draft, Flow, Go, Option, Question, Turn


@dataclass(frozen=True, slots=True)
class Menu(Draft):
    """`said` is what was told before anybody asked."""

    said: tuple[str, ...] = ()
    place: str = ""  # the kelurahan of the link somebody came by


flow = Flow("menu", Menu, start="top", story="said")
TOP = {"offer": "offer.country", "learn": "learn.pick", "report": "report.whom", "numbers": "numbers.which"}
MORE = {"code": "code.ask", "privacy": "privacy.card", "erase": "erase.sure", "help": "help.card"}


def offers(step: str, names: tuple[str, ...]) -> tuple[Option, ...]:
    """The options of a step, labelled under its name."""
    return tuple(Option(name, Say(f"menu.{step}.{name}")) for name in names)


def show_top(draft: Menu, shelf: Shelf) -> Question:
    """The menu with the danger line; 0 opens Lainnya."""
    return Question((Say("menu.top.ask"),), offers("top", tuple(TOP)), back=Say("menu.top.more"))


@flow.ask(show=show_top)
def top(draft: Menu, turn: Turn) -> Go[Menu]:
    """Free words are kept as the beginning of a story until a later issue reads them."""
    if turn.choice in TOP:
        beside = (turn.words,) if turn.words else ()
        seed = {"found": [draft.place]} if turn.choice == "report" and draft.place else {}
        return Go(TOP[turn.choice], replace(draft, said=(*draft.said, *beside)), seed=seed)
    return Go("top", replace(draft, said=(*draft.said, turn.text)), notes=(Say("front.heard"),))


@flow.ask(*MORE, "language")
def more(draft: Menu, turn: Turn) -> Go[Menu]:
    """Code, privacy, erase, help, the next language."""
    if turn.choice == "language":
        languages = (*turn.shelf.languages, *turn.shelf.languages)
        following = languages[languages.index(turn.language) + 1]
        return Go("top", notes=(Say("menu.hello"),), language=following)
    if turn.choice in MORE:
        return Go(MORE[turn.choice], seed={"channel": turn.channel})
    return Go("more", notes=(Say("front.choose"),))
