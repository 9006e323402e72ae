"""The second factor: RFC 6238's own figures, a clock that drifts, and a code tried twice."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.totp import new_secret, now_code, uri, verify

SECRET = b"12345678901234567890"
NOON = 1_800_000_000.0


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_rfc_6238_appendix_b(at: int, code: str) -> None:
    assert now_code(SECRET, at) == code
    assert verify(SECRET, code, at, None) == at // 30


@pytest.mark.parametrize(("late", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_early_or_late_is_forgiven(late: int, accepted: bool) -> None:
    step = verify(SECRET, now_code(SECRET, NOON), NOON + late, None)
    assert step == (NOON // 30 if accepted else None)


def test_a_code_is_used_once_and_so_are_older_ones() -> None:
    earlier, code = now_code(SECRET, NOON - 30), now_code(SECRET, NOON)
    step = verify(SECRET, code, NOON, None)
    assert step is not None
    assert verify(SECRET, code, NOON, step) is None
    assert verify(SECRET, code, NOON + 29, step) is None
    assert verify(SECRET, earlier, NOON, step) is None
    assert verify(SECRET, now_code(SECRET, NOON + 30), NOON + 30, step) == step + 1


def test_a_space_in_the_middle_is_forgiven() -> None:
    code = now_code(SECRET, NOON)
    assert verify(SECRET, f" {code[:3]} {code[3:]}\n", NOON, None) == NOON // 30


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "-12345", "12345\u0661", "\u0661" * 6])
def test_what_is_not_six_digits_is_refused(code: str) -> None:
    assert verify(SECRET, code, NOON, None) is None


@given(st.text(max_size=12), st.floats(min_value=0, max_value=2**40), st.none() | st.integers(0, 2**36))
def test_any_text_at_any_time_gets_an_answer_and_never_an_old_step(code: str, at: float, last_step: int | None) -> None:
    step = verify(SECRET, code, at, last_step)
    assert step is None or (abs(step - at // 30) <= 1 and (last_step is None or step > last_step))


def test_another_secret_does_not_fit() -> None:
    other = new_secret()
    assert len(other) == 20
    assert other != new_secret()
    codes = [now_code(other, NOON + 30 * step) for step in range(20)]
    assert codes != [now_code(SECRET, NOON + 30 * step) for step in range(20)]


def test_the_address_for_the_qr_code_says_what_a_phone_needs() -> None:
    parts = urlsplit(uri(SECRET, "Ibu Sari & rekan"))
    asked = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path == "/Suar:Ibu%20Sari%20%26%20rekan"
    assert asked["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert (asked["digits"], asked["period"], asked["issuer"]) == (["6"], ["30"], ["Suar"])
