"""Whatever somebody sends, in whatever order, Suar answers, offers a way on, and keeps what a witness wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from content.shelf import Say
from handlers.flows import FLOWS
from handlers.front import MENU
from handlers.parking import STILL
from handlers.reading.places import Found
from handlers.talk import Code, Event, Place, Turn
from tests.locked_screen import telling
from tests.service import shelf
from tests.talks import CODE, Heard, Player, Talk, buttons_of, reader

NAMED = ("kalcit", "tebet", "di bekasi", "jakarta timur", "cakung", "rawajat", "setiabudi")
TYPED = (
    "0",
    "1",
    "2",
    "9",
    "1 3",
    "12",
    "halo",
    "menu",
    "kode",
    "hapus",
    "nomor",
    "privasi",
    "sudah",
    "batal",
    "kirim",
    "👍",
)
OPEN = ("all", "none", ("31.74",), ("31.74", "pengawas"), ("upt-pppa",), ("ppapp-jakpus", "upt-pppa", "pengawas"))
PLACE_STEPS = frozenset({"where", "which", "kota", "kecamatan", "kelurahan", "outside"})
ASKED = frozenset({"whom", "when", "signs", "tell", "review", "add", "officials", "change"})
OF_FAMILY = frozenset({"where", "area", "which", "who", "happened", "tell", "review", "add", "officials"})
WATCHED = shelf().text(Say("front.watched"))

# The witness journey; a walk begins somewhere on it, so that it comes to where mistakes cost most.
JOURNEY: tuple[tuple[str, object], ...] = (
    ("tell", False),
    ("type", "cerita ke petugas"),
    ("tell", True),
    ("type", "ya, masih berlangsung"),
    ("tell", True),
    ("place", "kalcit"),
    ("tell", True),
    ("type", "tambah cerita"),
    ("tell", False),
)

OWN: tuple[tuple[str, object], ...] = (
    ("type", "cerita ke petugas"),
    ("type", "saya sendiri"),
    ("type", "aman"),
    ("type", "boleh"),
    ("type", "tidak"),
)
OF_A_FRIEND = (OWN[0], ("type", "keluarga atau teman saya"), ("type", "di jakarta"))

acts = st.one_of(
    st.tuples(st.just("press"), st.integers(0, 9)),
    st.tuples(st.just("press"), st.integers(0, 9)),
    st.tuples(st.just("type"), st.sampled_from(TYPED)),
    st.tuples(st.just("type"), st.text(max_size=30)),
    st.tuples(st.just("tell"), st.booleans()),
    st.tuples(st.just("place"), st.sampled_from(NAMED)),
    st.tuples(st.just("old"), st.integers(0, 200)),
    st.tuples(
        st.just("other"), st.sampled_from(("sticker", "photo", "voice", "code", "wrong code", "throttled", "silence"))
    ),
)
BEGUN = (*(JOURNEY[:steps] for steps in range(len(JOURNEY) + 1)), OWN, OWN[:4], OF_A_FRIEND)
walks = st.builds(lambda begun, then: [*begun, *then], st.sampled_from(BEGUN), st.lists(acts, min_size=5, max_size=40))
ends = st.lists(st.sampled_from(({"ok": True}, {"ok": False}, {"ok": False, "closed": True})), min_size=1)


@lru_cache
def read(text: str) -> tuple[Found, ...]:
    """The places of a text."""
    return tuple(reader().places.read(text, asked=True))


def a_talk(open_queues: object) -> Talk:
    """A talk without lines: the walk makes them."""
    case = {"state": "selesai", "may_reopen": True, "overdue": True, "letters": [{"text": "Sudah kami baca."}]}
    front = {"channel": "buttons", "open": open_queues, "now": "2026-11-23T10:00:00+07:00", "case": case}
    return Talk("walk", front, (), "")


@dataclass(slots=True)
class Walker:
    """Walks with a player; `told` and `beside` are a witness's words that the next report must hold."""

    player: Player
    told: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)  # the words that an affected person's talk began with or heard
    sent: str = ""  # what they have passed on
    count: int = 0

    @property
    def at(self) -> tuple[str, str]:
        """Where the person stands."""
        place = self.player.place
        return (place.flow, place.step) if place else ("", "")

    def turn(self, act: str, value: object) -> Turn:
        """A message."""
        bare = Turn(shelf=shelf(), now=self.player.now, token=f"{self.count:032x}")
        line = self.player.line
        if act == "press" and line and isinstance(value, int):
            offered = buttons_of(line)
            return replace(bare, pressed=(offered[value % len(offered)].token,) if offered else ("x:0:y",))
        if act == "old" and self.player.pressed and isinstance(value, int):
            return replace(bare, pressed=(self.player.pressed[value % len(self.player.pressed)],))
        if act == "tell":
            return replace(bare, text=f"{'1 ' if value else ''}tadi{self.count} saya lihat")
        if act == "other":
            return self.other(bare, str(value))
        return replace(bare, text=str(value), places=read(str(value)) if act == "place" else ())

    def other(self, bare: Turn, what: str) -> Turn:
        """What is no text and no button."""
        if what == "silence":
            self.player.now += 700
        codes = {"code": CODE, "wrong code": Code(b"none", b"none")}
        media = what if what in {"sticker", "photo", "voice"} else ""
        bare = replace(bare, media=media, reference=f"{self.count}")
        return replace(bare, now=self.player.now, code=codes.get(what), throttled=what == "throttled")

    def walk(self, act: str, value: object) -> None:
        """One message, and what must hold after it."""
        self.count += 1
        turn, before, waited = self.turn(act, value), self.at, self.waits
        heard = self.player.take(turn)
        if act == "tell" and not waited:
            self.note(f"tadi{self.count} saya lihat", before)
        self.forget(before)
        self.check(heard, before)

    @property
    def waits(self) -> bool:
        """Whether an errand runs."""
        return self.player.place is not None and self.player.place.errand is not None

    def note(self, words: str, before: tuple[str, str]) -> None:
        """Remember words that belong to a report, by where they were written."""
        flow, step = before
        if before in {("", ""), ("menu", "top"), ("code", "lost")} or (flow == "report" and step in ASKED):
            self.told.append(words)
        if flow == "family" and step in OF_FAMILY:
            self.told.append(words)
        if flow == "affected":
            self.own.append(words)
        if flow == "report" and step in PLACE_STEPS:
            self.beside.append(words)

    def forget(self, before: tuple[str, str]) -> None:
        """A place that is changed or left takes its words with it; a talk that is erased or cancelled, all of them."""
        if self.at == ("report", "change") or self.at[0] != "report":
            self.beside.clear()
        if self.at == ("", "") and before[0] in {"report", "erase", "family"}:
            self.told.clear()
        if before == ("report", "rewrite") and self.at != before:
            self.told.clear()  # on purpose: somebody wrote them anew
        if before[0] == "affected" and self.at[0] != "affected":
            self.own, self.sent = [], ""
        if before[0] != "affected" and self.at[0] == "affected":
            begun = json.dumps(self.player.place.dump()) if self.player.place else ""
            self.own, self.told = [words for words in self.told if words in begun], []

    def check(self, heard: Heard, before: tuple[str, str]) -> None:
        """Something is said, a way is offered, and no word of a witness is missing from what is filed."""
        place, line = self.player.place, heard.line
        assert self.player.outcome is not None
        for errand in self.player.outcome.errands:
            self.sent += json.dumps(dict(errand.args)) if self.at[0] == "affected" else ""
            if errand.kind == "file":
                draft = errand.args["draft"]
                filed = "\n".join((*draft.get("words", ()), *draft.get("place_words", ())))
                assert [words for words in (*self.told, *self.own, *self.beside) if words not in filed] == []
        if place is not None and place.flow == "affected":
            here = self.sent + json.dumps(place.dump())
            assert [words for words in self.own if words not in here] == []
        if place is not None and place.errand is not None:
            return
        assert line is not None
        assert "learn" in {before[0], self.at[0]} or not telling(line)
        if place is None and line.texts == (WATCHED,):
            assert not line.buttons and line.back is None
            return
        assert line.buttons or line.back
        if place is None:
            assert line.back is not None
            assert line.back.token == MENU

    def end(self, data: dict[str, object]) -> None:
        """The errand that runs ends so."""
        place = self.player.place
        assert place is not None and place.errand is not None
        filing, before = place.errand.kind == "file", self.at
        done = {**data, "code": "melati kuda hujan ember senja pasir", "queue": "ppapp-jaksel"}
        done |= {"report": "r", "public": "00"}
        bare = Turn(shelf=shelf(), now=self.player.now, token="0" * 32, event=Event(place.errand.id, done))
        heard = self.player.take(bare)
        if place.flow == STILL:
            assert (heard.line, self.player.place) == (None, None)
            return
        if filing and data["ok"]:
            self.told.clear()
        self.forget(before)
        self.check(heard, before)


