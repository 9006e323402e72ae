"""A witness's photos and voice messages: fetched beside the desk, gone with the talk, sealed to the report."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot import clock
from bot.batch import body_of
from bot.codes import code_salt, derive
from bot.filing import file_part
from bot.inbound import Inbound, Receipt
from bot.media import GONE, LARGE, LARGEST, Refused
from bot.scrub import Scrubber
from bot.sealing import FILE_CLASSES, info_report, unpad, unseal, unwrap_for_code
from bot.uploads import MOST_WAITING, Fetcher, Full, Kept, keep, load, sealed_under
from handlers.attached import FETCH, attached
from handlers.statement import Statement
from handlers.talk import Errand, Place
from handlers.turns import button
from models import case
from models import file as files
from models.base import DAY, HOUR
from models.channel_tables import upload
from models.tables import file, item, outbox, report
from tests import tally
from tests.databases import Databases
from tests.hostile import SECRET, photo, telling, voice
from tests.tally import CHANNEL, IDS, Clock, Office, key_of, keys, office, place_kept, rows, seat_at, until, words

TOLD = Statement(when="ongoing", signs=("locked",), words=("ada suara minta tolong",), kota="31.74")
REVIEW = Place("report", "review", TOLD.dump(), 7, None, ("whom", "when", "signs", "where"))
TELL = Place("report", "tell", Statement(when="ongoing", signs=("other",)).dump(), 4, None, ("whom", "when", "signs"))


@dataclass(slots=True)
class Phone:
    """A vendor that keeps what people sent, and may be slow with it."""

    sent: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    def fetch(self, reference: str, most: int, seconds: float) -> bytes:
        self.asked.append(reference)
        assert self.open.wait(20)
        if reference not in self.sent:
            raise Refused(GONE)
        return self.sent[reference]


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh(tally.staffed) as url:
        yield url


@pytest.fixture
def vendor() -> Phone:
    one = Phone({"a": telling("JPEG"), "b": photo("PNG"), "c": photo("WEBP"), "d": photo(), "gif": photo("GIF")})
    one.sent |= {"ogg": voice(), "amr": b"#!AMR\n" + bytes(99), "empty": b"", "huge": bytes(LARGEST["photo"] + 1)}
    one.open.set()
    return one


@pytest.fixture
def here(url: str, time: Clock, vendor: Phone) -> Iterator[Office]:
    with office(url, now=time) as here:
        here.runner.sources[CHANNEL] = vendor
        yield here


def send(here: Office, kind: str, reference: str, text: str = "", who: str = "wati") -> Receipt:
    """Send something that is no text; what it says is not known before it was fetched."""
    one = Inbound(CHANNEL, f"m{next(IDS)}", who, text, media=kind, reference=reference)
    return here.desk.hear(one).result(20)


def said(here: Office, who: str = "wati") -> list[str]:
    """Every paragraph that was said and still waits."""
    query = sa.select(outbox.c.body).where(outbox.c.person == key_of(who)).order_by(outbox.c.id)
    with here.engine.connect().execution_options(reading=True) as connection:
        bodies = connection.execute(query).scalars().all()
    return [text for body in bodies for text in json.loads(keys().open_field(body, body_of(key_of(who))))["texts"]]


def stands(here: Office, who: str = "wati") -> Place:
    """Where somebody stands once nothing is on its way for them."""
    until(lambda: (place := place_kept(here.engine, who)) is not None and place.errand is None)
    place = place_kept(here.engine, who)
    assert place is not None
    return place


def press(here: Office, option: str, who: str = "wati") -> Receipt:
    return tally.say(here.desk, who, pressed=(button(stands(here, who), option),))


def kinds(place: Place) -> list[str]:
    return [one["kind"] for one in place.draft.get("files", ())]


def kept(here: Office) -> Sequence[str]:
    """The ids of all uploads."""
    with here.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(upload.c.id)).scalars())


def filed(here: Office, who: str = "wati") -> tuple[Any, bytes]:
    """Send the report; its row and its private key, by the code that was told."""
    press(here, "send", who)
    until(lambda: tally.heard_codes(here.engine, who))
    (code,) = tally.heard_codes(here.engine, who)
    found = derive(code.split(), code_salt(keys().pepper))
    with here.engine.connect().execution_options(reading=True) as connection:
        row = case.by_locator(connection, [found.locator])[found.locator]
    return row, unwrap_for_code(found.key, row.code_wrap, row.id)


def opened(here: Office, row: Any, private: bytes) -> list[tuple[str, bytes]]:
    """Kind and bytes of a report's files."""
    with here.engine.connect().execution_options(reading=True) as connection:
        found = [files.one(connection, row.id, one.number) for one in files.of_report(connection, row.id)]
    return [
        (one.kind, unpad(unseal(private, one.body, info_report(row.id, file_part(one.number))), FILE_CLASSES))
        for one in found
        if one
    ]


