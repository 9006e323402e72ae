"""Talks as transcripts: what somebody sends, word for word, and what Suar answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from content.languages import FIRST
from handlers import lead, lead_alert, lead_card
from handlers.cases import CaseView, Kept, Letter
from handlers.flows import FLOWS
from handlers.lead_invite import INVITE, LED, RENEW, REVOKE
from handlers.reading.reader import Reader
from handlers.render import Button, Line, render
from handlers.subscribe import MINE
from handlers.subscribe_entry import WAYS
from handlers.subscribed import Choice, Rest, Taught
from handlers.talk import WEB, Code, Effect, Errand, Event, Forget, Need, Outcome, Place, Turn
from tests.service import shelf

FOLDER = Path(__file__).parent / "talks"
MARK = re.compile(r"^(R|X|B|D)> ?(.*)$")
LABELS = re.compile(r"\[([^\]]*)\]")
SILENCE = re.compile(r"\(diam (\d+) menit\)")
LONG = re.compile(r"\((\d+) huruf\)")
MEDIA = {"(stiker)": "sticker", "(foto)": "photo", "(suara)": "voice"}
CODE = Code(b"locator", b"key")
READ = {"(dilihat)": "watched", "(bahaya)": "emergency", "(berat)": "suicide"}  # what the door reads in the words after
READ_AS = re.compile(r"(?:\(dilihat\)|\(bahaya\)|\(berat\)) *")


@dataclass(frozen=True, slots=True)
class Sent:
    """One line of a transcript: `R` what a resident sends, `X` how an errand ended, as JSON."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A transcript: its front matter, what is sent, and the whole file as it stands."""

    name: str
    front: Mapping[str, Any]
    sent: tuple[Sent, ...]
    text: str

    @property
    def buttons(self) -> bool:
        """Whether the channel has buttons; else lists are numbered."""
        return bool(self.front.get("channel") == "buttons")

    @property
    def on(self) -> str:
        """The channel it runs on."""
        return str(self.front.get("via", WEB))

    @property
    def now(self) -> int:
        """When the talk begins, seconds since 1970."""
        return int(datetime.fromisoformat(self.front["now"]).timestamp())

    @property
    def open(self) -> frozenset[str]:
        """The queues that can read: `all`, `none`, or ids; a kota's code stands for all its queues."""
        wanted, queues = self.front.get("open", "all"), shelf().directory.queues
        if wanted == "all":
            return frozenset(queues)
        named = () if wanted == "none" else tuple(wanted)
        return frozenset(id for id, queue in queues.items() if id in named or queue.kota_code in named)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one line."""

    line: Line | None
    done: tuple[str, ...]


def load_talk(path: Path) -> Talk:
    """Read a transcript."""
    text = path.read_text(encoding="utf-8")
    _, matter, body = f"\n{text}".split("\n---\n", 2)
    found = (MARK.match(line) for line in body.splitlines())
    sent = tuple(Sent(one[1], one[2]) for one in found if one and one[1] in "RX")
    return Talk(path.stem, yaml.safe_load(matter), sent, text)


def written(talk: Talk, heard: Iterator[Heard]) -> str:
    """The transcript as the talk runs now."""
    rows = [row for sent, one in zip(talk.sent, heard, strict=True) for row in block(sent, one, talk.buttons)]
    matter = talk.text[: talk.text.index("\n---\n", 4) + 5]
    return matter + "\n".join(rows) + "\n"


def block(sent: Sent, heard: Heard, buttons: bool) -> list[str]:
    """One line and what was answered and done."""
    said = spoken(heard.line, buttons) if heard.line else "(diam)"
    answer = [f"B> {row}" if first else f"   {row}".rstrip() for first, row in marked(said.splitlines())]
    return [f"{sent.who}> {sent.text}".rstrip(), *answer, *(f"D> {one}" for one in heard.done)]


def marked(rows: list[str]) -> Iterator[tuple[bool, str]]:
    """Each row, and whether it is the first."""
    return ((number == 0, row) for number, row in enumerate(rows))


def spoken(line: Line, buttons: bool) -> str:
    """A line as a channel shows it."""
    if not buttons:
        return line.plain()
    return "\n".join([*line.texts, *(f"[{one.label}]" for one in buttons_of(line))])


def buttons_of(line: Line) -> tuple[Button, ...]:
    """All that can be pressed, the way back last."""
    return (*line.buttons, line.back) if line.back else line.buttons


@lru_cache
def reader() -> Reader:
    """All readers, whose indexes take a moment to build."""
    return Reader(shelf())


def case_view(data: Mapping[str, Any]) -> CaseView:
    """The case that a transcript's code opens."""
    letters = tuple(
        Letter(f"letter{number}", one["text"], bool(one.get("closing")))
        for number, one in enumerate(data.get("letters", ()))
    )
    return CaseView(
        report="report",
        public="00",
        state=data.get("state", "diterima"),
        queue=data.get("queue", "ppapp-jaksel"),
        letters=letters,
        overdue=bool(data.get("overdue")),
        asked_again=bool(data.get("asked_again")),
        may_reopen=bool(data.get("may_reopen")),
        no_contact=bool(data.get("no_contact")),
        told=bool(data.get("told")),
        own=bool(data.get("own")),
    )


