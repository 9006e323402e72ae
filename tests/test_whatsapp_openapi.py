"""Every call of Suar is one that Twilio's own OpenAPI documents describe, and what they do not describe is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels import whatsapp_door
from bot.channels.whatsapp_wire import open_client
from models.channel_tables import remains
from tests.databases import Sqlite
from tests.talks import FOLDER
from tests.telegram_phone import until
from tests.twilio_openapi import Mock, serving_mock
from tests.twilio_server import ACCOUNT, SENDER, TOKEN
from tests.twilio_spec import operations
from tests.whatsapp_phone import Address, column, running_suar, settings_for

pytest_plugins = ("tests.whatsapp_suar",)
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
PEOPLE = {"saksi": "+6281200000001", "saya-sendiri": "+6281200000002", "keluarga": "+6281200000003"}
TYPES = {"twilio/quick-reply": {"body": "Aman?", "actions": [{"type": "QUICK_REPLY", "title": "Ya", "id": "ya"}]}}


@pytest.fixture
def mock() -> Mock:
    return Mock()


@pytest.fixture
def api(mock: Mock) -> Iterator[str]:
    with serving_mock(mock) as url:
        yield url


@pytest.fixture
def client(api: str) -> Iterator[Client]:
    with open_client(settings_for("sqlite://", api)) as client:
        yield client


class Player:
    """Somebody who writes to a Suar, and a Twilio that says of every message that it arrived."""

    def __init__(self, mock: Mock, webhook: str, number: str) -> None:
        self.mock, self.webhook, self.address = mock, webhook, f"whatsapp:{number}"
        self.number = 0
        self.seen = 0

    def post(self, url: str, **values: str) -> None:
        """A webhook, signed by the official library."""
        signature = RequestValidator(TOKEN).compute_signature(url, values)
        said = requests.post(url, values, headers={"X-Twilio-Signature": signature}, timeout=10)
        assert said.ok, said.status_code

    def say(self, text: str, **more: str) -> None:
        """A message; back when all of its answer has arrived."""
        self.number += 1
        sid = f"SM{self.address[-4:]}{self.number:028x}"
        given = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": self.address, "To": SENDER, "NumMedia": "0"}
        self.post(self.webhook, **{**given, "Body": text, **more})
        until(lambda: len(self.got()) > self.seen)
        for values in self.got()[self.seen :]:
            self.post(values["StatusCallback"], MessageSid=values["sid"], MessageStatus="delivered", To=self.address)
            self.seen += 1

    def got(self) -> list[dict[str, Any]]:
        """What was sent to this person, with the ids it got."""
        sent = [values for one, values in self.mock.calls if (one.method, one.path) == ("POST", MESSAGES)]
        rows = zip(sent, self.mock.made.get(MESSAGES, []), strict=False)
        return [{**values, "sid": made["sid"]} for values, made in rows if values["To"] == self.address]


def called(mock: Mock) -> set[tuple[str, str]]:
    return {(one.method, one.path.rpartition("/Accounts/")[2]) for one, _ in mock.calls}


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("templates", [False, True], ids=["numbers", "buttons"])
def test_every_call_of_the_journeys_is_accepted(
    mock: Mock, api: str, sqlite: Sqlite, templates: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatsapp_door, "MEDIA", 3)
    address = Address()
    with sqlite.fresh() as url, running_suar(url, api, address, templates) as service:
        for name, number in PEOPLE.items():
            player = Player(mock, address.webhook, number)
            rows = (FOLDER / "whatsapp" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
            for text in (row[3:] for row in rows if row.startswith("R> ")):
                player.say(text)
        with_photo(mock, address.webhook)
        until(lambda: column(service, remains.c.id) == [])
    assert mock.refused == []
    made = {path.rpartition("/")[2].removesuffix(".json") for path in mock.gone}
    assert {one["sid"] for one in mock.made[MESSAGES]} <= made
    assert any("ContentSid" in values for _, values in mock.calls) is templates
    assert ("POST", "{AccountSid}/Messages.json") in called(mock)
    assert ("DELETE", "{AccountSid}/Messages/{MessageSid}/Media/{Sid}.json") in called(mock)


def with_photo(mock: Mock, webhook: str) -> None:
    """A photo where a witness tells."""
    player = Player(mock, webhook, "+6281200000004")
    for text in ("halo", "3", "1", "2"):
        player.say(text)
    media = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'0' * 32}/Media/ME{'1' * 32}"
    player.say("", NumMedia="1", MediaUrl0=media, MediaContentType0="image/jpeg", MessageType="image")
    last = player.got()[-1]
    assert "ContentSid" in last or "foto" in last["Body"].lower()


def test_the_official_library_and_the_documents_mean_the_same(mock: Mock, client: Client) -> None:
    """Every operation of the documents by the library's own names."""
    sent = client.messages.create(to="whatsapp:+6281234567890", from_=SENDER, body="halo", media_url=["https://a.b/c"])
    assert client.messages(sent.sid).fetch().sid and client.messages.list(limit=1)
    assert client.messages(sent.sid).media.list() is not None
    media = client.messages(sent.sid).media("ME" + "2" * 32)
    assert media.fetch().sid and media.delete() and client.messages(sent.sid).delete()
    with pytest.raises(TwilioRestException, match="404"):
        client.messages(sent.sid).delete()
    values = {"friendly_name": "suar", "language": "id", "types": TYPES, "variables": {"1": "a"}}
    made = client.content.v1.contents.create(as_body(values))
    one = client.content.v1.contents(made.sid)
    asked = as_body({"name": "suar", "category": "UTILITY"})
    assert one.fetch().sid and one.approval_create.create(asked).name == "suar" and one.approval_fetch().fetch().sid
    assert [row.friendly_name for row in client.content.v1.contents.list()] == ["suar"] and one.delete()
    assert client.api.accounts(ACCOUNT).fetch().sid
    assert mock.refused == []
    assert {(one.method, one.path) for one, _ in mock.calls} == {(one.method, one.path) for one in operations()}


