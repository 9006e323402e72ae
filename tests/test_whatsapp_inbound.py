"""What Twilio brings, read: messages as they were captured, those that are none, and what is left outside."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp_address import Reach, is_abroad, is_address
from bot.channels.whatsapp_inbound import Came, read_message

NUMBER, SCOPED = "whatsapp:+6281234567890", "whatsapp:ID.13491208655302741918"
SID = "SM" + "1a" * 16
COMMON = {
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ProfileName": "Wati Wijaya",
    "MessageType": "text",
    "SmsSid": SID,
    "WaId": "6281234567890",
    "SmsStatus": "received",
    "Body": "halo",
    "To": "whatsapp:+622150000000",
    "NumSegments": "1",
    "ReferralNumMedia": "0",
    "MessageSid": SID,
    "AccountSid": "AC" + "0a" * 16,
    "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Wati Wijaya","WaId":"6281234567890"}}}',
    "From": NUMBER,
    "ApiVersion": "2010-04-01",
}
BUTTON = {"MessageType": "button", "ButtonText": "Aman", "ButtonPayload": "affected.safe:2:yes", "Body": "Aman"}
ROW = {"MessageType": "interactive", "ListId": "menu.top:1:report", "ListTitle": "Cerita", "Body": "Cerita"}
PIN = {"MessageType": "location", "Latitude": "-6.2571", "Longitude": "106.8461", "Body": "", "Address": "rumah"}
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC00/Messages/MM00/Media/ME" + "2b" * 16
IMAGE = {"NumMedia": "1", "MediaUrl0": MEDIA, "MediaContentType0": "image/jpeg", "Body": "ini fotonya"}
WEBP = {**IMAGE, "MediaContentType0": "image/webp"}
VOICE = {"NumMedia": "1", "MediaUrl0": MEDIA, "MediaContentType0": "audio/ogg", "Body": ""}


def around(lat: float, lon: float) -> tuple[str, ...]:
    """One kelurahan, and that it may be elsewhere."""
    return ("31.74.08.1003", "") if (lat, lon) == (-6.2571, 106.8461) else ()


def read(**more: str) -> Came | None:
    return read_message({**COMMON, **more}, 1_000, around)


@pytest.mark.parametrize(
    ("more", "text", "pressed", "media", "held", "near"),
    [
        ({}, "halo", (), "", (), ()),
        (BUTTON, "", ("affected.safe:2:yes",), "", (), ()),
        (ROW, "", ("menu.top:1:report",), "", (), ()),
        (PIN, "", (), "", (), ("31.74.08.1003", "")),
        (IMAGE, "ini fotonya", (), "photo", ("ME" + "2b" * 16,), ()),
        (VOICE, "", (), "voice", ("ME" + "2b" * 16,), ()),
        ({**IMAGE, "MediaContentType0": "application/pdf"}, "ini fotonya", (), "other", ("ME" + "2b" * 16,), ()),
        ({"Body": "", "MessageType": "sticker"}, "", (), "sticker", (), ()),
        ({**WEBP, "Body": ""}, "", (), "sticker", ("ME" + "2b" * 16,), ()),
        ({**WEBP, "MessageType": "image"}, "ini fotonya", (), "photo", ("ME" + "2b" * 16,), ()),
        ({"Body": ""}, "", (), "", (), ()),
        ({"Body": "", "MessageType": "contacts"}, "", (), "other", (), ()),
        ({**PIN, "Latitude": "nan"}, "", (), "other", (), ()),
    ],
)
def test_a_message_is_what_was_said(
    more: Mapping[str, str],
    text: str,
    pressed: tuple[str, ...],
    media: str,
    held: tuple[str, ...],
    near: tuple[str, ...],
) -> None:
    assert read(**more) == Came(SID, NUMBER, NUMBER, text, pressed, media, held, near, 1_000)


@pytest.mark.parametrize(
    ("more", "address", "known_by"),
    [
        ({}, NUMBER, NUMBER),
        ({"ExternalUserId": SCOPED}, NUMBER, SCOPED),
        ({"From": SCOPED, "To": SCOPED, "ExternalUserId": SCOPED}, SCOPED, SCOPED),
        ({"From": SCOPED}, SCOPED, SCOPED),
        ({"ExternalUserId": "x"}, NUMBER, NUMBER),
    ],
)
def test_somebody_is_known_by_what_stays_the_same(more: Mapping[str, str], address: str, known_by: str) -> None:
    came = read(**more)
    assert came is not None and (came.address, came.known_by) == (address, known_by)


@pytest.mark.parametrize(
    "more", [{"From": "+6281234567890"}, {"From": "messenger:1"}, {"MessageSid": "x"}, {"MessageSid": f"{SID}/.."}]
)
def test_what_is_no_message_to_us_is_dropped(more: Mapping[str, str]) -> None:
    assert read(**more) is None


def test_names_second_numbers_and_pins_stay_outside() -> None:
    kept = json.dumps([one.dump() for more in ({}, BUTTON, ROW, PIN, IMAGE, VOICE) if (one := read(**more))])
    assert not any(word in kept for word in ("Wati", "Wijaya", "WaId", "rumah", "-6.2571", "Aman", "Cerita"))
    assert NUMBER not in repr(read()) and "halo" not in repr(read())


@given(st.dictionaries(st.sampled_from([*COMMON, *IMAGE, *PIN, *BUTTON, "ExternalUserId"]), st.text(max_size=30)))
def test_whatever_comes_is_read_or_dropped_and_survives_the_spool(more: dict[str, str]) -> None:
    came = read(**more)
    assert came is None or Came.load(json.loads(json.dumps(came.dump()))) == came


@given(st.integers(0, 4_000_000_000), st.sampled_from([NUMBER, SCOPED]))
def test_a_window_is_open_for_a_day_and_not_to_its_last_minute(now: int, to: str) -> None:
    reach = Reach.parse(str(Reach.of(to, now)))
    assert reach.to == to
    assert reach.is_open(now + 23 * 3_600) and not reach.is_open(now + 24 * 3_600 - 60)


def test_which_numbers_are_of_another_country() -> None:
    assert [is_abroad(one) for one in (NUMBER, SCOPED, "whatsapp:+855123456789")] == [False, False, True]
    assert [is_address(one) for one in (NUMBER, SCOPED, "whatsapp:", "whatsapp:+0", "sms:+62812")] == [True, True] + [
        False
    ] * 3
