"""The words Suar says: every key there and used, neutral where others may see, short, kind, and in plain Indonesian."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

import handlers
from content.lessons import LessonTopic
from content.offers import Asked, Check, Label
from content.processing import CHANNELS
from content.queues import Queue
from content.shelf import HERE, Say, Value
from content.vocabulary import Family, Hours, Official, Sign, State, Urgency, When
from content.voice import load_voice, unsaid
from handlers import lead_invite, subscribe
from handlers.answer import ACTS
from handlers.attached import TAKEN, UNKEPT
from handlers.duty import WHY
from handlers.flows import FLOWS
from handlers.landing import WHICH
from handlers.numbers import OURS, lines
from handlers.photos import REASONS, SHOWS
from handlers.privacy import BASES, PARTS
from handlers.reading.kinds import ELSEWHERE
from handlers.render import Line, render
from handlers.report import CHANGES
from handlers.report_review import KINDS
from handlers.statement import PROPOSED
from handlers.talk import JSON, Outcome, Place, Question
from handlers.turns import button, question
from tests import alert_words, own_words
from tests.service import shelf

NEEDS = ("danger", "woman", "child", "man", "abroad", "text", "work", "mind")
HOURS = tuple(Hours)
COUNTRIES = ("kamboja", "myanmar", "thailand", "other", "home", "unknown")
TOPICS = tuple(topic for topic in LessonTopic if topic in {one.topic for one in shelf().lessons.values()})
OFFICES = ("rt", "rw", "kelurahan", "kecamatan", "school")
SIGNED = [sign.id for sign in shelf().offers.signs][:4]
PHOTO = {"id": "0" * 32, "kind": "photo"}
INVITING: Mapping[str, tuple[str, ...]] = {
    "home": ("new", "list"),
    "unit": lead_invite.OFFICES,
    "sure": ("yes", "no"),
    "title": lead_invite.OFFICES,
    "one": tuple(lead_invite.ACTS),
    "did": ("renewed", "revoked"),
    "failed": ("many", "gone", "other"),
}
LED: Mapping[str, JSON] = {
    "kelurahan": "Rawajati",
    "office": "rt",
    "unit": "05/03",
    "one": "0",
    "rows": [
        {"id": str(one), "office": "school", "unit": f"{one:02}{'x' * 38}", "term": 1_827_000_000, "linked": one > 0}
        for one in range(20)
    ],
}
SUBSCRIBED: Mapping[str, JSON] = {"kelurahan": "31.72.01.1001", "topics": "both", "rw": "03"}
# What reading made of the words of somebody who ticked nothing that says it.
READ: Mapping[str, JSON] = {
    "when": "ongoing",
    "signs": ["unsure"],
    "words": ["a" * 10_000],
    "read_kind": "online_scam_abroad",
    "read_urgency": "immediate",
    "read_child": True,
    "read_officials": list(Official),
}
UNSURE = {"country": "unknown", "who": "unknown", "money": "unknown", "visa": "unknown", "contract": "unknown"}
TOLD = ("told", "untold")
WAYS = {  # from what a check of an offer came to
    "result": ("report", "card", "soon", "learn", "safe", "again"),
    "card": ("report", "again"),
    "soon": ("report", "again"),
}
BY_CHANNEL = ("privacy.seen", "privacy.phone", "erase.phone", "help.address")


def taught() -> Iterator[tuple[str, str]]:
    """All that is read of the lessons, by key."""
    return (row for lesson in shelf().lessons.values() for row in lesson.words())


# What handlers build a key from, and every value it can take.
BUILT: Mapping[str, tuple[str, ...]] = {
    "menu.{}.{}": tuple(f"menu.which.{name}" for name in (*WHICH, "menu")),
    "{}.{}": (),  # the words of steps, walked below
    "{}.ask": (),
    "code.state.{}": tuple(f"code.state.{state}" for state in State),
    "code.home.{}": tuple(f"code.home.{one}" for one in ("resend", "add", "new", *ACTS, *TOLD, "data", "close")),
    "code.did.{}": tuple(f"code.did.{done}" for done in ("append", *ACTS.values())),
    "offer.country.{}": tuple(f"offer.country.{name}" for name in COUNTRIES),
    "offer.sign.{}": tuple(f"offer.sign.{sign.id}" for sign in shelf().offers.signs),
    "offer.means.{}": tuple(f"offer.means.{sign.id}" for sign in shelf().offers.signs),
    "offer.check.{}": tuple(f"offer.check.{one}" for one in Check),
    "offer.{}.{}": tuple(f"offer.{step}.{name}" for step, names in WAYS.items() for name in names),
    "offer.unclear.{}": tuple(f"offer.unclear.{one}" for one in Asked if one is not Asked.SEEN),
    "offer.result.{}": tuple(f"offer.result.{label}" for label in Label),
    "learn.topic.{}": tuple(f"learn.topic.{topic}" for topic in LessonTopic),
    "lesson.{}.title": tuple(key for key, _ in taught() if key.endswith(".title")),
    "lesson.{}.card.{}": tuple(key for key, _ in taught() if ".card." in key),
    "lesson.{}.ask.{}": tuple(key for key, _ in taught() if ".ask." in key),
    "lesson.{}.ask.0": (),
    "lesson.{}.choice.{}.{}": tuple(key for key, _ in taught() if ".choice." in key),
    "lesson.{}.reason.{}.{}": tuple(key for key, _ in taught() if ".reason." in key),
    "numbers.which.{}": tuple(f"numbers.which.{need}" for need in NEEDS),
    "numbers.card.{}": tuple(f"numbers.card.{need}" for need in NEEDS),
    "numbers.open.{}": ("numbers.open.always", "numbers.open.office"),
    "numbers.month.{}": tuple(f"numbers.month.{month:02}" for month in range(1, 13)),
    "privacy.card.{}": tuple(f"privacy.card.{part}" for part in (*PARTS, "erase")),
    "privacy.part.{}": tuple(f"privacy.part.{part}" for part in PARTS if part not in {"phone", "official"}),
    **{f"{key}.{{}}": tuple(f"{key}.{one}" for one in CHANNELS) for key in BY_CHANNEL},
    "duty.did.{}": tuple(f"duty.did.{one}" for one in ("accepted", "taken", "passed", "last", "gone")),
    "duty.urgency.{}": tuple(f"duty.urgency.{one}" for one in Urgency),
    "duty.state.{}": tuple(f"duty.state.{one}" for one in ("accepted", "taken", "passed", "over")),
    "duty.where.{}": ("duty.where.outside", "duty.where.unknown"),
    "duty.reason.{}": tuple(f"duty.reason.{one}" for one in WHY),
    "duty.notice.{}": ("duty.notice.accept", "duty.notice.pass"),
    "lead.office.{}": tuple(f"lead.office.{office}" for office in OFFICES),
    "lead.home.{}": tuple(f"lead.home.{name}" for name in ("card", "subscribers", "poster", "invite")),
    "lead.forwarded_story.{}": ("lead.forwarded_story.yes", "lead.forwarded_story.unknown"),
    "lead.ready.{}": tuple(f"lead.ready.{name}" for name in ("take", "forward", "spread", "again")),
    "told.ask.{}": ("told.ask.yes", "told.ask.no"),
    **{
        f"lead_invite.{step}.{{}}": tuple(f"lead_invite.{step}.{one}" for one in names)
        for step, names in INVITING.items()
    },
    "subscribe.chosen.{}": tuple(f"subscribe.chosen.{one}" for one in subscribe.TOPICS),
    "subscribe.confirm.{}": ("subscribe.confirm.yes", "subscribe.confirm.change"),
    "subscribe.home.{}": tuple(f"subscribe.home.{one}" for one in ("change", "pause", "resume", "leave")),
    "subscribe.linked.{}": ("subscribe.linked.yes", "subscribe.linked.no"),
    "privacy.basis.{}": tuple(f"privacy.basis.{one}" for one in BASES),
    "privacy.processor.{}": tuple(f"privacy.processor.{one}" for one in shelf().records.processors),
    "erase.sure.{}": ("erase.sure.gone", "erase.sure.stay"),
    "help.card.{}": ("help.card.numbers", "help.card.privacy"),
    "help.answers.{}": ("help.answers.always", "help.answers.office"),
    "report.review.{}": tuple(
        f"report.review.{name}" for name in ("send", "add", "officials", "change", "cancel", "differs")
    ),
    "report.{}.taken": ("report.photo.taken", "report.voice.taken"),
    "report.{}.{}": tuple(f"report.{kind}.{why}" for kind in TAKEN for why in REASONS),
    "report.enough.{}": tuple(f"report.enough.{kind}" for kind in TAKEN),
    "report.summary.{}": tuple(f"report.summary.{kind}" for kind in TAKEN),
    "report.shows.{}": tuple(f"report.shows.{name}" for name in SHOWS),
    "report.shows.heard_{}": tuple(f"report.shows.heard_{name}" for name in SHOWS if name != "drop"),
    "report.kind.{}": tuple(f"report.kind.{kind}" for kind in KINDS),
    "report.read.{}": ("report.read.urgency", "report.read.child"),
    "report.named.{}": ("report.named.remove", "report.named.keep"),
    "report.differs.{}": tuple(f"report.differs.{name}" for name in PROPOSED),
    "report.elsewhere.{}": tuple(f"report.elsewhere.{mark}" for mark in ELSEWHERE),
    "report.change.{}": tuple(f"report.change.{name}" for name in CHANGES),
    "report.said.{}": tuple(f"report.said.{said}" for said in (*When, *Sign)),
    "report.officials.{}": tuple(f"report.officials.{one}" for one in Official),
    "report.officials.told.{}": tuple(f"report.officials.told.{hours}" for hours in HOURS),
    "report.done.{}": tuple(f"report.done.{hours}" for hours in HOURS),
    "report.place.{}": ("report.place.outside", "report.place.unknown"),
    **own_words.BUILT,
    **alert_words.BUILT,
}

# Names are storage: a talk that stands in one of these steps must find it after a deploy.
STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "menu": {
        "top": ("offer", "learn", "report", "numbers"),
        "which": ("menu",),
        "more": ("code", "privacy", "erase", "help", "language", "news"),
    },
    "report": {
        "whom": ("other", "self", "family"),
        "when": ("danger_now", "ongoing", "past", "unknown"),
        "signs": ("locked", "afraid", "papers_held", "many_people", "child", "forced", "other", "unsure"),
        "tell": ("skip",),
        "review": ("send", "differs", "add", "officials", "change", "cancel"),
        "add": (),
        "officials": ("rt", "police", "office", "none"),
        "change": ("when", "signs", "where", "words", "files", "kind"),
        "fetching": (),
        "shows": SHOWS,
        "named": ("remove", "keep"),
        "seen": ("skip",),
        "differs": PROPOSED,
        "kind": (*KINDS, "more", "unsure"),
        "files": ("drop", "stay"),
        "rewrite": ("clear",),
        "sealing": (),
        "saved": ("done",),
        "done": (),
        "dropped": (),
        "where": ("list", "unknown"),
        "which": ("none",),
        "kota": ("31.71", "31.72", "31.73", "31.74", "31.75", "31.01", "outside", "unknown"),
        "kecamatan": ("more", "unknown"),
        "kelurahan": ("unknown",),
        "outside": ("hand_on", "enough"),
    },
    "code": {
        "ask": ("lost",),
        "home": ("resend", "add", "new", "unfinished", "no_answer", "told", "stop", "data", "close"),
        "tell": ("yes", "no"),
        "data": ("correct", "close"),
        "correct": (),
        "add": (),
        "acting": (),
        "lost": ("again", "numbers"),
        "shut": (),
    },
    "offer": {
        "country": COUNTRIES,
        "who": ("person", "company", "unknown"),
        "money": ("yes", "no", "unknown"),
        "visa": ("work", "visit", "unknown"),
        "address": ("yes", "no", "unknown"),
        "contract": ("clear", "unclear", "no", "unknown"),
        "seen": ("papers", "salary", "all_paid", "lie", "hurry", "child", "none", "unknown"),
        "read": ("questions", "report"),
        **WAYS,
    },
    "learn": {
        "pick": (*TOPICS, "report"),
        "lessons": ("report",),
        "before": ("0", "1", "skip"),
        "card": ("next", "listen"),
        "quiz": ("0", "1"),
    },
    "numbers": {"which": NEEDS, "card": ()},
    "privacy": {"card": (*PARTS, "erase"), "part": ("next",)},
    "help": {"card": ("numbers", "privacy")},
    "erase": {"sure": ("gone", "stay"), "going": (), "done": ()},
    "told": {"ask": ("yes", "no"), "keeping": ()},
    "lead_invite": {
        "home": ("new", "list"),
        "office": lead_invite.OFFICES,
        "unit": (),
        "sure": ("yes", "no"),
        "list": ("0", "1", "more"),
        "one": tuple(lead_invite.ACTS),
        "working": (),
    },
    "subscribe": {
        "where": (),
        "which": ("none",),
        "linked": ("yes", "no"),
        "area": ("all", "rw"),
        "rw": (),
        "topics": tuple(subscribe.TOPICS),
        "confirm": ("yes", "change"),
        "saving": (),
        "home": ("change", "pause", "resume", "leave"),
        **dict.fromkeys(("done", "paused", "resumed", "left"), ()),
    },
    "duty": {
        "home": (),
        "referral": (),
        "reason": WHY,
        **alert_words.DUTY,
        "linking": (),
        "acting": (),
        "ending": (),
        "stopped": (),
        "refused": (),
        "unlinked": (),
    },
    "lead": {
        "linking": (),
        "home": ("card", "subscribers", "poster", "invite"),
        "advert": ("skip", "report"),
        "ready": ("take", "forward", "spread", "again"),
        "soon": ("yes", "unknown"),
        "forwarding": (),
        "poster": ("a4", "a5", "kartu"),
        "refused": (),
        "ended": (),
    },
    **own_words.STEPS,
    **alert_words.STEPS,
}

# What may not stand in the first 60 characters of a message: they show on a locked screen (promise 4).
TELLING = re.compile(
    r"\btppo\b|perdagangan orang|traffick|\bkorban|\blapor|\bpolisi|prostitusi|pelacur|\bdijual|\bdisekap|eksploitasi"
    r"|\bmuncikari|\bbudak|\bpaksa",
    re.IGNORECASE,
)
LOCKED_SCREEN = 60
TELLING_IN_ENGLISH = re.compile(
    r"traffick|\bvictim|\breport|\bpolice|prostitut|\bsex|\brape|\babus|\bslave|\bpimp|exploit|\bforced labour"
    r"|\bkidnap|\bbeaten|\bsold\b",
    re.IGNORECASE,
)
LISTED = {
    ("subscribe", "home"),
    ("lead_invite", "list"),
    ("lead", "home"),
    ("lead_alert", "what"),
    ("lead_mine", "one"),
    ("lead_alert", "preview"),
    ("duty", "alert"),
}
EXEMPT = ("learn",)  # a lesson is opened by its name, and is no message that arrives by itself
# Promise 9: no details of violence, no blame, no pictures, no proof, no papers of stay.
NEVER_ASKED = re.compile(
    r"\b(kenapa|mengapa|kok|kabur|melawan|menolak|mau saja|foto|gambar|video|rekam|bukti|buktikan|visa|izin tinggal"
    r"|nik|nama anda|nama kamu|namamu|siapa yang|berapa kali|bagaimana cara|dipukul|diperkosa|disentuh|luka)\b",
    re.IGNORECASE,
)


def telling(line: Line) -> str:
    """What shows on a locked screen and says what the talk is about, in either language."""
    seen = line.plain()[:LOCKED_SCREEN]
    found = TELLING.search(seen) or TELLING_IN_ENGLISH.search(seen)
    return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it can stand before somebody."""

    flow: str
    step: str
    question: Question
    line: Line