def story_of(here: Office, row: Any, private: bytes) -> Any:
    with here.engine.connect().execution_options(reading=True) as connection:
        (one,) = case.items(connection, [row.id], ["story"])
    return json.loads(unpad(unseal(private, bytes(one.body), info_report(row.id, one.id))))


# From a photo to the case


def test_a_photo_is_asked_about_and_goes_with_the_report(here: Office) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    assert send(here, "photo", "a", "ini rumahnya").waits
    assert stands(here).step == "shows"
    assert said(here)[-2:] == [words("report.photo.taken"), words("report.shows.ask")]
    press(here, "yes")
    assert stands(here).step == "review"
    row, private = filed(here)
    ((kind, data),) = opened(here, row, private)
    assert kind == "photo" and data.startswith(b"\xff\xd8") and SECRET not in data
    story = story_of(here, row, private)
    assert story["files"] == [{"kind": "photo", "shows": "yes"}]
    assert story["words"] == [*TOLD.words, "ini rumahnya"]
    until(lambda: rows(here.engine, upload) == 0)


def test_an_album_is_taken_one_after_another_and_asked_about_once(here: Office, vendor: Phone) -> None:
    seat_at(here.desk, "wati", place=TELL)
    vendor.open.clear()
    for reference in "abcd":
        send(here, "photo", reference)
    tally.say(here.desk, "wati", "jendelanya ditutup kayu")
    send(here, "voice", "ogg")
    vendor.open.set()
    place = stands(here)
    assert (place.step, kinds(place)) == ("shows", ["photo"] * 3 + ["voice"])
    assert words("report.enough.photo") in said(here)
    assert said(here)[-1] == words("report.shows.ask_all")
    assert vendor.asked == ["a", "b", "c", "ogg"]
    press(here, "no")
    place = stands(here)
    assert place.step == "where"
    assert place.draft["words"] == ["jendelanya ditutup kayu"]
    assert [one.get("shows") for one in place.draft["files"]] == ["no", "no", "no", None]


def test_a_photo_without_words_leads_back_to_the_story(here: Office) -> None:
    seat_at(here.desk, "wati", place=TELL)
    send(here, "photo", "b")
    press(here, "no")
    assert stands(here).step == "tell"
    tally.say(here.desk, "wati", "digembok dari luar")
    assert stands(here).step == "where"


def test_a_voice_message_is_taken_without_a_question(here: Office) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "voice", "ogg")
    assert stands(here).step == "review"
    row, private = filed(here)
    ((kind, data),) = opened(here, row, private)
    assert kind == "voice" and data.startswith(b"OggS") and SECRET not in data


@pytest.mark.parametrize(
    ("kind", "reference", "why"),
    [
        ("photo", "gif", "photo.foreign"),
        ("photo", "empty", "photo.broken"),
        ("photo", "huge", "photo.large"),
        ("photo", "unknown", "photo.gone"),
        ("voice", "amr", "voice.foreign"),
        ("voice", "unknown", "voice.gone"),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_sentence(here: Office, kind: str, reference: str, why: str) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, kind, reference, "dan ini")
    place = stands(here)
    assert place.step == "review"
    assert words(f"report.{why}") in said(here)
    assert place.draft["words"] == [*TOLD.words, "dan ini"]
    assert kept(here) == []


def test_another_photo_at_the_question_and_words_instead_of_an_answer(here: Office) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    stands(here)
    tally.say(here.desk, "wati", "maksudnya bagaimana")
    assert stands(here).step == "shows"
    send(here, "photo", "b")
    assert kinds(stands(here)) == ["photo", "photo"]
    press(here, "yes")
    place = stands(here)
    assert (place.step, [one["shows"] for one in place.draft["files"]]) == ("review", ["yes", "yes"])
    assert place.draft["words"] == [*TOLD.words, "maksudnya bagaimana"]


def test_what_was_sent_may_be_taken_back(here: Office) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    press(here, "drop")
    assert kinds(stands(here)) == [] and kept(here) == []
    send(here, "voice", "ogg")
    press(here, "change")
    press(here, "files")
    press(here, "drop")
    place = stands(here)
    assert (place.step, kinds(place), kept(here)) == ("review", [], [])


# Elsewhere


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (Place("affected", "tell", {}, 3, None, ("safe",)), "affected.photo"),
        (Place("affected", "tell", {"child": "yes"}, 3, None, ("safe",)), "child.photo"),
        (Place("family", "tell", {}, 3, None, ("where",)), "family.photo"),
        (Place("report", "when", {}, 2, None, ("whom",)), "report.later"),
        (Place("menu", "top", {}, 2), "front.media"),
    ],
    ids=["affected", "child", "family", "too early", "menu"],
)
def test_elsewhere_a_photo_is_kindly_not_taken_and_its_words_are(here: Office, place: Place, key: str) -> None:
    seat_at(here.desk, "wati", place=place)
    assert not send(here, "photo", "a").waits
    assert said(here)[0] == words(key)
    before = stands(here)
    assert (before.step, before.draft) == (place.step, dict(place.draft))
    send(here, "photo", "a", "dia mengunci kami di dalam")
    assert words(key) in said(here)
    assert kept(here) == []
    after = place_kept(here.engine, "wati")
    assert place.flow == "menu" or (after and "dia mengunci kami di dalam" in json.dumps(after.dump()))


