"""What may go out unasked: texts that Meta can approve, made and followed by the operator, and sent at an even pace."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from bot import messengers, notices
from bot.background import Background
from bot.channels import whatsapp_approved, whatsapp_profile
from bot.channels.pace import Pace
from bot.channels.whatsapp import EACH, RATE, WhatsApp
from bot.channels.whatsapp_address import Reach
from bot.channels.whatsapp_approved import name_of
from bot.channels.whatsapp_wire import POOL, open_client, open_threads
from bot.outbox import Sender
from bot.pings import Chat, word
from bot.service import Service
from content.faults import Fault as Wrong
from content.localized import Localized
from content.templates import SPACES, Template, load_templates
from content.vocabulary import Urgency
from handlers.render import Line
from handlers.told import PING, TEMPLATE
from tests.locked_screen import LOCKED_SCREEN, TELLING
from tests.service import shelf
from tests.telegram_phone import until
from tests.twilio_server import Fault, Twilio

pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")
LANGUAGES = frozenset({"id", "en"})
TEMPLATES = shelf().templates
WRITTEN = [(one, language) for one in TEMPLATES.values() for language in one.languages]


# The data


def test_the_word_is_what_was_promised_and_first_lines_tell_nothing() -> None:
    for language in shelf().languages:
        assert TEMPLATES[TEMPLATE].body.to(language) == shelf().text(PING, language)
    assert TEMPLATES[TEMPLATE].variables == ()
    assert not [one.id for one, language in WRITTEN if TELLING.search(one.body.to(language)[:LOCKED_SCREEN])]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"id": "Ping"}, "id: small letters"),
        ({"category": "MARKETING"}, "category: 'MARKETING' is none of UTILITY"),
        ({"body": "{id: Halo.}"}, "body: needs a text for en"),
        ({"body": '{id: "Nomor {{1}} {{2}} ya.", en: "Number {{1}} yes."}'}, "body: must hold {{1}} to {{1}}"),
        ({"body": '{id: "Nomor {{2}} ya.", en: "Number {{1}} yes."}'}, "body: must hold {{1}} to {{1}}"),
        ({"body": '{id: "Nomor {{1}}", en: "Number {{1}} yes."}'}, "body: must not begin or end"),
        ({"body": '{id: "{{1}} nomornya", en: "Number {{1}} yes."}'}, "body: must not begin or end"),
        ({"body": '{id: "Nomor {{1}}\\nya.", en: "Number {{1}} yes."}'}, "body: must be one line"),
        ({"shape": "'['"}, "shape: is no regular expression"),
        ({"sample": "'9'"}, "sample: is not of the shape"),
        ({"sample": '"A     B"', "shape": "'.*'"}, "sample: is not of the shape"),
    ],
)
def test_what_meta_would_refuse_is_refused_at_the_start(tmp_path: Path, change: Mapping[str, str], wrong: str) -> None:
    row = {"id": "word", "category": "UTILITY", "body": '{id: "Nomor {{1}} ya.", en: "Number {{1}} yes."}'}
    row |= {"sample": "AB", "shape": "'[A-Z]{2}'", **change}
    told = f"- id: {row['id']}\n  category: {row['category']}\n  body: {row['body']}\n"
    told += f"  variables: [{{name: number, sample: {row['sample']}, shape: {row['shape']}}}]\n"
    (tmp_path / "templates.yaml").write_text(told, encoding="utf-8")
    with pytest.raises(Wrong, match=re.escape(wrong)):
        load_templates(tmp_path / "templates.yaml", LANGUAGES)


def test_two_side_by_side_and_one_name_twice_are_refused(tmp_path: Path) -> None:
    path, variable = tmp_path / "templates.yaml", "{name: a, sample: A, shape: A}"
    row = f"- {{id: word, category: UTILITY, body: {{id: BODY, en: BODY}}, variables: [{variable}, {variable}]}}\n"
    path.write_text(row.replace("BODY", '"Dari {{1}}. {{2}} ya."'), encoding="utf-8")
    with pytest.raises(Wrong, match="needs words between two variables"):
        load_templates(path, LANGUAGES)
    path.write_text(row.replace("BODY", '"Dari {{1}} ke {{2}} ya."') * 2, encoding="utf-8")
    with pytest.raises(Wrong, match="is there twice"):
        load_templates(path, LANGUAGES)


SAID = st.sampled_from(["BCDEFG", "Bahaya sekarang"])
VALUES = st.lists(st.text(st.sampled_from("AB2 .\n\t\u00a0k"), max_size=12) | SAID)


@given(st.sampled_from(sorted(TEMPLATES)), VALUES)
def test_nothing_that_does_not_fit_is_ever_filled_in(id: str, values: list[str]) -> None:
    filled = TEMPLATES[id].filled(values)
    if filled is not None:
        assert list(filled) == [str(number) for number in range(1, len(TEMPLATES[id].variables) + 1)]
        for value, variable in zip(filled.values(), TEMPLATES[id].variables, strict=True):
            assert value.strip() and "\n" not in value and "\t" not in value and " " * (SPACES + 1) not in value
            assert variable.shape.fullmatch(value)


def test_every_referral_there_can_be_fits_its_message(unsent: Service) -> None:
    house, moments = unsent.house, (None, *range(1_795_000_000, 1_795_000_000 + 366 * 86_400, 40_000))
    kota = [one.code for one in shelf().gazetteer.kota()]
    places = [(one.code, one.code[:5]) for one in shelf().gazetteer.kelurahan] + [(None, code) for code in kota]
    places += [(None, "outside"), (None, "unknown")]
    rows: list[tuple[tuple[str | None, str], Urgency, int | None]]
    rows = [(place, Urgency.NORMAL, None) for place in places] + [(places[0], one, 1_795_000_000) for one in Urgency]
    rows += [(places[0], Urgency.HIGH, moment) for moment in moments]
    for (kelurahan, where), urgency, due in rows:
        row = SimpleNamespace(id="bcdefg" + "a" * 20, urgency=urgency, kelurahan=kelurahan, kota=where, due_at=due)
        for language in shelf().languages:
            line = notices.line_of(house, Chat(b"p" * 32, "whatsapp", "x", language), row, "0" * 32)
            assert TEMPLATES[line.template].filled(line.variables) is not None, line.variables
            assert Line.load(line.dump()) == line


def test_a_reply_names_the_message_that_stands_for_it(unsent: Service) -> None:
    made = word(unsent.house, Chat(b"p" * 32, "whatsapp", "x", "en"))
    opened = unsent.house.keys.open_field(made.body, f"outbox|{(b'p' * 32).hex()}|body")
    assert b'"template": "ping"' in opened


# Making them and following them


def sync(service: Service, templates: Mapping[str, Template] = TEMPLATES) -> list[str]:
    """`suar channels sync`; what it says of the messages."""
    told = asyncio.run(messengers.sync(service.settings, replace(shelf(), templates=templates)))
    return [one.removeprefix("WhatsApp: ") for one in told[1:-1]]


def fault(service: Service) -> str:
    """What `suar doctor` says."""
    return asyncio.run(messengers.fault(service.settings, shelf()))


def test_they_are_made_once_submitted_once_and_followed(unsent: Service, twilio: Twilio) -> None:
    names = [f"{one.id} ({language})" for one, language in WRITTEN]
    assert "ping (id) is not submitted" in fault(unsent)
    assert sync(unsent) == [f"{name} waits for Meta" for name in names]
    assert "ping (id) waits for Meta" in fault(unsent)
    made = dict(twilio.contents)
    twilio.content.judge("approved")
    twilio.content.judge("rejected", "TAG_CONTENT_MISMATCH", only="suar_ping_en")
    told = sync(unsent)
    assert twilio.contents == made
    assert "ping (id) is approved" in told and "ping (en) is rejected by Meta: TAG_CONTENT_MISMATCH" in told
    assert "ping (en) is rejected by Meta" in fault(unsent)
    twilio.content.judge("approved")
    assert fault(unsent) == ""
    assert {row["category"] for row in twilio.content.approvals.values()} == {"UTILITY"}


def test_a_text_that_changes_is_a_new_message_and_the_old_one_stays(unsent: Service, twilio: Twilio) -> None:
    twilio.content.verdict = "approved"
    sync(unsent)
    before, ping = dict(twilio.contents), TEMPLATES[TEMPLATE]
    changed = replace(ping, body=Localized("Ada pesan baru untuk Anda.", ping.body.others))
    assert name_of(changed, "id") != name_of(ping, "id") and name_of(changed, "en") == name_of(ping, "en")
    twilio.content.verdict = "pending"
    told = sync(unsent, {**TEMPLATES, TEMPLATE: changed})
    assert "ping (id) waits for Meta" in told and "ping (en) is approved" in told
    assert before.items() <= twilio.contents.items() and len(twilio.contents) == len(before) + 1


def test_a_kill_between_making_and_submitting_is_made_good(unsent: Service, twilio: Twilio) -> None:
    with open_client(unsent.settings) as client:
        ping = TEMPLATES[TEMPLATE]
        whatsapp_approved.create(client, name_of(ping, "id"), ping, "id")
    assert "ping (id) waits for Meta" in sync(unsent)
    assert len([one for one in twilio.contents.values() if one["friendly_name"].startswith("suar_ping_id")]) == 1


def test_every_process_follows_what_is_approved_and_keeps_it_while_twilio_is_away(
    unsent: Service, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ASK", "SOON"):
        monkeypatch.setattr(whatsapp_profile, name, 0.02)
    sync(unsent)
    background, pushes = Background(messengers.watches(unsent)), unsent.house.pushes
    background.start()
    try:
        until(lambda: pushes.asked)
        assert not pushes.take("whatsapp", TEMPLATE, "id")
        twilio.content.judge("approved")
        until(lambda: pushes.take("whatsapp", TEMPLATE, "id"))
        before = len(twilio.calls)
        twilio.faults.extend([("GET", Fault(kind)) for kind in ("500", "429", "drop", "after") * 3])
        until(lambda: not twilio.faults)
        assert len(twilio.calls) > before and pushes.take("whatsapp", TEMPLATE, "id")
        twilio.content.judge("paused", only="suar_ping")
        until(lambda: not pushes.take("whatsapp", TEMPLATE, "id"))
        assert pushes.take("whatsapp", "referral", "en")
    finally:
        background.close()


def test_a_message_with_a_variable_that_does_not_fit_waits(unsent: Service, twilio: Twilio) -> None:
    twilio.content.verdict = "approved"
    sync(unsent)
    with open_client(unsent.settings) as client:
        whatsapp_approved.take_over(unsent.house.pushes, whatsapp_approved.standings(client, TEMPLATES))
    right = Line(("x",), template="referral_anytime", variables=("BCDEFG", "Bahaya sekarang", "Kec. Pancoran"))
    for line in (
        replace(right, variables=right.variables[:2]),
        replace(right, variables=("BCDEFG", "Bahaya sekarang", "di rumah\nnya")),
        replace(right, variables=("BCDEFG", "Bahaya sekarang", "Jl. Mawar 3, pintunya digembok")),
        replace(right, template="another"),
        replace(right, language="xx"),
    ):
        assert whatsapp_approved.approved(line, unsent.house.pushes, TEMPLATES) is None
    assert whatsapp_approved.approved(right, unsent.house.pushes, TEMPLATES) is not None


# Pace and threads


def test_no_second_holds_more_than_twilio_passes_on() -> None:
    """Flat from the first second on, and not slower than it must be."""
    at, pace = 0.0, Pace(EACH, clock=lambda: at)
    times = []
    for _ in range(3 * RATE):
        at += pace.wait()
        times.append(at)
    assert all(sum(start <= one < start + 1 for one in times) <= RATE + 1 for start in times)
    assert sum(one < 1 for one in times) >= RATE


def test_as_many_calls_as_the_rate_needs_go_at_once_and_no_two_threads_share_a_session(
    unsent: Service, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"whatsapp:+62812000{number:05d}" for number in range(4 * POOL)]
    twilio.heard.update(dict.fromkeys(people, time.time()))
    used: dict[int, set[int]] = defaultdict(set)
    together, calls, request = threading.Barrier(POOL, timeout=60), count(), requests.Session.request

    def watched(session: requests.Session, *args: Any, **more: Any) -> requests.Response:
        used[id(session)].add(threading.get_ident())
        if next(calls) < POOL:
            together.wait()
        return request(session, *args, **more)

    monkeypatch.setattr(requests.Session, "request", watched)

    async def run() -> None:
        until = unsent.house.now() + 3_600
        with open_client(unsent.settings) as client, open_threads() as threads:
            channel = WhatsApp(unsent, client, {}, threads)
            lines = [(to, Line((f"untuk {to}",))) for to in people]
            await asyncio.gather(
                *(channel.send(str(Reach(to, until)), line, row) for row, (to, line) in enumerate(lines, 1))
            )

    asyncio.run(run())
    assert {to: [one.text for one in twilio.chats[to]] for to in people} == {to: [f"untuk {to}"] for to in people}
    assert len(used) == POOL and {len(threads) for threads in used.values()} == {1}


def test_a_sender_leases_a_second_and_has_a_lane_for_each_thread(
    unsent: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Sender] = []

    async def run(sender: Sender) -> None:
        made.append(sender)

    monkeypatch.setattr(Sender, "run", run)
    asyncio.run(messengers.send_whatsapp(unsent))
    assert [(one.lanes, one.batch, one.keeps) for one in made] == [(POOL, RATE, True)]
