"""Talks run as their transcripts say, on the handlers alone and through a running desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.batch import Errands, body_of
from bot.inbound import Inbound
from bot.service import Service
from handlers.reading.danger import DangerReader
from handlers.render import Line
from models import message
from tests.locked_screen import telling
from tests.service import make_service, shelf, staffed
from tests.talks import (
    FOLDER,
    LABELS,
    READ,
    SILENCE,
    Heard,
    Player,
    Sent,
    Talk,
    buttons_of,
    load_talk,
    spoken,
    unmarked,
    written,
)

TALKS = sorted(FOLDER.glob("*.txt"))
ON_A_DESK = (
    *("saksi", "saksi-tombol", "kalimat-bebas", "ubah", "perintah-di-tengah"),
    *("saya-sendiri", "anak-sendiri-orang-rumah", "saya-sendiri-sapaan-di-tengah", "keluarga"),
)


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_a_talk_runs_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    talk = load_talk(path)
    runs = written(talk, Player(talk).run())
    if request.config.getoption("--rewrite-talks"):
        path.write_text(runs, encoding="utf-8")
    assert runs == path.read_text(encoding="utf-8")


def test_whatever_a_talk_says_first_is_neutral() -> None:
    for path in TALKS:
        player, flow = Player(load_talk(path)), ""
        for number, heard in enumerate(player.run()):
            before, flow = flow, player.place.flow if player.place else ""
            if heard.line and "learn" not in {before, flow}:  # a lesson is opened by its name
                assert not telling(heard.line), (path.stem, number)


def test_the_door_reads_danger_where_a_transcript_says_so_and_nowhere_else() -> None:
    reader, read = DangerReader(shelf().danger), 0
    answers = {one for said in shelf().answers.values() for one in said}  # an answer on offer is no alarm
    for path in TALKS:
        for sent in load_talk(path).sent:
            text = SILENCE.sub("", sent.text).strip()
            if sent.who == "R" and unmarked(text) not in answers and not unmarked(text).startswith(("[", "(")):
                heard, said = reader.read(unmarked(text)), text.removesuffix(unmarked(text))
                marks = [mark for mark, name in READ.items() if mark in said]
                assert [one for one in marks if not getattr(heard, READ[one])] == [], (path.stem, text)
                assert heard.watched == ("(dilihat)" in said), (path.stem, text)
                assert heard.emergency == bool({"(bahaya)", "(berat)"} & set(marks)), (path.stem, text)
                read += len(marks)
    assert read > 30


def test_a_witness_sends_in_seven_replies_and_is_done_in_eight() -> None:
    talk = load_talk(FOLDER / "saksi.txt")
    after_hello = [sent.text for sent in talk.sent if sent.who == "R"][1:]
    heard = list(Player(talk).run())
    filed = next(number for number, one in enumerate(heard) if any(done.startswith("file ") for done in one.done))
    assert filed == 7
    assert len(after_hello) == 8
    assert after_hello[-1] == "SUDAH"


@dataclass(slots=True)
class Visitor:
    """Plays a talk's lines through a running service and takes what waits for them, as the web's door does."""

    service: Service
    talk: Talk
    line: Line | None = None
    seen: int = 0
    errands: list[Errands] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service.desk.start_errands = self.errands.extend

    def run(self) -> Iterator[Heard]:
        """Each line in its order; `X` lets the errand run that waits."""
        return (self.hear(number, sent) for number, sent in enumerate(self.talk.sent))

    def hear(self, number: int, sent: Sent) -> Heard:
        """One line, and everything that it brought."""
        if sent.who == "X":
            started = self.errands.pop()
            self.service.runner.run(started.person, started.errands[0])
        else:
            text = "" if sent.text.startswith("[") else unmarked(sent.text)
            came = Inbound("web", str(number), "a phone", text=text, pressed=self.pressed(sent.text))
            read = asyncio.run(self.service.reading.read(came))
            assert not self.service.desk.hear(read).result().repeated
        said = self.fetch()
        self.line = said or self.line
        return Heard(said, ())

    def pressed(self, text: str) -> tuple[str, ...]:
        """The tokens of the buttons whose labels stand in brackets."""
        if not text.startswith("["):
            return ()
        assert self.line is not None
        tokens = {one.label: one.token for one in buttons_of(self.line)}
        return tuple(tokens[label] for label in LABELS.findall(text))

    def fetch(self) -> Line | None:
        """The one answer that came, if any."""
        house = self.service.house
        key = house.keys.person_key("web", "a phone")
        with house.engine.connect() as connection:
            rows = message.of_person(connection, key, self.seen)
        if not rows:
            return None
        (row,) = rows
        self.seen = row.id
        assert row.body is not None
        return Line.load(json.loads(house.keys.open_field(row.body, body_of(key))))


def words(line: Line | None, written_down: Line | None) -> str:
    """What was said, with the transcript's code in the place of the one that was made."""
    said = spoken(line, buttons=True) if line else ""
    return said.replace(line.copy, written_down.copy) if line and line.copy and written_down else said


@pytest.mark.parametrize("name", ON_A_DESK)
def test_a_running_desk_says_the_same_words(name: str, database_url: str) -> None:
    talk = load_talk(FOLDER / f"{name}.txt")
    with make_service(database_url, lambda: talk.now) as service:
        visitor = Visitor(staffed(service), talk)
        for pure, real in zip(Player(talk).run(), visitor.run(), strict=True):
            assert words(real.line, pure.line) == words(pure.line, pure.line)