def talks() -> Iterator[tuple[str, str, Mapping[str, JSON]]]:
    """Every step with drafts that show all it can show."""
    for flow, steps in FLOWS.items():
        for step in steps.steps:
            if not steps.steps[step].waits:
                yield from ((flow, step, draft) for draft in drafts(flow, step))


ON_CHANNELS: tuple[Mapping[str, JSON], ...] = tuple({"channel": channel} for channel in CHANNELS)
DRAFTS: Mapping[tuple[str, str], tuple[Mapping[str, JSON], ...]] = {
    ("report", "differs"): (READ,),
    ("report", "kind"): ({**READ, "page": 0}, {**READ, "page": 1}),
    ("report", "named"): ({}, {"giving": ["saya satpam di situ", "0812 8877 3345"]}),
    ("numbers", "card"): tuple({"need": need} for need in NEEDS),
    ("code", "home"): ({"may": ["add", "new", "unfinished", "no_answer", "told", "stop"], "unsent": "x"},),
    ("lead", "home"): tuple({"office": office, "kelurahan": "Rawajati"} for office in OFFICES),
    ("lead", "ready"): tuple(
        {"signs": SIGNED, "abroad": abroad, "advert": "x", "kelurahan": "X"} for abroad in (True, False)
    ),
    **alert_words.DRAFTS,
    ("code", "data"): ({"may": ["add"]},),
    ("subscribe", "which"): ({"found": [row.code for row in shelf().gazetteer.kelurahan[: subscribe.OFFERED]]},),
    ("lead_invite", "unit"): tuple({"office": one} for one in lead_invite.OFFICES),
    **dict.fromkeys((("lead_invite", one) for one in ("home", "sure", "list", "one")), (LED,)),
    ("subscribe", "linked"): ({"kelurahan": SUBSCRIBED["kelurahan"]},),
    ("subscribe", "confirm"): (SUBSCRIBED, *({**SUBSCRIBED, "topics": one, "rw": ""} for one in subscribe.TOPICS)),
    ("subscribe", "home"): tuple({**SUBSCRIBED, "paused": paused} for paused in (True, False)),
    ("privacy", "card"): ON_CHANNELS,
    ("privacy", "part"): tuple({**channel, "part": part} for part in PARTS for channel in ON_CHANNELS),
    ("erase", "sure"): ON_CHANNELS,
    ("erase", "done"): ON_CHANNELS,
}


