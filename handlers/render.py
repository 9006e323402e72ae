"""From what a turn says to lines a channel can send: words, buttons, nothing of any vendor."""

from __future__ import annotations

from dataclasses import dataclass

from content.shelf import Say, Shelf
from handlers.front import MENU
from handlers.talk import JSON, Outcome
from handlers.turns import ZERO, button


@dataclass(frozen=True, slots=True)
class Button:
    """A choice: its token is verified when it comes back, its label is only read."""

    token: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One turn's answer: paragraphs, then choices. `copy` is worth a copy button; `many` allows several choices."""

    texts: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    many: bool = False
    copy: str = ""
    back: Button | None = None  # 0, or the menu after an ending

    def dump(self) -> dict[str, JSON]:
        """Plain JSON for the outbox."""
        buttons = [[one.token, one.label] for one in self.buttons]
        back = [self.back.token, self.back.label] if self.back else None
        return {
            "texts": list(self.texts),
            "buttons": buttons,
            "many": self.many,
            "copy": self.copy,
            "back": back,
        }

    @classmethod
    def load(cls, data: dict[str, JSON]) -> Line:
        """The line that `dump` wrote."""
        buttons = tuple(Button(*one) for one in data["buttons"])
        back = Button(*data["back"]) if data["back"] else None
        return cls(tuple(data["texts"]), buttons, data["many"], data["copy"], back)

    def plain(self, choose: str = "") -> str:
        """The same as numbered text, for a channel without buttons; `choose` invites to type a number."""
        rows = [f"{number} {one.label}" for number, one in enumerate(self.buttons, 1)]
        if self.back and self.back.token != MENU:
            rows.append(f"0 {self.back.label}")
        return "\n".join([*self.texts, *([choose] if choose and rows else []), *rows])


def render(outcome: Outcome, shelf: Shelf, language: str = "id") -> Line | None:
    """The words of an outcome; None when it is silent."""
    asked = outcome.question
    says = (*outcome.notes, *(asked.says if asked else ()))
    if not says:
        return None
    texts = tuple(shelf.text(say, language) for say in says)
    if asked is None or outcome.place is None:
        back = Button(MENU, shelf.text(Say("front.menu"), language)) if asked and not asked.quiet else None
        return Line(texts, copy=outcome.copy, back=back)
    place = outcome.place
    buttons = tuple(Button(button(place, one.name), shelf.text(one.label, language)) for one in asked.options)
    back = Button(button(place, ZERO), shelf.text(asked.back, language)) if asked.back else None
    return Line(texts, buttons, asked.many, outcome.copy, back)