@pytest.mark.parametrize("kind", ["sticker", "video", "document", "contact", "photo"])
def test_what_has_no_reference_is_never_fetched(here: Office, vendor: Phone, kind: str) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    assert not send(here, kind, "").waits
    assert stands(here).step == "review"
    assert vendor.asked == []


# Slow, killed, erased


def test_a_slow_photo_holds_up_nobody_else(here: Office, vendor: Phone) -> None:
    vendor.open.clear()
    names = [f"p{number}" for number in range(6)]
    for who in names:
        seat_at(here.desk, who, place=REVIEW)
        send(here, "photo", "b", who=who)
    seat_at(here.desk, "sari", place=REVIEW)
    filed(here, "sari")
    vendor.open.set()
    assert {stands(here, who).step for who in names} == {"shows"}


@pytest.mark.parametrize("there", [True, False], ids=["sent again", "gone at the vendor"])
def test_a_kill_between_fetch_and_telling_keeps_one_photo(url: str, time: Clock, vendor: Phone, there: bool) -> None:
    with office(url, now=time, idle=True) as here:
        seat_at(here.desk, "wati", place=REVIEW)
        send(here, "photo", "a")
        place = place_kept(here.engine, "wati")
        assert place and place.errand
        fetch = Fetcher({CHANNEL: vendor}, Scrubber())
        assert fetch(here.desk.house, here.desk, place.errand) == {"ok": True}  # and there it died
    time.at += clock.LEFT_ALONE + 1
    if not there:
        vendor.sent.clear()
    with office(url, now=time) as here:
        here.runner.sources[CHANNEL] = vendor
        clock.finish_errands(here.parts)
        assert stands(here).step == "shows"
        assert kept(here) == [one["id"] for one in stands(here).draft["files"]]
        press(here, "yes")
        row, private = filed(here)
        assert len(opened(here, row, private)) == 1


def test_a_kill_between_filing_and_telling_doubles_nothing(url: str, time: Clock, vendor: Phone) -> None:
    with office(url, now=time) as here:
        here.runner.sources[CHANNEL] = vendor
        seat_at(here.desk, "wati", place=REVIEW)
        send(here, "photo", "a")
        press(here, "no")
        stands(here)
        here.runner.close()
        press(here, "send")
        place = place_kept(here.engine, "wati")
        assert place and place.errand and len(kept(here)) == 1
        work = here.runner.errands["file"]
        assert work(here.desk.house, here.desk, place.errand)["ok"]  # filed, and there it died
    time.at += clock.LEFT_ALONE + 1
    with office(url, now=time) as here:
        clock.finish_errands(here.parts)
        until(lambda: tally.heard_codes(here.engine, "wati"))
        assert (rows(here.engine, report), rows(here.engine, file), rows(here.engine, item)) == (1, 1, 1)
        assert kept(here) == []


def test_an_upload_that_is_gone_is_told_and_the_report_goes(here: Office) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    for reference in "ab":
        send(here, "photo", reference)
        press(here, "no")
    first = stands(here).draft["files"][0]["id"]
    here.desk.do(lambda connection: files.discard(connection, [first])).result()
    row, private = filed(here)
    assert len(opened(here, row, private)) == len(story_of(here, row, private)["files"]) == 1
    assert words("report.lost") in said(here)


@pytest.mark.parametrize("leave", ["hapus", "menu", "batal"])
def test_uploads_go_with_the_talk(here: Office, leave: str) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    press(here, "no")
    assert stands(here).step == "review" and len(kept(here)) == 1
    if leave == "batal":
        press(here, "cancel")
    elif leave == "hapus":
        tally.say(here.desk, "wati", "hapus")
        press(here, "gone")
    else:
        tally.say(here.desk, "wati", "menu")
    assert kept(here) == []


def test_erasing_does_not_wait_for_a_photo(here: Office, vendor: Phone) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    vendor.open.clear()
    send(here, "photo", "a")
    tally.say(here.desk, "wati", "hapus")
    assert stands(here).flow == "erase"
    vendor.open.set()
    here.runner.close()  # waits for the photo
    assert vendor.asked == ["a"] and kept(here) == []