def drafts(flow: str, step: str) -> Iterator[Mapping[str, JSON]]:
    """The drafts worth looking at."""
    full = {"when": "danger_now", "signs": list(Sign), "words": ["a" * 10_000], "kelurahan": "31.75.08.1004"}
    full |= {"kota": "31.75", "place_words": ["b" * 10_000], "officials": list(Official)}
    gazetteer = shelf().gazetteer
    if flow in own_words.STEPS:
        yield from own_words.drafts(flow, step)
    elif (flow, step) in DRAFTS:
        yield from DRAFTS[flow, step]
    elif (flow, step) == ("report", "review"):
        yield from ({**full, **place} for place in ({}, {"kelurahan": ""}, {"kelurahan": "", "kota": "outside"}))
        yield from ({**READ, "read_kind": kind} for kind in KINDS)
    elif (flow, step) == ("report", "change"):
        yield {"files": [PHOTO]}
    elif (flow, step) == ("report", "shows"):
        yield from ({"files": [PHOTO] * count} for count in (1, 2))
    elif (flow, step) == ("report", "which"):
        yield {"found": [row.code for row in gazetteer.kelurahan[:7]]}
        yield {"found": ["31.75", "31.75.08", "outside"]}
    elif (flow, step) == ("report", "done"):
        yield from ({"lead": queue.id, "when": "danger_now"} for queue in first_queues())
    elif (flow, step) == ("report", "kecamatan"):
        yield from ({"area": kota.code, "page": page} for kota in gazetteer.kota() for page in range(2))
    elif (flow, step) == ("report", "kelurahan"):
        areas = [area.code for kota in gazetteer.kota() for area in gazetteer.kecamatan(kota.code)]
        yield from ({"area": area, "page": page} for area in areas for page in range(2))
    elif flow == "offer" and step in {"result", "card", "soon"}:
        yield from offer_drafts()
    elif flow == "learn" and step != "pick":
        yield from lesson_drafts(step)
    else:
        yield {}


