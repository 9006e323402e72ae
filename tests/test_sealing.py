"""Sealing: the standard's own figures; nothing opens with another key, in another place, or changed."""

import unicodedata
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot import sealing
from bot.keys import CannotOpen
from bot.sealing import KeyPair, PasswordRecord

PRIVATE = bytes(range(32))
PASSWORD = "kata sandi"  # noqa: S105  opens nothing but the two locked keys below
REPORT = sealing.info_report("r" * 26, "story")
SHEET = "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFX-DAQW"

# Written once by version 1 with PASSWORD, PRIVATE and member `m1`.
LOCKED = bytes.fromhex(
    "01e1e88f22c893b6ac7570427743eb4192aaf0175992cd3c574205f8b831fd6071f7b68c29a41fe91ed98f611b957e50d3"
    "a32e1b6ee21dde1187f9db2dc13fb09188abd69965efad593ea62071"
)
RECORD = PasswordRecord(
    bytes.fromhex("9971545af09bab90802218c997ff70db"),
    bytes.fromhex("c1348d85d13dd8ecf4ff5f0aeea51ecff7ee30b6fda7fdc9d2be3829eadb55a1"),
)
RECORD_LOCKED = bytes.fromhex(
    "1703f5cb882e1a50596d7c53823dca32d52de5f55cadd32544ad771e7474d521"
    "4f35b24b5a2db243a398b8ecf31cff91e3ec16921515a6d14546e00f"
)


def changed(data: bytes, at: int, change: int) -> bytes:
    """The same bytes but for one."""
    copy = bytearray(data)
    copy[at % len(copy)] ^= change
    return bytes(copy)


def test_the_vector_of_rfc_9180_a_2_1_opens() -> None:
    """The vector has associated data, we use none: its key, checked by its ciphertext, seals without any."""
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    private = bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    encapsulated = bytes.fromhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
    cipher = ChaCha20Poly1305(bytes.fromhex("ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91"))
    nonce = bytes.fromhex("5c4d98150661b848853b547f")
    plaintext = b"Beauty is truth, truth beauty"
    assert cipher.encrypt(nonce, plaintext, b"Count-0").hex() == (
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    )
    sealed = encapsulated + cipher.encrypt(nonce, plaintext, b"")
    assert sealing.unseal(private, sealed, info) == plaintext


@settings(deadline=None)
@given(st.binary(max_size=3000), st.binary(max_size=100))
def test_what_is_sealed_opens_with_its_key_and_info_only(plaintext: bytes, info: bytes) -> None:
    pair, other = sealing.new_keypair(), sealing.new_keypair()
    sealed = sealing.seal(pair.public, plaintext, info)
    assert len(sealed) == len(plaintext) + 48
    assert sealing.unseal(pair.private, sealed, info) == plaintext
    for private, context in ((other.private, info), (pair.private, info + b"x")):
        with pytest.raises(CannotOpen):
            sealing.unseal(private, sealed, context)


@settings(deadline=None)
@given(st.integers(min_value=0), st.integers(1, 255), st.binary(max_size=100))
def test_changed_or_made_up_bytes_do_not_unseal(at: int, change: int, noise: bytes) -> None:
    pair = sealing.new_keypair()
    sealed = sealing.seal(pair.public, b"jendela ditutup", REPORT)
    for forged in (changed(sealed, at, change), sealed[:-1], noise):
        with pytest.raises(CannotOpen):
            sealing.unseal(pair.private, forged, REPORT)


def test_a_public_key_that_would_give_every_secret_away_is_refused() -> None:
    with pytest.raises(ValueError, match="shared key"):
        sealing.seal(bytes(32), b"jendela ditutup", REPORT)