def kept(talk: Talk) -> Kept:
    """What its holder may know of the data of that case; two desks read it since the talk began."""
    case = talk.front["case"]
    closed = talk.now if case.get("state") == "selesai" else None
    return Kept(talk.now, closed, ("ppapp-jaksel", "upt-pppa"), bool(case.get("no_contact")))


@dataclass(slots=True)
class Player:
    """Plays a talk on the handlers alone; the place goes through JSON before each turn, as a restart would take it."""

    talk: Talk
    now: int = 0
    place: Place | None = None
    language: str = FIRST
    line: Line | None = None
    pressed: list[str] = field(default_factory=list)  # every token that was ever offered
    outcome: Outcome | None = None  # of the last turn

    def __post_init__(self) -> None:
        self.now = self.talk.now

    def run(self) -> Iterator[Heard]:
        """Play the lines in their order."""
        return (self.hear(sent) for sent in self.talk.sent)

    def hear(self, sent: Sent) -> Heard:
        """One line."""
        lapsed = False
        if silence := SILENCE.match(sent.text):
            self.now += 60 * int(silence[1])
            lapsed = self.silent(int(silence[1]))
            sent = replace(sent, text=sent.text[silence.end() :].strip())
        return self.take(replace(self.turn(sent), now=self.now, lapsed=lapsed))

    def silent(self, minutes: int) -> bool:
        """End the talk if nothing was said for too long; whether that is told to whoever writes next."""
        if self.place is None or self.place.errand is not None:
            return False
        flow, terms = FLOWS[self.place.flow], shelf().terms
        if minutes <= (terms.parked_minutes if flow.parks else terms.draft_minutes):
            return False
        self.place = None
        return flow.tells

    def take(self, turn: Turn) -> Heard:
        """Play a turn, with what it needs, and stand where it leads."""
        self.place = Place.load(json.loads(json.dumps(self.place.dump()))) if self.place else None
        outcome = lead.answer(FLOWS, self.place, turn)
        while isinstance(outcome, Need):
            turn = replace(turn, found={**turn.found, outcome: self.found(outcome)})
            outcome = lead.answer(FLOWS, self.place, turn)
        self.place, self.language = outcome.place, outcome.language or self.language
        line = render(outcome, shelf(), self.language, self.talk.on)
        self.language = FIRST if Forget() in outcome.do else self.language
        self.line = line or self.line
        self.pressed += [one.token for one in (line.buttons if line else ())]
        self.outcome = outcome
        return Heard(line, (*(errand_said(one) for one in outcome.errands), *(effect_said(one) for one in outcome.do)))

    def found(self, need: Need) -> Any:
        """What the store would answer."""
        front = self.talk.front
        known: Mapping[str, Callable[[], Any]] = {
            "open": lambda: self.talk.open,
            "kept": lambda: kept(self.talk),
            lead.LEADER.kind: lambda: lead.Leads(**front["leads"]) if "leads" in front else None,
            lead_card.SHEET: lambda: "https://suar.example/lembar/x.y",
            lead_alert.SIZE: lambda: front.get("size", 50),
            lead.CARRIED.kind: lambda: front.get("carried", True),
            lead_alert.REPEATED: lambda: front.get("repeated", False),
            lead_alert.OWN.kind: lambda: front.get("mine"),
            MINE.kind: lambda: Choice(**front["subscribed"]) if "subscribed" in front else None,
            WAYS: lambda: (need.key[0] in front.get("brings", ("telegram",)), tuple(front.get("links", ()))),
            LED: lambda: front.get("led"),
        }
        if need.kind in known:
            return known[need.kind]()
        return case_view(front["case"]) if need.key == CODE else None

    def turn(self, sent: Sent) -> Turn:
        """What a line means: a press, something that is no text, a code, an errand's end, or words."""
        token = f"{self.place.turn if self.place else 0:032x}"
        push = bool(self.talk.front.get("push"))  # on a channel that can bring words nobody has just asked for
        here = replace(Turn(shelf(), self.now, token), channel=self.talk.on)
        bare = replace(here, language=self.language, can_push=push)
        text = sent.text
        if sent.who == "X":
            errand = self.place and self.place.errand
            return replace(bare, event=Event(errand.id if errand else "", json.loads(text)))
        if text.startswith("["):
            return replace(bare, pressed=tuple(self.token(label) for label in LABELS.findall(text)))
        if long := LONG.match(text):
            text = "a" * int(long[1])
        if text in MEDIA:
            return replace(bare, media=MEDIA[text])
        if text.startswith("(kode"):
            return coded(bare, text)
        while mark := READ_AS.match(text):
            text, bare = text[mark.end() :], read_as(bare, READ[mark[0].strip()])
        text = "" if text == "(kosong)" else text
        meaning = reader().meaning(text, reader().danger.read(text))
        return replace(bare, text=text, places=tuple(reader().places.read(text, asked=True)), meaning=meaning)

    def token(self, label: str) -> str:
        """The token of the newest button with this label; `lama` is the very first button that was offered."""
        if label == "lama":
            return self.pressed[0]
        assert self.line is not None
        return next(one.token for one in buttons_of(self.line) if one.label == label)