def offer_drafts() -> Iterator[Mapping[str, JSON]]:
    """A result with every sign, abroad and at home, one without a sign, and one where nothing is known."""
    worst = {"who": "person", "money": "yes", "contract": "no", "seen": list(STEPS["offer"]["seen"])}
    yield from ({**worst, "country": name, "visa": "visit"} for name in shelf().offers.closed_countries)
    yield {**worst, "country": "home", "address": "no"}
    flags = [sign.id for sign in shelf().offers.signs]
    yield from ({"advert": ["a"], "flags": flags, "shows": ["w" * 43] * len(flags), "far": far} for far in ("yes", ""))
    yield {"advert": ["a"]}
    yield {"country": "other"}
    yield UNSURE
    yield {**UNSURE, "country": "home", "visa": "", "address": "unknown"}


def first_queues() -> tuple[Queue, ...]:
    """Queues whose names may come early in a message: those that can lead or be told at a change of route."""
    leading = (Family.PPAPP, Family.UPT, Family.OVERSIGHT)
    return tuple(queue for queue in shelf().directory.queues.values() if queue.family in leading)


def lesson_drafts(step: str) -> Iterator[Mapping[str, JSON]]:
    """Every list of lessons, every card, every question."""
    if step == "lessons":
        yield from ({"topic": topic} for topic in TOPICS)
        return
    for lesson in shelf().lessons.values():
        count = len(lesson.cards if step == "card" else lesson.quiz)
        field = "card" if step == "card" else "question"
        numbers = range(1 if step == "before" else count)
        yield from ({"lesson": lesson.id, field: number} for number in numbers)


