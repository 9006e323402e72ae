"""From what a turn says to lines a channel can send: words, buttons, nothing of any vendor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from content.languages import FIRST
from content.recordings import Recording
from content.shelf import Paper, Picture, Say, Shelf
from handlers.front import MENU
from handlers.parking import WATCHED
from handlers.talk import JSON, WEB, Forget, Option, Outcome, Place
from handlers.told import GONE
from handlers.turns import ZERO, button
from handlers.wording import brief, fitting


@dataclass(frozen=True, slots=True)
class Button:
    """A choice: its token is verified when it comes back, its label is only read."""

    token: str
    label: str
    short: str = ""  # the same for a list that has little room
    acts: bool = False  # no tick among ticks: one tap sends it, and what is ticked with it

    def dump(self) -> list[JSON]:
        """Plain JSON, as short as it may be."""
        rest = [self.short, True] if self.acts else [self.short] if self.short else []
        return [self.token, self.label, *rest]


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
    picture: str = ""  # the address of a picture, for a channel that shows it
    alone: tuple[int, ...] = ()  # which of the texts are messages of their own, to be sent on as they are
    clears: bool = False  # the talk before it goes from the chat, with the code that it told
    paper: str = ""  # the address of a sheet to print, for a channel that brings files

    def dump(self) -> dict[str, JSON]:
        """Plain JSON for the outbox."""
        buttons = [one.dump() for one in self.buttons]
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
            **({"picture": self.picture} if self.picture else {}),
            **({"paper": self.paper} if self.paper else {}),
            **({"clears": True} if self.clears else {}),
            **({"alone": list(self.alone)} if self.alone else {}),
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
        files, alone = (data.get("sound", ""), data.get("picture", "")), tuple(data.get("alone", ()))
        clears, paper = data.get("clears", False), data.get("paper", "")
        return cls(*shown, language, wipes, covert, *notice, *unasked, *files, alone, clears, paper)

    def parts(self) -> Iterator[Line]:
        """A line for each message, where some texts go alone; what can be tapped stands under the last."""
        numbers = groupby(range(len(self.texts)), lambda number: number if number in self.alone else -1)
        *before, last = [tuple(self.texts[number] for number in group) for _, group in numbers]
        yield from (Line(texts, language=self.language, covert=self.covert) for texts in before)
        yield replace(self, texts=last, alone=())

    def plain(self, choose: str = "") -> str:
        """The same as numbered text, for a channel without buttons; `choose` invites to type a number."""
        rows = [f"{number} {one.label}" for number, one in enumerate(self.buttons, 1)]
        if self.back and self.back.token != MENU:
            rows.append(f"0 {self.back.label}")
        return "\n".join([*self.texts, *([choose] if choose and rows else []), *rows])


def pressed(place: Place, option: Option, shelf: Shelf, language: str, channel: str) -> Button:
    """The button of an option; the web has room for every label."""
    said = fitting(option.label, shelf, channel)
    token, label = button(place, option.name), shelf.text(said, language)
    short = shelf.text(brief(said, shelf), language)
    return Button(token, label, "" if channel == WEB or short == label else short, option.acts)


def render(outcome: Outcome, shelf: Shelf, language: str = FIRST, channel: str = WEB) -> Line | None:
    """The words of an outcome; None when it is silent."""
    asked = outcome.question
    says = (*outcome.notes, *(asked.says if asked else ()))
    if not says:
        return None
    texts = tuple(shelf.text(fitting(say, shelf, channel), language) for say in says)
    alone = tuple(number for number, say in enumerate(says) if say.alone)
    if asked is None or outcome.place is None:
        back = Button(MENU, shelf.text(Say("front.menu"), language)) if asked and not asked.quiet else None
        wipes, shown = WATCHED in says or Forget() in outcome.do, (texts, (), False, outcome.copy, back, language)
        return Line(*shown, wipes, covert=outcome.covert, clears=GONE in says)
    place = outcome.place
    buttons = tuple(pressed(place, one, shelf, language, channel) for one in asked.options)
    back = Button(button(place, ZERO), shelf.text(asked.back, language)) if asked.back else None
    values = [one for say in says for one in say.values.values()]
    sound = next((one.file for one in values if isinstance(one, Recording)), "")
    picture, paper = (next((str(one) for one in values if isinstance(one, kind)), "") for kind in (Picture, Paper))
    said = (texts, buttons, asked.many, outcome.copy, back, language)
    line = Line(*said, covert=outcome.covert, sound=sound, picture=picture, alone=alone, clears=GONE in says)
    return replace(line, paper=paper) if paper else line
