"""The one page of the web chat, and the pieces of it that its script puts in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.channels.web_history import History, seal_history, seal_slip
from bot.channels.web_token import Token, write_token
from bot.house import House
from content.shelf import Say
from handlers.first import opening
from handlers.front import LANGUAGE
from handlers.photos import offered
from handlers.render import Line, render

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
# The words of the page that no answer brings along.
KEPT: Final = (
    *("title", "name", "under", "skip", "log", "box", "send", "exit", "exit_hint"),
    *("you", "sending", "offline", "down", "empty", "unsent", "sealing", "photo_own", "photo_large", "trial"),
)
WHOLE: Final = 7  # digits of a number that is never broken across lines: it is read to somebody who dials
UNBROKEN: Final = Markup('<span class="number">{}</span>')
FIGURES: Final = re.compile(r"(?<![\w+])\+?\d(?:[\d -]{0,20}\d)?(?!\w)")  # what may be a number as people write it
SHEET: Final = re.compile(r"(https?://[\w.:-]+/lembar)/[\w=.-]+")  # the address of a card or poster: longer than a line
SHEET_LINK: Final = Markup('<a href="{}" target="_blank" rel="noreferrer noopener">{}</a>')


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: the bubbles, a notice above the box, and what stays in the box and in the ticks."""

    token: Token
    history: History
    id: str
    notice: str = ""
    draft: str = field(default="", repr=False)
    picked: tuple[str, ...] = ()
    waits: bool = False
    fresh: bool = False  # answers in it have not been taken yet


class Pages:
    """The templates with the words of the shelf; made once."""

    def __init__(self, house: House, *, trial: bool) -> None:
        self.house, self.trial = house, trial  # nobody real reads what is written on a trial
        env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        env.globals.update(version=versions(STATIC), photos=offered)
        env.filters["marked"] = marker([line.dial for line in house.shelf.hotlines if line.dial])
        codes = house.shelf.languages
        self.languages = tuple((f"{LANGUAGE}{code}", self.say(code, "language")) for code in codes)
        self.page = env.get_template("chat.html")
        self.bubbles = env.get_template("bubbles.html")

    def say(self, language: str, key: str, **values: str | int) -> str:
        """The page's own words."""
        return self.house.shelf.text(Say(f"web.{key}", values), language)

    def words(self, language: str) -> dict[str, str]:
        """Those that stay while the talk goes on, for the script; `#` stands for a number that it puts in."""
        long = self.say(language, "long", length="#", limit=self.house.shelf.terms.text_limit)
        return {"long": long, **{key: self.say(language, key) for key in KEPT}}

    def pressed_language(self, pressed: Sequence[str]) -> str:
        """The own name of the language whose button was pressed, or nothing."""
        return next((name for token, name in self.languages if (token,) == tuple(pressed)), "")

    def start(self, token: Token, notice: str = "", draft: str = "") -> View:
        """The page as everybody finds it: the greeting and the menu, nothing of anybody."""
        line = render(opening(self.house.flows, self.house.shelf), self.house.shelf)
        return View(token, History((line,) if line else ()), self.house.token(), notice, draft)

    def html(self, view: View) -> str:
        """The whole page, in the language of its newest answer."""
        keys, language = self.house.keys, view.history.language
        slip = seal_slip(view.token, view.history.seen, keys) if view.fresh else ""
        return self.page.render(
            view=view,
            say=partial(self.say, language),
            language=language,
            languages=self.languages,
            words=json.dumps(self.words(language), ensure_ascii=False),
            limit=self.house.shelf.terms.text_limit,
            token=write_token(view.token, keys),
            history=seal_history(view.history, view.token, keys),
            slip=slip,
            trial=self.trial,
        )

    def piece(self, lines: Sequence[Line], language: str) -> str:
        """The bubbles of new answers, for the script."""
        return self.bubbles.render(bubbles=lines, picked=(), say=partial(self.say, language))


def versions(folder: Path) -> dict[str, str]:
    """A few digits of each file's hash by its name: a new version has a new address."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in sorted(folder.iterdir())}


def marker(dials: Sequence[str]) -> Callable[[str, str], Markup]:
    """A filter: the telephone numbers we know become links for a thumb, and the words worth copying stand out."""
    known = {digits(dial): dial for dial in dials}

    def links(text: str) -> Markup:
        parts, end = [Markup()], 0
        for found in FIGURES.finditer(text):
            dial, number = known.get(digits(found.group())), found.group()
            if dial or len(digits(number)) >= WHOLE:
                link = Markup('<a href="tel:{}">{}</a>').format(dial, number)
                parts += [escape(text[end : found.start()]), link if dial else UNBROKEN.format(number)]
                end = found.end()
        return Markup().join([*parts, escape(text[end:])])

    def sheets(text: str) -> Markup:
        parts, end = [], 0
        for found in SHEET.finditer(text):
            parts += [links(text[end : found.start()]), SHEET_LINK.format(found.group(), found[1])]
            end = found.end()
        return Markup().join([*parts, links(text[end:])])

    def marked(text: str, copy: str) -> Markup:
        pieces = text.split(copy) if copy else [text]
        return Markup("<strong data-once>{}</strong>").format(copy).join(sheets(piece) for piece in pieces)

    return marked


def digits(number: str) -> str:
    """A number as it is dialled inside the country, whatever it is written with."""
    plain = re.sub(r"\D", "", number)
    return f"0{plain[2:]}" if plain.startswith("62") else plain
