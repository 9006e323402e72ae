"""From what a turn says to lines a channel can send: words, buttons, nothing of any vendor."""

from __future__ import annotations

from dataclasses import dataclass

from content.languages import FIRST
from content.recordings import Recording
from content.shelf import Say, Shelf
from handlers.front import MENU
from handlers.parking import WATCHED
from handlers.talk import JSON, WEB, Forget, Outcome
from handlers.turns import ZERO, button

CHAT = "chat"  # words end in _telegram where one messenger needs its own, in _chat for every messenger


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
    language: str = FIRST
    wipes: bool = False  # a screen keeps nothing of the talk but this
    covert: bool = False  # of a talk that nobody may see on a list of chats or a locked screen
    notice: str = ""  # the notice to a caseworker that this is
    changes: bool = False  # it stands in place of what that notice said
    template: str = ""  # the message that says this where a vendor takes only what it has approved
    variables: tuple[str, ...] = ()  # what stands in that
    sound: str = ""  # the file of a recording that is played

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
            "language": self.language,
            "wipes": self.wipes,
            "covert": self.covert,
            **({"notice": self.notice, "changes": self.changes} if self.notice else {}),
            **({"sound": self.sound} if self.sound else {}),
            **({"template": self.template, "variables": list(self.variables)} if self.template else {}),
        }

    @classmethod
    def load(cls, data: dict[str, JSON]) -> Line:
        """The line that `dump` wrote."""
        buttons = tuple(Button(*one) for one in data["buttons"])
        back = Button(*data["back"]) if data["back"] else None
        language, wipes = data.get("language", FIRST), data.get("wipes", False)
        covert, notice = data.get("covert", False), (data.get("notice", ""), data.get("changes", False))
        unasked = (data.get("template", ""), tuple(data.get("variables", ())))
        shown = (tuple(data["texts"]), buttons, data["many"], data["copy"], back)
        return cls(*shown, language, wipes, covert, *notice, *unasked, data.get("sound", ""))

    def plain(self, choose: str = "") -> str:
        """The same as numbered text, for a channel without buttons; `choose` invites to type a number."""
        rows = [f"{number} {one.label}" for number, one in enumerate(self.buttons, 1)]
        if self.back and self.back.token != MENU:
            rows.append(f"0 {self.back.label}")
        return "\n".join([*self.texts, *([choose] if choose and rows else []), *rows])


def fitting(say: Say, shelf: Shelf, channel: str) -> Say:
    """The words of this channel, where some stand beside those of the web: what a phone keeps of a talk differs."""
    if channel == WEB:
        return say
    written, own = shelf.words[FIRST], (f"{say.key}_{channel}", f"{say.key}_{CHAT}")
    return next((Say(key, say.values) for key in own if key in written), say)


def render(outcome: Outcome, shelf: Shelf, language: str = FIRST, channel: str = WEB) -> Line | None:
    """The words of an outcome; None when it is silent."""
    asked = outcome.question
    says = (*outcome.notes, *(asked.says if asked else ()))
    if not says:
        return None
    texts = tuple(shelf.text(fitting(say, shelf, channel), language) for say in says)
    if asked is None or outcome.place is None:
        back = Button(MENU, shelf.text(Say("front.menu"), language)) if asked and not asked.quiet else None
        wipes = WATCHED in says or Forget() in outcome.do
        return Line(texts, copy=outcome.copy, back=back, language=language, wipes=wipes, covert=outcome.covert)
    place = outcome.place
    buttons = tuple(Button(button(place, one.name), shelf.text(one.label, language)) for one in asked.options)
    back = Button(button(place, ZERO), shelf.text(asked.back, language)) if asked.back else None
    played = [one.file for say in says for one in say.values.values() if isinstance(one, Recording)]
    sound = played[0] if played else ""
    return Line(texts, buttons, asked.many, outcome.copy, back, language, covert=outcome.covert, sound=sound)