def test_a_fetch_done_twice_keeps_what_was_told(here: Office, vendor: Phone) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    vendor.open.clear()
    send(here, "photo", "a")
    place = place_kept(here.engine, "wati")
    assert place and place.errand
    vendor.open.set()
    assert stands(here).step == "shows"
    here.runner.run(key_of("wati"), place.errand)
    assert kept(here) == [place.errand.id]


def test_uploads_go_with_the_silence_and_orphans_by_the_clock(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    press(here, "no")
    stands(here)
    orphan = sealed_under(here.desk.house, "0" * 32, b"x")
    here.desk.do(lambda connection: keep(connection, here.desk.house, "0" * 32, orphan)).result()
    time.at += 31 * 60
    clock.expire(here.parts)
    assert kept(here) == ["0" * 32]
    time.at += 4 * HOUR
    clock.purge_short(here.parts, time.at, here.desk.house.shelf.terms.keep_days)
    assert kept(here) == []


def test_who_comes_back_after_the_silence_leaves_no_upload(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    press(here, "no")
    stands(here)
    time.at += 31 * 60
    tally.say(here.desk, "wati", "halo")
    assert kept(here) == []


def test_files_go_with_the_story(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    press(here, "no")
    row, _ = filed(here)
    here.desk.do(lambda connection: case.close(connection, [row.id], time.at)).result()
    time.at += 91 * DAY
    clock.purge(here.parts, time.at, here.desk.house.shelf.terms.keep_days)
    assert (rows(here.engine, report), rows(here.engine, file)) == (0, 0)


# Sealed


def test_a_stolen_database_shows_no_photo_and_no_size(here: Office) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    press(here, "yes")
    stands(here)
    query = sa.select(upload.c.id, upload.c.body)
    with here.engine.connect().execution_options(reading=True) as connection:
        ((id, body),) = connection.execute(query).all()
    assert b"JFIF" not in bytes(body) and FILE_CLASSES[0] < len(body) < FILE_CLASSES[0] + 64
    assert load(here.desk.house, [id])[id].startswith(b"\xff\xd8")
    other = sealed_under(here.desk.house, "1" * 32, b"x")
    here.desk.do(lambda connection: keep(connection, here.desk.house, "2" * 32, other)).result()
    assert load(here.desk.house, ["2" * 32]) == {}  # bound to its id
    filed(here)
    with here.engine.connect().execution_options(reading=True) as connection:
        (sealed,) = connection.execute(sa.select(file.c.body)).scalars()
    assert b"JFIF" not in bytes(sealed) and len(sealed) == FILE_CLASSES[0] + 48


def test_a_crowd_of_uploads_is_refused(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.uploads.MOST_WAITING", 1)
    assert MOST_WAITING > 1
    house = here.desk.house
    body = sealed_under(house, "0" * 32, b"x")
    here.desk.do(lambda connection: keep(connection, house, "0" * 32, body)).result()
    with pytest.raises(Full):
        here.desk.do(lambda connection: keep(connection, house, "1" * 32, body)).result()
    seat_at(here.desk, "wati", place=REVIEW)
    send(here, "photo", "a")
    assert stands(here).step == "review"
    assert words("report.photo.gone") in said(here)


def test_the_webs_own_bytes_lie_sealed_until_they_are_cleaned(here: Office) -> None:
    house, source = here.desk.house, Kept(here.desk.house)
    raw = sealed_under(house, "f" * 32, telling("JPEG"))
    here.desk.do(lambda connection: keep(connection, house, "f" * 32, raw)).result()
    assert source.fetch("f" * 32, LARGEST["photo"], 1) == telling("JPEG")
    for most, reference, why in ((10, "f" * 32, LARGE), (10, "e" * 32, GONE)):
        with pytest.raises(Refused) as refused:
            source.fetch(reference, most, 1)
        assert refused.value.why == why
    errand = Errand(FETCH, "a" * 32, {"channel": "web", "kind": "photo", "reference": "f" * 32})
    assert here.runner.errands[FETCH](house, here.desk, errand) == {"ok": True}
    assert kept(here) == ["a" * 32]
    assert SECRET not in load(house, ["a" * 32])["a" * 32]


def test_a_place_names_what_it_holds() -> None:
    held = {"files": [{"id": "1", "kind": "photo"}], "coming": [{"kind": "voice", "reference": "2"}]}
    place = Place("report", "tell", held, 3)
    assert attached(place) == {"1", "2"}
    assert attached(None) == frozenset()
    fetch = Errand(FETCH, "3", {"channel": "web", "kind": "photo", "reference": "4"})
    assert attached(replace(place, errand=fetch)) == {"1", "2", "3", "4"}
    assert attached(Place("still", "on", {}, 4, Errand("file", "5", {"draft": held}))) == {"1", "2"}
