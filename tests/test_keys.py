"""The server's keys: weak ones are refused with advice, fields open where they belong, hashes do not mix."""

import base64
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.keys import CannotOpen, Keys, WeakSecret, WrongKeys, new_secret


def secret(name: str) -> str:
    """A fixed 32-byte secret that looks random, as base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()).decode()


ONE, TWO, PEPPER = secret("key one"), secret("key two"), secret("pepper")
WHERE = "place|1|draft"


def keys(text: str = f"k1:{ONE}", pepper: str = PEPPER) -> Keys:
    return Keys.parse(text, pepper)


def test_a_new_secret_is_good_enough_and_never_the_same() -> None:
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(keys(one).current == "k1" for one in made)


def test_the_first_key_is_current_and_a_bare_value_is_k1() -> None:
    assert keys(ONE).current == "k1"
    assert keys(f" k2:{TWO} , k1:{ONE}, ").current == "k2"
    assert list(keys(f"k2:{TWO},{ONE}").ring) == ["k2", "k1"]


def test_plain_base64_with_plus_and_slash_is_welcome() -> None:
    raw = b"\xfb\xff" + hashlib.sha256(b"openssl").digest()
    assert keys(base64.b64encode(raw).decode()).ring["k1"] == raw
    assert keys(base64.urlsafe_b64encode(raw).decode().rstrip("=")).ring["k1"] == raw


@pytest.mark.parametrize(
    ("text", "pepper", "says"),
    [
        ("", PEPPER, "SUAR_KEYS is missing"),
        (" , ", PEPPER, "SUAR_KEYS is missing"),
        ("k1:", PEPPER, "Key k1 of SUAR_KEYS is missing"),
        (ONE, "", "SUAR_PEPPER is missing"),
        ("k1:rahasia sekali!", PEPPER, "not base64url"),
        ("k1:rahasia\u00e9", PEPPER, "not base64url"),
        ("k1:abcde", PEPPER, "not base64url"),
        (ONE, "====", "SUAR_PEPPER is"),
        (ONE, PEPPER[:40], "too short, 30 bytes"),
        ("k1:" + "A" * 43, PEPPER, "not random"),
        (base64.b64encode(b"gantilah" * 4).decode(), PEPPER, "not random"),
        (base64.b64encode(bytes(range(64))).decode(), PEPPER, "not random"),
        (f"k1:{ONE},k1:{TWO}", PEPPER, "names k1 twice"),
        (f"{ONE},{TWO}", PEPPER, "names k1 twice"),
        (f"k1:{ONE},k2:{ONE}", PEPPER, "must differ"),
        (f"k1:{ONE},k2:{TWO}", ONE, "must differ"),
        (f"pepper:{ONE}", PEPPER, "key id"),
        (f":{ONE}", PEPPER, "key id"),
        (f"a b:{ONE}", PEPPER, "key id"),
    ],
)
def test_a_weak_secret_is_refused_with_advice_and_not_repeated(text: str, pepper: str, says: str) -> None:
    with pytest.raises(WeakSecret, match=says) as refused:
        keys(text, pepper)
    message = str(refused.value)
    assert message.endswith(".")
    assert not any(len(part) > 6 and part in message for part in (*text.replace(":", ",").split(","), pepper))


def test_nothing_secret_shows_when_keys_are_printed() -> None:
    shown = repr(keys(f"k1:{ONE},k2:{TWO}"))
    assert shown == "Keys()"


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=40))
def test_a_field_opens_where_it_was_sealed_and_nowhere_else(data: bytes, row: str) -> None:
    ring = keys()
    sealed = ring.seal_field(data, f"place|{row}|draft")
    assert ring.open_field(sealed, f"place|{row}|draft") == data
    for elsewhere in (f"place|{row}x|draft", f"person|{row}|draft", f"place|{row}|words", ""):
        with pytest.raises(CannotOpen):
            ring.open_field(sealed, elsewhere)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_noticed(at: int, change: int) -> None:
    ring = keys(f"k1:{ONE},k2:{TWO}")
    sealed = bytearray(ring.seal_field(b"jendela ditutup", WHERE))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(CannotOpen):
        ring.open_field(bytes(sealed), WHERE)


@given(st.one_of(st.binary(max_size=80), st.binary(max_size=80).map(lambda tail: b"k1:" + tail)))
def test_bytes_that_were_never_sealed_do_not_open(noise: bytes) -> None:
    with pytest.raises(CannotOpen):
        keys().open_field(noise, WHERE)


def test_the_same_words_are_never_sealed_to_the_same_bytes() -> None:
    ring = keys()
    assert len({ring.seal_field(b"halo", WHERE) for _ in range(100)}) == 100
    assert len(ring.seal_field(b"halo", WHERE)) == 4 + 29 + len("k1")


def test_an_old_key_still_opens_and_a_dropped_one_does_not() -> None:
    sealed = keys(ONE).seal_field(b"halo", WHERE)
    rotated = keys(f"k2:{TWO},k1:{ONE}")
    assert rotated.open_field(sealed, WHERE) == b"halo"
    assert rotated.seal_field(b"halo", WHERE).startswith(b"k2:")
    with pytest.raises(CannotOpen):
        keys(f"k2:{TWO}").open_field(sealed, WHERE)


def test_a_field_written_by_the_first_version_opens_for_good() -> None:
    written = bytes.fromhex("6b313ac312bd4dd55bb18cc2e9616c092c1d01775dd518b12da591717d81ba0bc35201")
    assert keys().open_field(written, WHERE) == b"halo"


def test_threads_may_share_the_keys() -> None:
    ring = keys()

    def there_and_back(number: int) -> bool:
        where = f"table{number % 7}|{number}|words"
        return ring.open_field(ring.seal_field(b"%d" % number, where), where) == b"%d" % number

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(there_and_back, range(400)))


def test_a_person_is_a_keyed_hash_of_channel_and_address() -> None:
    pepper = base64.urlsafe_b64decode(PEPPER)
    expected = hmac.new(pepper, b"person|telegram|12345", hashlib.sha256).digest()
    assert keys().person_key("telegram", "12345") == expected
    assert keys(TWO).person_key("telegram", "12345") == expected
    assert keys(pepper=secret("other pepper")).person_key("telegram", "12345") != expected


def test_hashes_for_different_uses_never_meet() -> None:
    ring = keys()
    hashes = [
        ring.person_key("telegram", "12345"),
        ring.person_key("whatsapp", "12345"),
        ring.inbound_key("telegram", "12345"),
        ring.token_mac("telegram", "12345"),
        *ring.fingerprints().values(),
    ]
    assert len({value[:16] for value in hashes}) == len(hashes)
    assert [len(value) for value in hashes] == [32, 32, 16, 32, 16, 16]


def test_an_id_with_half_a_surrogate_still_has_a_hash() -> None:
    assert len(keys().inbound_key("web", "\ud800")) == 16


def test_the_same_keys_and_keys_added_since_are_accepted() -> None:
    stored = keys(ONE).fingerprints()
    assert set(stored) == {"k1", "pepper"}
    keys(f"k2:{TWO},k1:{ONE}").check_fingerprints(stored)
    keys(ONE).check_fingerprints({})


@pytest.mark.parametrize(
    ("text", "pepper", "says"),
    [
        (f"k2:{TWO}", PEPPER, "Key k1 of SUAR_KEYS is missing"),
        (f"k1:{TWO}", PEPPER, "Key k1 of SUAR_KEYS is not the one"),
        (f"k1:{ONE}", secret("other pepper"), "SUAR_PEPPER is not the one"),
    ],
)
def test_a_missing_or_different_key_is_named(text: str, pepper: str, says: str) -> None:
    with pytest.raises(WrongKeys, match=says):
        keys(text, pepper).check_fingerprints(keys(ONE).fingerprints())