def unmarked(text: str) -> str:
    """The words without what the transcript says the door reads in them."""
    while mark := READ_AS.match(text):
        text = text[mark.end() :]
    return text


def read_as(bare: Turn, name: str) -> Turn:
    """The message as one more of danger, of somebody who is watched, or of somebody who wants to die."""
    if name == "watched":
        return replace(bare, watched=True)
    return replace(bare, emergency=True, suicide=bare.suicide or name == "suicide")  # as the door reads them


def coded(bare: Turn, text: str) -> Turn:
    """`(kode)` opens the case of the front matter, `(kode salah)` opens nothing, `(kode ditahan)` was not tried."""
    if text == "(kode ditahan)":
        return replace(bare, throttled=True)
    return replace(bare, code=CODE if text == "(kode)" else Code(b"none", b"none"))


def errand_said(errand: Errand) -> str:
    """An errand by its kind, with the words it carries on."""
    if errand.kind in {"subscribe", INVITE, RENEW, REVOKE}:
        return f"{errand.kind} {json.dumps(dict(errand.args), ensure_ascii=False, sort_keys=True)}"
    story = errand.args.get("draft") or {
        key: errand.args[key] for key in ("words", "letters", "told") if key in errand.args
    }
    return f"{errand.kind} {json.dumps(story, ensure_ascii=False, sort_keys=True)}"


def effect_said(effect: Effect) -> str:
    """An effect by its name."""
    if isinstance(effect, Rest):
        return "leave" if effect.days is None else f"rest {effect.days}"
    if isinstance(effect, Taught):
        return "taught"
    return "forget" if isinstance(effect, Forget) else f"count {effect.name}"
