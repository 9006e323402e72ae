"""What is sent to Twilio, what it says of it later, what is deleted there, and the setting up."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from twilio.rest import Client

from bot import messengers
from bot.channels import telegram_line, whatsapp_status
from bot.channels.cut import utf16
from bot.channels.errors import GoneAway, Later, Refused, Uncertain
from bot.channels.whatsapp import CLOSED, WhatsApp
from bot.channels.whatsapp_address import Reach
from bot.channels.whatsapp_files import Files
from bot.channels.whatsapp_line import BODY, LONGEST, choices_of, pieces
from bot.channels.whatsapp_remains import Held, Sweeper, seal_held
from bot.channels.whatsapp_templates import shapes
from bot.channels.whatsapp_wire import BUSY, LIMITED, SOON, open_client, open_threads
from bot.doctor import findings
from bot.media import GONE, LARGE
from bot.media import Refused as NotTaken
from bot.service import Service
from bot.settings import Settings
from handlers.render import Button, Line
from models import delivery, message, person, remains
from models.channel_tables import remains as remains_table
from models.message import Reply
from models.person import Person
from models.tables import outbox as outbox_table
from tests.service import shelf
from tests.telegram_phone import until
from tests.twilio_server import ACCOUNT, SENDER, TOKEN, Fault, Twilio
from tests.whatsapp_phone import CREATE, WATI, Phone, column, states

pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")
HALLO = Line(("halo",))


def send(service: Service, line: Line = HALLO, row: int = 1, until_: int | None = None) -> None:
    """Send a line by hand, as the outbox does."""
    now = service.house.now()
    address = str(Reach(WATI, now + 3_600 if until_ is None else until_))

    async def run() -> None:
        with open_client(service.settings) as client, open_threads() as threads:
            await WhatsApp(service, client, {}, threads).send(address, line, row)

    asyncio.run(run())


# What is sent


@pytest.mark.parametrize(
    ("fault", "error", "wait"),
    [
        ("429", Later, BUSY),
        ("500", Later, SOON),
        ("503", Later, SOON),
        ("after500", Later, SOON),
        ("63018", Later, LIMITED),
        ("21610", GoneAway, 0),
        ("21211", Refused, 0),
        ("drop", Uncertain, SOON),
        ("after", Uncertain, SOON),
    ],
)
def test_every_fault_has_its_name(
    unsent: Service, twilio: Twilio, fault: str, error: type[Exception], wait: int
) -> None:
    twilio.faults.append((CREATE, Fault(fault)))
    with pytest.raises(error) as raised:
        send(unsent)
    assert getattr(raised.value, "wait", 0) == wait


def test_without_a_connection_nothing_was_sent(unsent: Service) -> None:
    nowhere = replace(unsent, settings=unsent.settings.model_copy(update={"twilio_api_base_url": "http://127.0.0.1:9"}))
    with pytest.raises(Later):
        send(nowhere)


def test_outside_the_window_a_line_waits_and_twilio_is_not_asked(unsent: Service, twilio: Twilio) -> None:
    with pytest.raises(Later) as later:
        send(unsent, until_=unsent.house.now() + 60)
    assert later.value.wait == CLOSED
    assert twilio.calls == []


def test_a_long_line_is_cut_at_sentences_and_goes_on_behind_what_was_taken(unsent: Service, twilio: Twilio) -> None:
    twilio.heard[WATI] = time.time()
    long = Line(tuple("Satu kalimat lagi. " * 60 for _ in range(3)), (Button("a.b:1:c", "Ya"),))

    async def run() -> None:
        with open_client(unsent.settings) as client, open_threads() as threads:
            channel = WhatsApp(unsent, client, {}, threads)
            address = str(Reach(WATI, unsent.house.now() + 3_600))
            twilio.faults.extend([(CREATE, Fault("pass")), (CREATE, Fault("503"))])
            with pytest.raises(Later):
                await channel.send(address, long, 1)
            await channel.send(address, long, 1)

    asyncio.run(run())
    texts = [one.text for one in twilio.chats[WATI]]
    assert sum(text.count("Satu kalimat lagi.") for text in texts) == 180
    assert texts[-1].endswith("1 Ya") and all(text.endswith(("lagi.", "1 Ya")) for text in texts)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_message_begins_with_words_that_somebody_wrote(language: str) -> None:
    words = "Polisi akan menangkap muncikari itu, korban sudah aman. "
    line = Line(("Jawaban petugas:\n" + words * 200,), (Button("a.b:1:c", "Ya"),), language=language)
    whatsapp = [piece.body for piece in pieces(line, shelf(), {})]
    telegram = [piece.text for piece in telegram_line.pieces(line, shelf())]
    for texts, limit in ((whatsapp, LONGEST), (telegram, telegram_line.LONGEST)):
        assert len(texts) > 2 and all(utf16(text) <= limit for text in texts)
        assert sum(text.count("menangkap") for text in texts) == 200
        for number, text in enumerate(texts[1:], 2):
            first, below = text.split("\n\n", 1)
            assert len(first) >= 60 and f" {number} " in first and f" {len(texts)}." in first
            assert not re.search("polisi|muncikari|korban", text[:60], re.IGNORECASE) and below


WORDS = st.text(st.sampled_from("ab c.\n🙂é?"), min_size=1, max_size=500).filter(str.strip)
LABELS = st.lists(
    st.text(st.sampled_from("abcdé 🙂"), min_size=1, max_size=30).filter(str.strip), max_size=9, unique=True
)


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=4), LABELS, st.booleans(), st.booleans())
def test_whatever_is_said_fits_and_every_choice_is_there(
    texts: list[str], labels: list[str], many: bool, back: bool
) -> None:
    choices = tuple(Button(f"a.b:1:{number}", label) for number, label in enumerate(labels))
    line = Line(tuple(texts), choices, many, back=Button("a.b:1:back", "Kembali") if back else None)
    made = pieces(line, shelf(), {one: f"HX{number}" for number, one in enumerate(shapes())})
    for piece in made:
        body = "\n".join(value for name, value in piece.variables.items() if name.startswith("line"))
        assert (0 < utf16(piece.body) <= LONGEST) if piece.body else utf16(body) <= BODY
        if piece.template:
            tokens = {value for name, value in piece.variables.items() if name.startswith("token")}
            assert tokens == {one.token for one in choices_of(line)}
            assert all(value and "\n" not in value for value in piece.variables.values())
    if not made[0].template:
        said = "".join("\n".join(piece.body for piece in made).split())
        assert all("".join(label.split()) in said for label in labels)


# What Twilio says later


def test_news_in_any_order_and_twice_never_go_back(plain: Service, twilio: Twilio, wati: Phone) -> None:
    twilio.shuffled = True
    wati.say("halo")
    until(lambda: states(plain) == ["read"])
    until(lambda: not twilio.messages and len(column(plain, remains_table.c.id)) == 0)


ORDERS = st.lists(st.sampled_from(["sent", "delivered", "read", "refused"]), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(ORDERS)
def test_no_order_of_news_makes_a_row_less_than_it_was(news: list[str]) -> None:
    rank = {"waiting": 0, "sent": 1, "refused": 2, "delivered": 3, "read": 4}
    engine = sa.create_engine("sqlite://")
    outbox_table.metadata.create_all(engine)
    with engine.begin() as connection:
        person.save(connection, [Person(b"wati", 1)], 0)
        row = message.put(connection, [Reply(b"wati", "whatsapp", b"a", b"b")], 0)[b"wati"]
        best = "waiting"
        for one in news:
            delivery.told(connection, row, one)
            now = connection.execute(sa.select(outbox_table.c.state)).scalar_one()
            assert rank[now] >= rank[best]
            best = now
        assert rank[best] >= rank["delivered"] or not {"delivered", "read"} & set(news[:1])
    engine.dispose()


def test_a_line_that_broke_after_its_message_went_out_is_not_sent_twice(
    plain: Service, twilio: Twilio, wati: Phone
) -> None:
    twilio.faults.append((CREATE, Fault("after")))
    assert wati.say("halo").startswith("Halo")
    until(lambda: states(plain) == ["read"])
    assert len(wati.heard()) == 1
    until(lambda: not twilio.messages)


@pytest.mark.parametrize(("code", "name"), [(63016, "PERSON"), (63018, "LIMITED")])
def test_what_did_not_arrive_is_sent_again(
    plain: Service, twilio: Twilio, wati: Phone, code: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside the window it waits until the person writes; at Meta's limit for as long as that takes."""
    monkeypatch.setattr(whatsapp_status, "LIMITED", 0)
    twilio.callback_codes.append(code)
    wati.send(Body="halo")
    if name == "PERSON":
        until(lambda: column(plain, outbox_table.c.tries) == [1])
        assert states(plain) == ["waiting"]
        assert wati.heard() == []
        wati.send(Body="3")
        assert wati.answer().text.startswith("Halo")
        assert wati.answer().text.startswith("Tentang siapa?")
    else:
        assert wati.answer().text.startswith("Halo")
    until(lambda: not twilio.messages)