@settings(max_examples=150)
@given(walks, ends, st.sampled_from(OPEN))
def test_a_walk_never_ends_in_silence_or_loses_a_word(
    walked: list[tuple[str, object]], ended: list[dict[str, object]], open_queues: object
) -> None:
    walker = Walker(Player(a_talk(open_queues)))
    for number, (act, value) in enumerate(walked):
        walker.walk(act, value)
        if walker.waits and number % 3:
            walker.end(ended[number % len(ended)])


@settings(max_examples=50)
@given(walks, ends)
def test_the_menu_is_one_word_away_from_anywhere(
    walked: list[tuple[str, object]], ended: list[dict[str, object]]
) -> None:
    walker = Walker(Player(a_talk("all")))
    for number, (act, value) in enumerate(walked):
        walker.walk(act, value)
        if walker.waits:
            walker.end(ended[number % len(ended)])
    walker.walk("type", "menu")
    assert walker.at == ("menu", "top")


def test_a_step_that_a_deploy_took_away_leads_to_the_front() -> None:
    player = Player(a_talk("all"), place=Place("report", "an old question", {}, 7))
    heard = player.take(Turn(shelf=shelf(), now=player.now, token="0" * 32, text="2"))
    assert heard.line is not None
    assert player.place is not None
    assert (player.place.flow, player.place.step) == ("menu", "top")


def test_every_step_can_be_entered() -> None:
    assert {name for name, flow in FLOWS.items() if flow.start not in flow.steps} == set()