@lru_cache
def shown(language: str = "id") -> tuple[Shown, ...]:
    """All of them, rendered."""
    found = []
    for flow, step, draft in talks():
        place = Place(flow, step, draft, 123_456)
        asked = question(FLOWS, place, shelf())
        line = render(Outcome(place, question=asked), shelf(), language)
        assert line is not None
        found.append(Shown(flow, step, asked, line))
    return tuple(found)


def said_in(value: Value | Question | None) -> Iterator[str]:
    """All keys in a question or a value."""
    if isinstance(value, Question):
        parts: tuple[Value | None, ...] = (*value.says, *(one.label for one in value.options), value.back)
        for part in parts:
            yield from said_in(part)
    elif isinstance(value, Say):
        yield value.key
        for inner in value.values.values():
            yield from said_in(inner)
    elif isinstance(value, tuple):
        for one in value:
            yield from said_in(one)


@lru_cache
def in_source() -> tuple[frozenset[str], frozenset[str]]:
    """The keys that stand in the source as they are, and those that are built, with `{}` for what is put in."""
    whole, built = set(), set()
    for path in sorted(Path(handlers.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Say":
                key = node.args[0]
                for one in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                    if isinstance(one, ast.Constant):
                        whole.add(str(one.value))
                    elif isinstance(one, ast.JoinedStr):
                        built.add("".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in one.values))
            elif isinstance(node, ast.Constant) and node.value in shelf().words["id"]:
                whole.add(str(node.value))
    return frozenset(whole), frozenset(built)


def used() -> frozenset[str]:
    """Every key that handlers can say."""
    walked = {key for one in shown() for key in said_in(one.question)}
    whole, _ = in_source()
    return frozenset(walked | whole | {key for keys in BUILT.values() for key in keys})


def of_web(key: str) -> str:
    """The key whose words a channel says in its own way."""
    web = re.sub(r"(_(chat|telegram|whatsapp(_id)?))?(_list)?$", "", key)
    return web if web in shelf().words["id"] else key  # a name may end so as well


def spoken() -> Iterator[tuple[str, str]]:
    """Every sentence of a talk by its key, and of the lessons."""
    for key, words in shelf().words["id"].items():
        if not key.startswith(("web.", "channel.")):
            yield key, words
    for lesson in shelf().lessons.values():
        yield from ((f"lesson {lesson.id}", card) for card in lesson.cards)
        for asked in lesson.quiz:
            yield f"lesson {lesson.id}", asked.ask
            for choice in asked.choices:
                yield from ((f"lesson {lesson.id}", words) for words in (choice.text, choice.reason))


def test_keys_are_built_only_from_what_is_listed_here() -> None:
    assert in_source()[1] <= set(BUILT)


def test_every_key_that_is_said_exists() -> None:
    assert sorted(key for key in used() if key not in shelf().words["id"]) == []


def test_no_words_lie_unused() -> None:
    elsewhere = ("web.", "channel.", "poster.")
    written = {of_web(key) for key in shelf().words["id"] if not key.startswith(elsewhere)}
    assert sorted(written - used()) == []


def test_the_names_of_steps_and_options_are_what_is_stored() -> None:
    assert {name: set(flow.steps) for name, flow in FLOWS.items()} == {
        name: set(steps) for name, steps in STEPS.items()
    }
    for one in shown():
        offered = {option.name for option in one.question.options}
        pinned = set(STEPS[one.flow][one.step])
        from_data = {"which", "kind", "kecamatan", "kelurahan", "lessons", "before", "quiz", "result"}
        listed = one.step in from_data or (one.flow, one.step) in LISTED
        # By who it is, what was passed on or recorded, or what was read in the words.
        varies = (one.flow in {"affected", "learn"} or one.step == "review") and bool(offered)
        assert pinned & offered if listed or varies else pinned == offered, (one.flow, one.step)


def test_a_talk_that_varies_offers_nothing_that_is_not_pinned_and_all_that_is() -> None:
    for step, pinned in own_words.AFFECTED.items():
        here = (one.question for one in shown() if (one.flow, one.step) == ("affected", step))
        found = {option.name for question in here for option in question.options}
        assert found == set(pinned), step


def test_a_list_never_passes_nine_and_a_button_fits_telegram() -> None:
    for one in shown():
        assert len(one.line.buttons) <= 9, (one.flow, one.step)
        tokens = [*(pressed.token for pressed in one.line.buttons), *([one.line.back.token] if one.line.back else [])]
        assert max((len(token.encode()) for token in tokens), default=0) <= 64, (one.flow, one.step)
        assert len(set(tokens)) == len(tokens), (one.flow, one.step)


def test_no_two_answers_of_a_question_read_alike() -> None:
    for one in shown():
        labels = [pressed.label.lower() for pressed in one.line.buttons]
        assert len(set(labels)) == len(labels), (one.flow, one.step)


def test_a_question_fits_a_small_screen_and_any_channel() -> None:
    assert [(one.flow, one.step) for one in shown() if len(one.line.plain("Ketik angka:")) > 1_600] == []


@pytest.mark.parametrize("need", NEEDS)
def test_a_card_of_numbers_is_read_without_scrolling_for_long(need: str) -> None:
    place = Place("numbers", "card", {"need": need})
    line = render(Outcome(place, question=question(FLOWS, place, shelf())), shelf())
    assert line is not None
    assert len(line.plain()) <= 900
    named = [one for one in lines(need, shelf().hotlines) if one.source != OURS]
    assert line.plain().count("Menurut") == len(named)
    assert OURS not in line.plain()


def test_what_shows_on_a_locked_screen_is_neutral() -> None:
    for one in shown():
        if one.flow not in EXEMPT:
            assert not TELLING.search(one.line.plain()[:LOCKED_SCREEN]), (one.flow, one.step)


def test_every_text_that_can_come_first_is_neutral() -> None:
    labels = {key for one in shown() for option in one.question.options for key in said_in(option.label)}
    rows = {"row", "sign", "month", "summary"}  # these stand in lists
    keys = [key for key, _ in spoken() if not key.startswith(("learn.", "lesson")) and key not in labels]
    first = [key for key in keys if not rows & set(key.split("."))]
    assert [key for key in first if TELLING.search(shelf().words["id"][key][:LOCKED_SCREEN])] == []


@pytest.mark.parametrize("key", sorted(key for key in in_source()[0] if not key.startswith(EXEMPT)))
def test_a_note_that_comes_first_is_neutral(key: str) -> None:
    assert not TELLING.search(shelf().words["id"][key][:LOCKED_SCREEN])


def test_a_note_that_names_a_queue_is_neutral() -> None:
    for queue in shelf().directory.queues.values():
        for state in State:
            assert not TELLING.search(shelf().text(Say(f"code.state.{state}", {"queue": queue.name}))[:LOCKED_SCREEN])
    for queue in first_queues():
        for key in (*BUILT["report.officials.told.{}"], *BUILT["report.done.{}"], "report.unserved"):
            assert not TELLING.search(shelf().text(Say(key, {"queue": queue.name}))[:LOCKED_SCREEN])


@pytest.mark.parametrize("language", shelf().languages)
def test_no_word_is_foreign_rough_or_more_than_we_can_keep(language: str) -> None:
    voice = load_voice(HERE / "voice.yaml")[language]
    words = shelf().words[language].items()
    assert [(key, *found) for key, text in words for found in unsaid(key, text, voice)] == []


@pytest.mark.parametrize(
    ("language", "key", "text", "found"),
    [
        ("id", "menu.hello", "Kenapa tidak kabur? Seharusnya Anda tahu.", ["rough", "rough"]),
        ("id", "menu.hello", "Dijamin 100% anonimitasnya.", ["promised", "promised", "promised"]),
        ("id", "menu.hello", "Submit laporan Anda.", ["foreign"]),
        ("id", "menu.hello", "Kamu aman?", ["rough"]),
        ("id", "child.safe.ask", "Kamu aman?", []),
        ("en", "menu.hello", "You must submit; police won't know.", ["rough", "rough", "promised"]),
        ("id", "menu.hello", "Waspada! Segera laporkan.", ["loud", "loud"]),
        ("id", "menu.hello", "Anda harusnya tahu. Kenapa Anda mau?", ["rough", "rough"]),
        ("id", "menu.hello", "Kami selalu aman. Di sini Anda aman.", ["promised", "promised"]),
        ("id", "menu.hello", "Petugas akan menjawab hari ini. Dijamin.", ["promised", "promised"]),
        ("id", "lesson.magang-palsu.card.1", "TPPO itu eksploitasi.", ["jargon", "jargon"]),
        ("id", "lesson.petugas-mengenali.card.0", "Perdagangan orang (TPPO).", []),
        ("en", "menu.hello", "Beware! You are safe here.", ["loud", "loud", "promised"]),
        ("id", "menu.hello", "Nama Anda tidak kami minta.", []),
    ],
)
def test_the_words_that_are_not_said_are_found(language: str, key: str, text: str, found: list[str]) -> None:
    voice = load_voice(HERE / "voice.yaml")[language]
    assert [manner for manner, _ in unsaid(key, text, voice)] == found


def test_a_child_is_kamu_and_everybody_else_is_anda() -> None:
    for one in shown():
        if "child." in " ".join(said_in(one.question)):
            assert not re.search(r"\bAnda\b", one.line.plain()), one.step
    assert [key for key, words in spoken() if key.startswith("child.") and re.search(r"\bAnda\b", words)] == []


@pytest.mark.parametrize("flow", ["affected", "child"])
def test_nothing_is_asked_that_an_affected_person_is_never_asked(flow: str) -> None:
    # One sentence of each may name photos: the one that says that none is needed.
    said = [(key, words) for key, words in spoken() if key.startswith(f"{flow}.") and key not in UNKEPT.values()]
    assert len(said) > 30
    assert [(key, found.group()) for key, words in said if (found := NEVER_ASKED.search(words))] == []
    asked = re.compile(r"\b(nama|sekolah|kelas|guru)", re.IGNORECASE)
    assert [key for key, words in said if flow == "child" and asked.search(words)] == []


def test_a_resident_tells_and_never_files() -> None:
    office = re.compile(r"\b(lapor|laporan|melapor|pelapor|pengaduan|tiket|kasus)\w*", re.IGNORECASE)
    assert [(key, words) for key, words in spoken() if office.search(words)] == []


def test_sentences_are_short() -> None:
    text = " ".join(re.sub(r"[{}]", "", words) + "\n" for _, words in spoken())
    sentences = [one for part in re.split(r"[.?!\n]", text) if len(one := part.split()) > 1]
    assert statistics.median(map(len, sentences)) <= 12
    assert max(map(len, sentences)) <= 30


def test_placeholders_are_filled_by_what_is_said_with_them() -> None:
    for one in shown():
        for text in (*one.line.texts, *(pressed.label for pressed in one.line.buttons)):
            assert not re.search(r"\{\w+\}", text), (one.flow, one.step)
    assert [key for key, words in shelf().words["id"].items() if not words] == []


def test_suar_says_what_it_never_asks_for_and_gives_numbers_for_danger() -> None:
    texts = {(one.flow, one.step): one.line.plain() for one in shown()}
    assert "Suar tidak pernah minta uang, OTP, atau foto KTP." in texts["privacy", "card"]
    assert "112" in texts["menu", "top"]
    assert "110" in texts["menu", "top"]
    assert "Nama dan KTP tidak kami minta." in shelf().words["id"]["menu.hello"]


def test_button_tokens_carry_the_turn() -> None:
    assert button(Place("report", "when", {}, 7), "past") == "report.when:7:past"