def test_whoever_has_stopped_us_is_not_written_to(plain: Service, twilio: Twilio, wati: Phone) -> None:
    wati.do(lambda: twilio.stopped.add(wati.address))
    wati.send(Body="halo")
    until(lambda: states(plain) == ["gone"])


# What is deleted


def test_a_message_is_deleted_until_twilio_knows_it_no_more(unsent: Service, twilio: Twilio) -> None:
    sid = "SM" + "1" * 32
    held = seal_held(unsent.house, Held(sid, ("ME" + "2" * 32,)), remains.INBOUND, 0)
    unsent.desk.do(lambda connection: remains.add(connection, [held])).result()

    async def step(client: Client) -> int:
        unsent.desk.do(lambda connection: connection.execute(sa.update(remains_table).values(due=0))).result()
        return await Sweeper(unsent, client).step()

    with open_client(unsent.settings) as client:
        twilio.faults.extend([("DELETE", Fault("500")), ("DELETE", Fault("429")), ("DELETE", Fault("drop"))])
        assert [asyncio.run(step(client)) for _ in range(3)] == [1, 1, 1] and len(
            column(unsent, remains_table.c.id)
        ) == 1
        assert "1 messages" in " ".join(late(unsent))
        assert asyncio.run(step(client)) == 1
    assert len(column(unsent, remains_table.c.id)) == 0
    assert [path.rpartition("/")[2] for _, path, _ in twilio.calls][-2:] == [f"ME{'2' * 32}.json", f"{sid}.json"]


