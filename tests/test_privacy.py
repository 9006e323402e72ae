"""Privacy, help and official addresses on each channel; access and correction by whoever holds the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from bot import needs
from bot.app import published
from bot.codes import code_salt, derive
from bot.errands import ERRANDS
from bot.sealing import info_report, unpad, unseal, unwrap_for_code
from bot.settings import Settings
from content.processing import CHANNELS, Address
from content.shelf import Say, Shelf
from content.vocabulary import Family, Sign, When
from handlers import front
from handlers.access import about
from handlers.cases import Kept
from handlers.flows import FLOWS
from handlers.privacy import PARTS
from handlers.render import Line, render
from handlers.statement import Statement
from handlers.talk import Code, Errand, Need, Outcome, Place, Turn
from handlers.turns import button, question
from models import case, retention
from models.tables import item, reader, report
from tests import tally
from tests.databases import Databases, Sqlite
from tests.service import shelf
from tests.tally import NOON, Clock, Office, key_of, keys, office, place_kept, seat_at, until
from tests.test_affected import rows, said
from tests.test_filing import DRAFT, PLACE_WORDS, REVIEW, SEND, STORY, filed

READERS = 4  # queues that read a story, at most by the routes
SCREEN = 700
LANGUAGES = shelf().languages
UU_PDP = "UU 27/2022"


def line(place: Place, language: str = "id", of: Shelf | None = None) -> Line:
    """What stands at a place."""
    shown = render(Outcome(place, question=question(FLOWS, place, of or shelf())), of or shelf(), language)
    assert shown is not None
    return shown


def card(flow: str, step: str, language: str = "id", of: Shelf | None = None, **draft: str) -> str:
    """The words of a card, without its options."""
    return "\n".join(line(Place(flow, step, draft), language, of).texts)


def turn(channel: str, text: str = "", pressed: tuple[str, ...] = ()) -> Turn:
    return Turn(shelf=shelf(), now=NOON, token="0" * 32, channel=channel, text=text, pressed=pressed)


def answer(place: Place | None, message: Turn) -> Outcome:
    outcome = front.answer(FLOWS, place, message)
    assert isinstance(outcome, Outcome)
    return outcome


def tap(place: Place | None, channel: str, *options: str) -> Place:
    """Press one option after the other."""
    for name in options:
        assert place is not None
        place = answer(place, turn(channel, pressed=(button(place, name),))).place
    assert place is not None
    return place


# Cards


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_card_fits_one_screen(channel: str, language: str) -> None:
    cards = {"card": card("privacy", "card", language, channel=channel), "help": card("help", "card", language)}
    cards |= {part: card("privacy", "part", language, channel=channel, part=part) for part in PARTS}
    cards |= {step: card("erase", step, language, channel=channel) for step in ("sure", "done")}
    assert {name: len(text) for name, text in cards.items() if len(text) > SCREEN} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("closed_at", [None, NOON])
def test_the_data_of_a_story_fit_one_screen(closed_at: int | None, language: str) -> None:
    queues = shelf().directory.queues
    longest = sorted(
        queues, key=lambda id: len(shelf().text(Say("code.data.reader", {"name": queues[id].name}), language))
    )
    for no_contact in (False, True):
        told = about(Kept(NOON, closed_at, tuple(longest[-READERS:]), no_contact), shelf())
        assert len("\n".join(shelf().text(one, language) for one in (*told, Say("code.data.ask")))) <= SCREEN


@pytest.mark.parametrize(
    ("channel", "named", "not_named"),
    [
        ("web", {"Lewat web"}, {"Telegram", "Twilio", "WhatsApp"}),
        ("telegram", {"Telegram melihat dan menyimpan"}, {"Lewat web", "Twilio", "WhatsApp"}),
        ("whatsapp", {"nomor HP Anda", "Meta dan Twilio"}, {"Lewat web", "Telegram"}),
        ("plain", {"Lewat web"}, {"Telegram"}),
    ],
)
def test_the_card_says_what_is_seen_on_this_channel(channel: str, named: set[str], not_named: set[str]) -> None:
    for place in (tap(Place("menu", "more", {}), channel, "privacy"), answer(None, turn(channel, "privasi")).place):
        assert place is not None
        text = "\n".join(line(place).texts)
        assert {word for word in named if word not in text} == set()
        assert {word for word in not_named if word in text} == set()
    (beside,) = answer(Place("report", "when", {}), turn(channel, "privasi")).notes
    assert all(word in shelf().text(beside) for word in named)


def test_a_part_leads_on_and_back() -> None:
    place = tap(Place("menu", "more", {}), "telegram", "privacy", "controller")
    seen = [place.draft["part"]]
    while (place := tap(place, "telegram", "next")).step == "part":
        seen.append(place.draft["part"])
    assert tuple(seen) == PARTS
    assert (place.step, place.draft["channel"]) == ("card", "telegram")
    back = answer(tap(place, "telegram", "phone"), turn("telegram", "0")).place
    assert back is not None
    assert (back.flow, back.step, back.draft["channel"]) == ("privacy", "card", "telegram")
    top = answer(back, turn("telegram", "0")).place
    assert top is not None
    assert (top.flow, top.step) == ("menu", "top")


@pytest.mark.parametrize(("flow", "step"), [("privacy", "card"), ("privacy", "part"), ("help", "card")])
def test_who_begins_to_tell_on_a_card_loses_no_word(flow: str, step: str) -> None:
    outcome = answer(Place(flow, step, {"part": "kept"}), turn("web", "ada yang dikurung di kos"))
    assert outcome.place is not None
    assert outcome.place.draft["said"] == ["ada yang dikurung di kos"]
    assert Say("front.heard") in outcome.notes


def test_an_old_button_of_a_card_changes_nothing() -> None:
    place = tap(Place("menu", "more", {}), "web", "privacy")
    outcome = answer(place, turn("web", pressed=(button(replace(place, turn=0), "kept"),)))
    assert outcome.place is not None
    assert (outcome.place.step, outcome.notes) == ("card", (Say("front.stale"),))


def test_days_are_those_of_the_terms() -> None:
    text, terms = card("privacy", "part", part="kept"), shelf().terms
    days = {name: number for name, number in terms.keep_days.items() if name not in {"warning", "trail"}}
    assert [name for name, number in days.items() if f"{number} hari" not in text] == []
    for said_so in (f"{terms.keep_days['trail'] // 365} tahun", f"{terms.draft_minutes} menit"):
        assert said_so in text
    assert f"{terms.parked_minutes} menit" in text
    assert f"{terms.reopen_days} hari" in text


def test_the_controllers_are_the_desks_that_lead() -> None:
    text = card("privacy", "part", part="controller")
    wanted = (Family.PPAPP, Family.UPT, Family.OVERSIGHT)
    queues = [one for one in shelf().directory.queues.values() if one.family in wanted]
    assert len(queues) == len(shelf().directory.kota) + 2
    assert [one.id for one in queues if (one.office or one.name.id) not in text] == []
    assert text.count("- ") == len(queues)
    assert "usulan" in text
    assert "belum ditunjuk" in text


def test_what_the_law_says_is_cited_and_what_we_propose_is_called_so() -> None:
    purpose, rights = card("privacy", "part", part="purpose"), card("privacy", "part", part="rights")
    assert purpose.count(UU_PDP) == 3
    assert "usulan" in purpose
    assert all(f"{UU_PDP} Pasal {number}" in rights for number in (30, 32, 33))
    assert "PP 9/2008 Pasal 14 ayat 5" in card("privacy", "part", part="receivers")
    assert "polisi" in card("privacy", "part", part="receivers")


def test_every_processor_is_named() -> None:
    text = card("privacy", "part", part="processors")
    assert text.count("- ") == len(shelf().records.processors)
    assert all(name in text for name in ("Telegram", "Meta", "Twilio", "penyedia komputer"))


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_stays_on_the_phone_is_said_before_and_after_erasing(channel: str) -> None:
    place = answer(Place("report", "when", {}), turn(channel, "hapus")).place
    assert place is not None
    before, after = (card("erase", step, channel=place.draft.get("channel", "web")) for step in ("sure", "done"))
    left = shelf().text(Say(f"erase.phone.{channel}", {"traces": shelf().terms.keep_days["traces"]}))
    assert left in before
    assert left in after
    assert "tetap ada di petugas" in before
    assert f"{shelf().terms.keep_days['backups']} hari" in before


# Help and official addresses


@pytest.mark.parametrize("text", ["bantuan", "/help", "Cara"])
def test_help_stands_beside_the_question_and_is_a_card_on_the_ground(text: str) -> None:
    outcome = answer(Place("report", "when", {}, 7), turn("web", text))
    assert outcome.place is not None
    assert (outcome.place.flow, outcome.place.step) == ("report", "when")
    beside = shelf().text(outcome.notes[0])
    on_the_ground = answer(None, turn("whatsapp", text)).place
    assert on_the_ground is not None
    assert (on_the_ground.flow, on_the_ground.draft["channel"]) == ("help", "whatsapp")
    for words in (beside, card("help", "card")):
        assert "Suar tidak pernah minta uang, OTP, atau foto KTP." in words
        assert "112" in words  # "help" may be a cry


def test_without_addresses_only_the_one_somebody_came_by_is_known() -> None:
    assert shelf().addresses == ()
    for text in (card("help", "card"), card("privacy", "part", part="official")):
        assert "sedang Anda pakai" in text


def test_official_addresses_are_those_of_the_data_and_the_install() -> None:
    told = replace(shelf(), addresses=(Address("telegram", "@suar_jakarta_bot"),))
    here = published(told, Settings.model_construct(public_base_url="https://suar.example"))
    for text in (card("help", "card", of=here), card("privacy", "part", of=here, part="official")):
        assert "- Web: https://suar.example" in text
        assert "- Telegram: @suar_jakarta_bot" in text
    local = Settings.model_construct(public_base_url="http://127.0.0.1:8000")
    assert published(shelf(), local).addresses == ()


# Access and correction, on the running service


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def here(databases: Databases, time: Clock) -> Iterator[Office]:
    with databases.fresh(tally.staffed) as url, office(url, now=time) as here:
        seat_at(here.desk, "wati", place=REVIEW)
        yield here


def send_report(here: Office) -> Code:
    """File the story of `REVIEW`; its code as the door reads it."""
    tally.say(here.desk, "wati", pressed=(SEND,))
    return code_of(filed(here))


def code_of(words: str) -> Code:
    key = derive(words.split(), code_salt(keys().pepper))
    return Code(key.locator, key.key)


def enter(here: Office, code: Code, who: str = "rudi") -> None:
    """Write the code, on another phone."""
    here.desk.hear(replace(tally.message(who, "enam kata"), code=code)).result(20)


def press(here: Office, option: str, who: str = "rudi") -> list[str]:
    """Press an option; the paragraphs that were said."""
    place = place_kept(here.engine, who)
    assert place is not None
    tally.say(here.desk, who, pressed=(button(place, option),))
    return last(here, who)


def write(here: Office, text: str, who: str = "rudi") -> list[str]:
    """Write words, and wait until what they began has ended."""
    tally.say(here.desk, who, text)
    until(lambda: step(here, who) != "code.acting")
    return last(here, who)


def last(here: Office, who: str) -> list[str]:
    texts: list[str] = said(here.engine, who)[-1]["texts"]
    return texts


def step(here: Office, who: str) -> str:
    place = place_kept(here.engine, who)
    return f"{place.flow}.{place.step}" if place else ""


def words_of(here: Office, code: Code) -> list[tuple[str, str]]:
    """Kind and words of everything in the one case, opened with its code."""
    (row,) = rows(here.engine, report)
    private = unwrap_for_code(code.key, row.code_wrap, row.id)
    parts = sorted(rows(here.engine, item), key=lambda part: part.seq)
    return [(part.kind, unpad(unseal(private, part.body, info_report(row.id, part.id))).decode()) for part in parts]


def close(here: Office) -> None:
    (row,) = rows(here.engine, report)
    here.desk.do(lambda connection: case.close(connection, [row.id], here.desk.house.now())).result(20)


def test_the_holder_of_a_code_learns_who_reads_and_until_when(here: Office) -> None:
    enter(here, send_report(here))
    told = "\n".join(press(here, "data"))
    reading = {row.queue for row in rows(here.engine, reader) if row.active}
    queues = shelf().directory.queues
    assert reading
    assert {id for id, queue in queues.items() if f"- {queue.name.id}\n" in told} == reading
    assert "sejak 21 November 2026" in told
    assert f"{shelf().terms.keep_days['story']} hari sesudah selesai" in told
    assert STORY not in told
    assert PLACE_WORDS not in told
    assert "Rawajati" not in told
    assert "31.74" not in told


def test_a_correction_stands_beside_the_story_and_is_marked(here: Office) -> None:
    code = send_report(here)
    enter(here, code)
    press(here, "data")
    press(here, "correct")
    assert "pembetulan" in write(here, "bukan lantai dua, lantai tiga")[0]
    assert step(here, "rudi") == "code.home"
    (story, correction) = words_of(here, code)
    assert story[0] == "story"
    assert STORY in story[1]
    assert correction == ("correction", "bukan lantai dua, lantai tiga")
    (row,) = rows(here.engine, report)
    unread = here.desk.do(lambda connection: case.with_waiting_words(connection, [row.id])).result(20)
    assert unread == {row.id}


def test_what_is_wrong_may_be_written_at_once_and_words_after_it_are_plain_again(here: Office) -> None:
    code = send_report(here)
    enter(here, code)
    press(here, "data")
    write(here, "pagarnya hijau")
    write(here, "tadi ada mobil")
    assert words_of(here, code)[1:] == [("correction", "pagarnya hijau"), ("words", "tadi ada mobil")]


def test_after_ten_minutes_the_code_is_asked_again_and_nothing_is_shown(here: Office, time: Clock) -> None:
    code = send_report(here)
    enter(here, code)
    press(here, "data")
    time.at += 60 * shelf().terms.append_minutes + 1
    assert write(here, "pagarnya hijau")[0] == shelf().text(Say("code.expired"))
    assert len(words_of(here, code)) == 1
    enter(here, code)
    time.at += 60 * shelf().terms.append_minutes + 1
    assert press(here, "data")[0] == shelf().text(Say("code.expired"))


def test_who_has_no_code_reaches_no_data(here: Office) -> None:
    code = send_report(here)
    enter(here, Code(bytes(len(code.locator)), code.key))
    assert last(here, "rudi")[0] == shelf().text(Say("code.unknown"))
    tally.say(here.desk, "rudi", pressed=(button(Place("code", "home", {}, 2), "data"),))
    assert step(here, "rudi") == "code.ask"
    enter(here, Code(code.locator, bytes(len(code.key))))
    assert last(here, "rudi")[0] == shelf().text(Say("code.unknown"))
    assert "Yang disimpan" not in json.dumps(said(here.engine, "rudi"))
    assert key_of("rudi") != key_of("wati")


def test_a_correction_opens_a_closed_case_again_while_that_is_possible(here: Office, time: Clock) -> None:
    code = send_report(here)
    close(here)
    enter(here, code)
    assert "Disimpan sampai 19 Februari 2027" in "\n".join(press(here, "data"))
    write(here, "bukan di situ")
    assert rows(here.engine, report)[0].closed_at is None
    close(here)
    time.at += shelf().terms.reopen_seconds + 3_600
    enter(here, code)
    press(here, "data")
    place = place_kept(here.engine, "rudi")
    assert place is not None
    assert [one.label for one in line(place).buttons] == [shelf().text(Say("code.home.close"))]
    assert write(here, "bukan di situ juga")[0] == shelf().text(Say("code.too_late"))
    assert len(words_of(here, code)) == 2


def test_a_case_that_is_gone_meanwhile_shows_nothing(here: Office, time: Clock) -> None:
    enter(here, send_report(here))
    close(here)
    here.desk.do(lambda connection: retention.purge(connection, time.at + 3_600)).result(20)
    assert press(here, "data")[0] == shelf().text(Say("code.did_not"))


def test_stopped_contact_is_said(here: Office) -> None:
    enter(here, send_report(here))
    press(here, "stop")
    until(lambda: step(here, "rudi") == "code.home")
    assert shelf().text(Say("code.data.no_contact")) in press(here, "data")


KELURAHAN = [row.code for row in shelf().gazetteer.kelurahan]
STORIES = st.builds(
    Statement,
    when=st.sampled_from([str(when) for when in When]),
    signs=st.lists(st.sampled_from([str(sign) for sign in Sign]), unique=True).map(tuple),
    words=st.lists(st.text(min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=3).map(tuple),
    kelurahan=st.sampled_from(KELURAHAN),
    place_words=st.lists(st.text(min_size=1, max_size=20), max_size=1).map(tuple),
    officials=st.lists(st.sampled_from(["rt", "police", "office"]), unique=True, max_size=2).map(tuple),
)


def test_the_data_of_a_story_tell_no_word_of_it(sqlite: Sqlite) -> None:
    with sqlite.fresh(tally.staffed) as url, office(url, now=Clock()) as here:

        @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(STORIES, st.binary(min_size=32, max_size=32))
        def told(story: Statement, seed: bytes) -> None:
            draft = replace(story, kota=story.kelurahan[:5]).dump()
            done = ERRANDS["file"](
                here.desk.house, here.desk, Errand("file", "e", {"form": "report", "draft": draft, "seed": seed.hex()})
            )
            kept = kept_of(here, done["report"])
            allowed = Kept(NOON, None, kept.readers, False)
            assert kept == allowed  # all that its words are made of: a day, the desks, open or closed
            words = "\n".join(shelf().text(say) for say in about(kept, shelf()))
            place = shelf().gazetteer.by_code(story.kelurahan)
            assert place is not None
            assert place.name not in words

        told()


def kept_of(here: Office, id: str) -> Kept:
    """What a turn would find."""

    def look(connection: Connection) -> dict[Need, Any]:
        return needs.fetch(connection, here.desk.house, [Need("kept", id)])

    found: Kept = here.desk.do(look).result(20)[Need("kept", id)]
    return found


def test_the_draft_of_an_opened_case_holds_nothing_to_read_it_by(here: Office) -> None:
    enter(here, send_report(here))
    press(here, "data")
    place = place_kept(here.engine, "rudi")
    assert place is not None
    assert set(place.draft) <= {"report", "public", "until", "may"}
    assert DRAFT.kelurahan not in json.dumps(place.dump())
