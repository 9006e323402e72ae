"""What the talks can say: steps, keys that are built, and drafts to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from content.lessons import LessonTopic
from content.offers import Asked, Check, Label
from content.processing import CHANNELS
from content.vocabulary import Hours, Official, Sign, State, Urgency, When
from handlers import lead_invite, subscribe
from handlers.answer import ACTS
from handlers.attached import TAKEN
from handlers.duty import WHY
from handlers.landing import WHICH
from handlers.photos import REASONS, SHOWS
from handlers.privacy import BASES, PARTS
from handlers.reading.kinds import ELSEWHERE
from handlers.report import CHANGES
from handlers.report_review import KINDS
from handlers.statement import PROPOSED
from handlers.talk import JSON
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
    "lead.ready.{}": tuple(f"lead.ready.{name}" for name in ("take", "forward", "report", "spread", "again")),
    "told.ask.{}": ("told.ask.yes", "told.ask.no"),
    **{
        f"lead_invite.{step}.{{}}": tuple(f"lead_invite.{step}.{one}" for one in names)
        for step, names in INVITING.items()
    },
    "subscribe.chosen.{}": tuple(f"subscribe.chosen.{one}" for one in subscribe.TOPICS),
    "subscribe.confirm.{}": ("subscribe.confirm.yes", "subscribe.confirm.change"),
    "subscribe.home.{}": tuple(f"subscribe.home.{one}" for one in ("change", "pause", "resume", "leave")),
    "subscribe.elsewhere.{}": ("subscribe.elsewhere.lesson", "subscribe.elsewhere.offer"),
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
        "elsewhere": ("lesson", "offer"),
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
        "ready": ("take", "forward", "report", "spread", "again"),
        "soon": ("yes", "unknown"),
        "forwarding": (),
        "poster": ("a4", "a5", "kartu"),
        "refused": (),
        "ended": (),
    },
    **own_words.STEPS,
    **alert_words.STEPS,
}

ON_CHANNELS: tuple[Mapping[str, JSON], ...] = tuple({"channel": channel} for channel in CHANNELS)
DRAFTS: Mapping[tuple[str, str], tuple[Mapping[str, JSON], ...]] = {
    ("report", "differs"): (READ,),
    ("report", "kind"): ({**READ, "page": 0}, {**READ, "page": 1}),
    ("report", "named"): ({}, {"giving": ["saya satpam di situ", "0812 8877 3345"]}),
    ("numbers", "card"): tuple({"need": need} for need in NEEDS),
    ("code", "home"): ({"may": ["add", "new", "unfinished", "no_answer", "told", "stop"], "unsent": "x"},),
    ("lead", "home"): tuple({"office": office, "kelurahan": "Rawajati"} for office in OFFICES),
    ("lead", "ready"): tuple(
        {"signs": SIGNED, "abroad": abroad, "advert": "x", "story": ["x"], "kelurahan": "X"} for abroad in (True, False)
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
