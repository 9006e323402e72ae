"""The web chat's parts: its waiting line, its tokens, the bubbles a page carries, the numbers a thumb can call."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.channels.web_history import (
    BUBBLES,
    BYTES_AT_MOST,
    History,
    open_history,
    open_slip,
    pack,
    seal_history,
    seal_slip,
    where,
)
from bot.channels.web_line import (
    CHATS_KEPT,
    LONGEST,
    NETWORKS_KEPT,
    OF_A_NETWORK,
    OF_A_WIDE_NETWORK,
    OF_ALL,
    WaitingLine,
)
from bot.channels.web_page import marker
from bot.channels.web_request import clean
from bot.channels.web_token import AHEAD, LIFETIME, Token, new_token, read_token, write_token
from bot.keys import Keys, new_secret
from handlers.render import Button, Line
from tests.web_chat import Clock

NOW = 1_790_000_000


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys.parse(new_secret(), new_secret())


KEYS = st.shared(st.builds(lambda: Keys.parse(new_secret(), new_secret())), key="keys")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
LINES = st.builds(
    Line,
    st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    st.lists(st.builds(Button, TEXTS, TEXTS), max_size=9).map(tuple),
    st.booleans(),
    TEXTS,
    st.none() | st.builds(Button, TEXTS, TEXTS),
)
HISTORIES = st.builds(History, st.lists(st.one_of(TEXTS, LINES), max_size=20).map(tuple), st.integers(0, 2**63 - 1))


# The line


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 3)), min_size=1, max_size=200))
def test_a_network_never_begins_more_chats_than_its_pace(arrivals: list[tuple[int, float]]) -> None:
    clock = Clock()
    line = WaitingLine(clock)
    begun: dict[int, list[float]] = {}
    for number, (network, pause) in enumerate(arrivals):
        clock.at += pause
        if line.wait(f"chat{number}", f"198.51.{network}.{number % 250}") == 0:
            begun.setdefault(network, []).append(clock.at)
    for times in begun.values():
        for first, start in enumerate(times):
            within = sum(1 for time in times[first:] if time < start + 10)
            assert within <= OF_A_NETWORK.burst + 10 / OF_A_NETWORK.interval


def test_whoever_is_told_a_wait_comes_in_after_it_and_before_later_ones() -> None:
    clock = Clock()
    line = WaitingLine(clock)
    waits = [line.wait(f"chat{number}", "203.0.113.9") for number in range(65)]
    assert waits == [0] * 60 + [1, 2, 3, 4, 5]
    clock.at += 4
    assert line.wait("late", "203.0.113.9") == 2
    assert [line.wait(f"chat{number}", "203.0.113.200") for number in (64, 63, 62)] == [1, 0, 0]


def test_the_line_is_never_longer_than_what_is_told() -> None:
    clock = Clock()
    line = WaitingLine(clock)
    waits = [line.wait(f"chat{number}", "203.0.113.9") for number in range(1_000)]
    assert max(waits) == LONGEST
    clock.at += LONGEST
    assert line.wait("chat179", "203.0.113.9") == 0
    assert line.wait("chat999", "203.0.113.9") == 1


def test_all_networks_together_have_a_pace_too() -> None:
    clock = Clock()
    line = WaitingLine(clock)
    waits = [line.wait(f"chat{number}", f"198.{number // 100}.{number % 100}.1") for number in range(620)]
    assert waits.count(0) == OF_ALL.burst
    assert max(waits) == 2


def test_networks_are_counted_by_64_bits_of_ipv6() -> None:
    line = WaitingLine(Clock())
    waits = [line.wait(f"chat{number}", f"2001:db8::{number:x}") for number in range(61)]
    assert waits == [0] * 60 + [1]
    assert line.wait("other", "2001:db8:0:1::1") == 0


def test_the_door_forgets_who_was_silent_longest() -> None:
    line = WaitingLine(Clock())
    line.chat("first").inside = 1
    for number in range(CHATS_KEPT):
        line.chat(str(number))
    assert len(line.chats) == CHATS_KEPT
    assert line.chat("first").inside == 0


@pytest.mark.parametrize("origin", ["198.51.{0}.1", "2001:db8:0:{0:x}::1"])
def test_a_wide_network_gets_a_share_of_what_all_have(origin: str) -> None:
    line = WaitingLine(Clock())
    waits = [line.wait(f"chat{number}", origin.format(number % 200)) for number in range(400)]
    assert waits.count(0) == OF_A_WIDE_NETWORK.burst
    assert line.wait("elsewhere", "203.0.113.1") == 0


def fill(line: WaitingLine, clock: Clock, crowd: str = "crowd") -> None:
    """A crowd of many networks takes every place in line that there is."""
    for number in range(2_400):
        line.wait(f"{crowd}{number}", f"{20 + number // 100}.{number % 100 // 10}.{number % 10}.1")
    assert line.all.turn(clock.at) - clock.at > LONGEST


@pytest.mark.parametrize("origin", ["203.0.113.1", "2001:db8::1"])
def test_the_first_chat_of_an_idle_network_always_gets_a_place(origin: str) -> None:
    clock = Clock()
    line = WaitingLine(clock)
    fill(line, clock)
    assert line.wait("neighbour", origin) == LONGEST
    assert line.wait("second", origin) == LONGEST
    clock.at += LONGEST
    fill(line, clock, "another")
    assert line.wait("neighbour", origin) == 0
    assert "second" not in line.chats


def test_parts_of_one_ipv6_network_are_no_idle_networks() -> None:
    clock = Clock()
    line = WaitingLine(clock)
    fill(line, clock)
    for number in range(1_000):
        line.wait(f"part{number}", f"2001:db8:0:{number:x}::1")
    assert [name for name in line.chats if name.startswith("part")] == ["part0"]


def test_refused_posts_push_nobody_out_and_leave_nothing_behind() -> None:
    line = WaitingLine(Clock())
    assert line.wait("resident", "203.0.113.1") == 0
    for number in range(5_000):
        line.wait(f"script{number}", "198.51.100.7")
    assert len(line.chats) == 1 + OF_A_NETWORK.burst + LONGEST
    assert line.chats["resident"].turn <= line.clock()


def test_the_line_keeps_a_bounded_number_of_networks() -> None:
    line = WaitingLine(Clock())
    for number in range(NETWORKS_KEPT + 200):
        line.wait(f"chat{number}", f"2001:{number:x}::1")
    assert (len(line.networks), len(line.wide)) == (NETWORKS_KEPT, NETWORKS_KEPT)


# Tokens


@given(KEYS, st.integers(-AHEAD, LIFETIME))
def test_a_token_comes_back_as_it_was_given_out(keys: Keys, age: int) -> None:
    token = new_token(NOW)
    assert read_token(write_token(token, keys), keys, NOW + age) == token


@given(KEYS, st.integers(0, 49), st.integers(1, 63))
def test_a_token_with_another_character_is_nobody(keys: Keys, at: int, shift: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = write_token(new_token(NOW), keys)
    other = alphabet[(alphabet.index(text[at]) + shift) % 64]
    forged = read_token(text[:at] + other + text[at + 1 :], keys, NOW)
    # The last character carries bits beyond the last byte, which say nothing.
    assert forged is None or (at == len(text) - 1 and forged == read_token(text, keys, NOW))


@given(KEYS, st.text(max_size=80))
def test_any_other_text_is_no_token(keys: Keys, text: str) -> None:
    assert read_token(text, keys, NOW) is None


def test_a_token_of_tomorrow_of_yesterday_or_of_another_server_is_nobody(keys: Keys) -> None:
    text = write_token(new_token(NOW), keys)
    assert read_token(text, keys, NOW - AHEAD - 1) is None
    assert read_token(text, keys, NOW + LIFETIME + 1) is None
    assert read_token(text, Keys.parse(new_secret(), new_secret()), NOW) is None


# What a page carries


@given(KEYS, HISTORIES)
def test_a_page_gets_its_last_bubbles_back(keys: Keys, history: History) -> None:
    token = new_token(NOW)
    opened = open_history(seal_history(history, token, keys), token, keys)
    assert opened.seen == history.seen
    assert len(opened.bubbles) <= BUBBLES
    assert not opened.bubbles or opened.bubbles == history.bubbles[-len(opened.bubbles) :]
    assert bool(opened.bubbles) == bool(history.bubbles)


@given(KEYS, HISTORIES)
def test_nobody_puts_bubbles_into_another_chat(keys: Keys, history: History) -> None:
    sealed = seal_history(history, new_token(NOW), keys)
    assert open_history(sealed, new_token(NOW), keys) == History()


@pytest.mark.parametrize("text", ["", "A", "AAAA", "azE6", "é", "azE6AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "!" * 80])
def test_a_forged_field_is_nothing(keys: Keys, text: str) -> None:
    assert open_history(text, new_token(NOW), keys) == History()
    assert open_slip(text, keys) is None


@pytest.mark.parametrize("plain", [b"[1, [{}]]", b"[1]", b"{}", b"5", b"[1, [null]]"])
def test_a_page_of_another_version_starts_without_bubbles(keys: Keys, plain: bytes) -> None:
    token = new_token(NOW)
    sealed = pack(keys.seal_field(plain, where(token)))
    assert open_history(sealed, token, keys) == History()


def test_long_stories_do_not_make_the_page_heavy(keys: Keys) -> None:
    token, history = new_token(NOW), History()
    for _ in range(30):
        history = history.heard("cerita panjang " * 600, ()).said(1, Line(("ya " * 400,)))
    assert len(seal_history(history, token, keys)) < 2 * BYTES_AT_MOST


def test_one_s_own_words_are_shown_by_the_label_that_was_pressed() -> None:
    asked = Line(("?",), (Button("a.b:1:x", "Ya"), Button("a.b:1:y", "Tidak")), back=Button("a.b:1:0", "Kembali"))
    history = History().said(1, asked)
    assert history.heard(" dan lagi ", ("a.b:1:y", "a.b:0:x")).bubbles[-1] == "Tidak\ndan lagi"
    assert history.heard("", ("a.b:1:0",)).bubbles[-1] == "Kembali"
    assert history.heard("", ("forged",)) == history


def test_a_slip_says_which_row_of_whom(keys: Keys) -> None:
    token = Token(secrets.token_hex(16), NOW)
    assert open_slip(seal_slip(token, 7, keys), keys) == (token.address, 7)


# Words


@given(st.text(max_size=200))
def test_clean_words_can_be_stored_and_stay_what_they_were(text: str) -> None:
    whole = clean(text)
    whole.encode()
    assert "\0" not in whole
    assert "\r" not in whole
    assert clean(whole) == whole


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Telepon 112 atau 110.", '<a href="tel:112">112</a> atau <a href="tel:110">110</a>'),
        ("0813-1761-7622", '<a href="tel:+6281317617622">0813-1761-7622</a>'),
        ("+62 813 1761 7622", '<a href="tel:+6281317617622">+62 813 1761 7622</a>'),
        ("WhatsApp 0812 0000 0000", 'WhatsApp <span class="number">0812 0000 0000</span>'),
        ("sejak 2026-11", "sejak 2026-11"),
        ("1120 w112 112x", "1120 w112 112x"),
    ],
)
def test_numbers_we_know_can_be_called(text: str, html: str) -> None:
    marked = marker(["112", "110", "+6281317617622"])
    assert html in marked(text, "")


@given(TEXTS, st.text(max_size=8))
def test_marks_change_no_word_and_let_no_markup_in(text: str, copy: str) -> None:
    marked = marker(["112", "110"])(text, copy)
    assert marked.striptags() == escape(text).striptags() or "<" in text or ">" in text
    left = marked.replace("<strong data-once>", "").replace("</strong>", "").replace("</a>", "")
    left = left.replace('<span class="number">', "").replace("</span>", "")
    for dial in ("112", "110"):
        left = left.replace(f'<a href="tel:{dial}">', "")
    assert "<" not in left