def as_body(values: dict[str, Any]) -> Any:
    """What the library sends as it is."""

    class Body:
        def to_dict(self) -> dict[str, Any]:
            return values

    return Body()


@pytest.mark.parametrize(
    ("method", "path", "values"),
    [
        ("POST", "Messages.json", {"To": "whatsapp:+62", "Colour": "red"}),
        ("POST", "Messages.json", {"Body": "halo"}),
        ("POST", "Messages.json", {"To": "whatsapp:+62", "ContentSid": "HX1"}),
        ("POST", "Messages.json", {"To": "whatsapp:+62", "StatusCallback": "suar"}),
        ("POST", "Messages.json", {"To": "whatsapp:+62", "RiskCheck": "perhaps"}),
        ("POST", "Messages.json", {"To": "whatsapp:+62", "ValidityPeriod": "long"}),
        ("GET", "Messages.json?Colour=red", None),
        ("DELETE", "Messages/SM1.json", None),
        ("POST", "Letters.json", {"To": "whatsapp:+62"}),
    ],
)
def test_what_the_documents_do_not_know_is_refused(
    mock: Mock, api: str, method: str, path: str, values: dict[str, str] | None
) -> None:
    url = f"{api}/2010-04-01/Accounts/{ACCOUNT}/{path}"
    said = requests.request(method, url, data=values, auth=(ACCOUNT, TOKEN), timeout=10)
    assert said.status_code == 400 and mock.refused and not mock.calls


@pytest.mark.parametrize(
    "values",
    [
        {"language": "id"},
        {"language": "id", "types": {"twilio/sky": {"body": "halo"}}},
        {"language": "id", "types": {"twilio/text": {"body": "halo", "colour": "red"}}},
        {"language": "id", "types": TYPES, "variables": {"1": 1}},
    ],
)
def test_a_template_that_the_documents_do_not_know_is_refused(mock: Mock, api: str, values: dict[str, Any]) -> None:
    said = requests.post(f"{api}/v1/Content", json=values, auth=(ACCOUNT, TOKEN), timeout=10)
    assert said.status_code == 400 and mock.refused