def late(service: Service) -> list[str]:
    """What doctor says when much time has passed."""
    house = replace(service.house, now=lambda: int(time.time()) + 100_000)
    return [one for one in findings(service.settings, house) if "Twilio" in one]


def test_a_message_that_is_on_its_way_waits_for_its_end(unsent: Service, twilio: Twilio) -> None:
    twilio.heard[WATI] = time.time()
    twilio.silent = True
    send(unsent)
    assert len(column(unsent, remains_table.c.id)) == 1 and len(twilio.messages) == 1


# Files


def test_a_file_is_fetched_with_the_password_for_twilio_alone(unsent: Service, twilio: Twilio) -> None:
    media = f"ME{'3' * 32}"
    twilio.media[media] = ("image/jpeg", b"x" * 5_000)
    files, reference = Files(unsent.settings), f"MM{'1' * 32}/{media}"
    assert files.fetch(reference, 5_000, 5) == b"x" * 5_000
    for most, why in ((4_999, LARGE), (5_000, GONE)):
        if why == GONE:
            twilio.redirect = "http://10.0.0.1/"
        with pytest.raises(NotTaken) as refused:
            files.fetch(reference, most, 5)
        assert refused.value.why == why
    with pytest.raises(NotTaken):
        files.fetch(f"MM{'1' * 32}/ME{'9' * 32}", 5_000, 5)


# Setting up


@pytest.mark.parametrize(
    "wrong",
    [
        {"twilio_account_sid": ACCOUNT},
        {"twilio_whatsapp_from": SENDER},
        {"twilio_account_sid": "AC1", "twilio_auth_token": TOKEN, "twilio_whatsapp_from": SENDER},
        {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_whatsapp_from": "+62 21 5000"},
    ],
)
def test_settings_that_are_not_whole_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="TWILIO_ACCOUNT_SID"):
        Settings(**wrong)


def test_what_twilio_brings_must_come_over_a_sealed_line() -> None:
    whole: dict[str, Any] = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_whatsapp_from": SENDER}
    with pytest.raises(ValidationError, match="PUBLIC_BASE_URL must begin with https"):
        Settings(**whole, public_base_url="http://suar.example")
    assert Settings(**whole, public_base_url="https://suar.example").twilio_account_sid == ACCOUNT


def test_doctor_says_what_twilio_thinks_of_us(unsent: Service, twilio: Twilio) -> None:
    twilio.content.verdict = "approved"
    assert "suar channels sync" in asyncio.run(messengers.fault(unsent.settings, shelf()))
    asyncio.run(messengers.sync(unsent.settings, unsent.house.shelf))
    assert asyncio.run(messengers.fault(unsent.settings, shelf())) == ""
    token = type(unsent.settings.suar_keys)("wrong")
    wrong = unsent.settings.model_copy(update={"twilio_auth_token": token})
    assert "TWILIO_AUTH_TOKEN" in asyncio.run(messengers.fault(wrong, shelf()))