@given(st.lists(st.text("ab|1", max_size=3), min_size=3, max_size=3), st.integers(0, 12), st.integers(0, 12))
def test_no_two_contexts_share_an_info(names: list[str], epoch: int, other: int) -> None:
    a, b, c = names
    contexts: dict[tuple[str | int, ...], bytes] = {}
    for one, two in ((a, b), (a + b, c), (a, b + c)):
        contexts["report", one, two] = sealing.info_report(one, two)
    for number in (epoch, other):
        contexts["wrap", a, number, b] = sealing.info_wrap(a, number, b)
        contexts["member", a, number, b] = sealing.info_queue_member(a, number, b)
        contexts["recovery", a, number] = sealing.info_recovery(a, number)
    assert len(set(contexts.values())) == len(contexts)


@given(st.binary(max_size=70_000))
def test_a_padded_story_comes_back_and_shows_only_its_class(story: bytes) -> None:
    padded = sealing.pad(story)
    assert sealing.unpad(padded) == story
    assert len(padded) in (512, 2048, 8192, 32768, 65536, 98304)


@pytest.mark.parametrize(
    ("length", "size"), [(508, 512), (509, 2048), (8188, 8192), (8189, 32768), (32765, 65536), (65533, 98304)]
)
def test_a_size_class_ends_where_it_says(length: int, size: int) -> None:
    assert len(sealing.pad(b"x" * length)) == size


@pytest.mark.parametrize("noise", [b"", b"\0\0", b"\0" * 511, b"\xff" * 512, b"\0\0\0\1aa" + b"\0" * 506])
def test_what_was_not_padded_is_refused(noise: bytes) -> None:
    with pytest.raises(CannotOpen):
        sealing.unpad(noise)


@given(st.binary(min_size=32, max_size=32), st.integers(min_value=0), st.integers(1, 255))
def test_a_wrap_for_the_code_opens_for_that_code_and_report_only(key: bytes, at: int, change: int) -> None:
    wrapped = sealing.wrap_for_code(key, PRIVATE, "r1")
    assert sealing.unwrap_for_code(key, wrapped, "r1") == PRIVATE
    assert sealing.wrap_for_code(key, PRIVATE, "r1") != wrapped
    with pytest.raises(CannotOpen):
        sealing.unwrap_for_code(key, wrapped, "r2")
    with pytest.raises(CannotOpen):
        sealing.unwrap_for_code(changed(key, at, change), wrapped, "r1")
    for forged in (changed(wrapped, at, change), wrapped[:5]):
        with pytest.raises(CannotOpen):
            sealing.unwrap_for_code(key, forged, "r1")


@given(st.binary(min_size=32, max_size=32), st.integers(min_value=0), st.integers(1, 255))
def test_a_session_wrap_opens_with_its_cookie_only(token: bytes, at: int, change: int) -> None:
    wrapped = sealing.wrap_session(token, PRIVATE, "m1")
    assert sealing.unwrap_session(token, wrapped, "m1") == PRIVATE
    for stolen in (changed(token, at, change), sealing.hash_session(token), b""):
        with pytest.raises(CannotOpen):
            sealing.unwrap_session(stolen, wrapped, "m1")
    with pytest.raises(CannotOpen):
        sealing.unwrap_session(token, wrapped, "m2")
    assert len({token, sealing.session_key(token), sealing.hash_session(token)}) == 3


def test_a_new_password_opens_and_another_does_not() -> None:
    record, locked = sealing.new_password(PASSWORD, "m1", PRIVATE)
    assert sealing.open_password(record, locked, PASSWORD, "m1") == PRIVATE
    assert sealing.open_password(record, locked, PASSWORD + " ", "m1") is None
    assert PRIVATE not in locked


def test_what_version_1_stored_opens_for_good() -> None:
    assert sealing.open_password(RECORD, RECORD_LOCKED, PASSWORD, "m1") == PRIVATE
    assert sealing.unlock(PASSWORD, LOCKED, "m1") == PRIVATE


def test_a_right_password_with_a_key_of_someone_else_is_not_called_a_wrong_password() -> None:
    for locked, member in ((RECORD_LOCKED, "m2"), (changed(RECORD_LOCKED, 20, 1), "m1"), (b"", "m1")):
        with pytest.raises(CannotOpen):
            sealing.open_password(RECORD, locked, PASSWORD, member)
    with pytest.raises(CannotOpen, match="version"):
        sealing.open_password(replace(RECORD, version=2), RECORD_LOCKED, PASSWORD, "m1")


def test_a_made_up_record_for_an_unknown_name_just_says_no() -> None:
    nobody = PasswordRecord(b"\5" * 16, b"\6" * 32)
    assert sealing.open_password(nobody, b"", PASSWORD, "m1") is None
    assert sealing.open_password(nobody, b"", "\ud800", "m1") is None


def test_the_same_letters_from_another_keyboard_open() -> None:
    composed, decomposed = (unicodedata.normalize(form, "rumah\u00e9") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert sealing.unlock(decomposed, sealing.lock(composed, PRIVATE, "m1"), "m1") == PRIVATE


def test_a_lock_opens_for_its_member_and_password_only() -> None:
    for password, member in (("kata sandI", "m1"), (PASSWORD, "m2")):
        with pytest.raises(CannotOpen):
            sealing.unlock(password, LOCKED, member)
    for forged in (changed(LOCKED, 0, 3), changed(LOCKED, 5, 1), LOCKED[:17], b""):
        with pytest.raises(CannotOpen):
            sealing.unlock(PASSWORD, forged, "m1")


def test_an_over_long_password_never_reaches_the_slow_function() -> None:
    """A salt of no bytes makes Argon2id itself fail, so an answer without that failure came before it."""
    saltless = PasswordRecord(b"", bytes(32))
    with pytest.raises(ValueError, match="salt"):
        sealing.open_password(saltless, b"", "x" * 256, "m1")
    assert sealing.open_password(saltless, b"", "x" * 257, "m1") is None
    with pytest.raises(CannotOpen):
        sealing.unlock("x" * 10_000_000, LOCKED, "m1")
    with pytest.raises(ValueError, match="at most 256"):
        sealing.new_password("x" * 257, "m1", PRIVATE)
    with pytest.raises(ValueError, match="at most 256"):
        sealing.lock("x" * 257, PRIVATE, "m1")


def test_the_recovery_sheet_reads_as_it_always_did() -> None:
    assert sealing.recovery_text(PRIVATE) == SHEET
    assert sealing.recovery_bytes(SHEET) == PRIVATE
    with pytest.raises(ValueError, match="32 bytes"):
        sealing.recovery_text(PRIVATE[:31])


@given(st.binary(min_size=32, max_size=32), st.sampled_from("Oo"), st.sampled_from("IiLl"))
def test_a_recovery_key_typed_by_a_tired_person_is_read(private: bytes, zero: str, one: str) -> None:
    text = sealing.recovery_text(private)
    for typed in (text.lower(), f" {text}\n".replace("-", " "), text.replace("0", zero).replace("1", one)):
        assert sealing.recovery_bytes(typed) == private


@given(st.integers(0, 55), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_is_noticed_and_the_key_is_not_repeated(at: int, letter: str) -> None:
    plain = SHEET.replace("-", "")
    typed = plain[:at] + letter + plain[at + 1 :]
    assume(typed != plain)
    with pytest.raises(ValueError, match="typing error") as refused:
        sealing.recovery_bytes(typed)
    assert typed[:8] not in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "but 0 were typed"),
        (SHEET[:-1], "but 55 were typed"),
        (SHEET + "0", "but 57 were typed"),
        (SHEET.replace("W", "U"), "never used"),
        (SHEET.replace("W", "\u00e9"), "never used"),
        (SHEET.replace("40R4-0M30", "0M30-40R4"), "typing error"),
    ],
)
def test_a_slip_gets_a_sentence_that_says_what_to_look_at(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        sealing.recovery_bytes(typed)


@given(st.text(max_size=80))
def test_any_text_is_at_worst_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="recovery key"):
        sealing.recovery_bytes(text)


def test_no_private_key_salt_or_verifier_shows_when_printed() -> None:
    assert repr(KeyPair(b"private", b"public")) == "KeyPair(public=b'public')"
    assert repr(RECORD) == "PasswordRecord(version=1)"
