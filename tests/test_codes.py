"""The reporter's code: the same words from the same seed, forgiving of slips, blind to ordinary talk."""

import itertools
import re

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.codes import CodeBook, CodeKey, code_from_seed, code_salt, derive, report_id_from_seed

LETTERS = "bdfghjklmnprs"
SEED = bytes(range(32))
FEW = ("ember", "hujan", "kabur", "kapur", "kuda", "melati", "pasir", "senja")
CODE = ("melati", "kuda", "hujan", "ember", "senja", "pasir")


def synthetic_words() -> tuple[str, ...]:
    """2,048 words of four letters, the last a check letter, so that two of them are two slips apart."""
    size = len(LETTERS)
    free = itertools.islice(itertools.product(range(size), repeat=3), 2048)
    checked = ((*word, -(word[0] + 2 * word[1] + 3 * word[2]) * pow(4, -1, size) % size) for word in free)
    return tuple("".join(LETTERS[letter] for letter in word) for word in checked)


WORDS = synthetic_words()
BOOK = CodeBook(WORDS)
SMALL = CodeBook(FEW)
codes = st.binary(min_size=16, max_size=32).map(lambda seed: code_from_seed(seed, WORDS))


@given(st.binary(min_size=16, max_size=64))
def test_a_seed_gives_the_same_six_words_and_the_same_id_each_time(seed: bytes) -> None:
    code = code_from_seed(seed, WORDS)
    assert len(code) == 6
    assert set(code) <= set(WORDS)
    assert code_from_seed(seed, list(WORDS)) == code
    assert re.fullmatch(r"[a-z2-7]{26}", report_id_from_seed(seed))
    assert report_id_from_seed(seed) == report_id_from_seed(seed)


def test_code_and_id_of_a_known_seed_stay_as_they_are() -> None:
    bits = int.from_bytes(bytes.fromhex("ed8093b28c80ba6c56"))
    assert code_from_seed(SEED, WORDS) == tuple(WORDS[(bits >> 11 * place) % 2048] for place in range(6))
    assert report_id_from_seed(SEED) == "y7bg5edawbomht423jykzw4jou"


def test_every_word_of_the_list_can_come_up() -> None:
    drawn = {word for number in range(5000) for word in code_from_seed(number.to_bytes(16), WORDS)}
    assert len(drawn) == len(WORDS)


def test_seeds_do_not_share_codes_or_ids() -> None:
    seeds = [number.to_bytes(16) for number in range(2000)]
    assert len({code_from_seed(seed, WORDS) for seed in seeds}) == len(seeds)
    assert len({report_id_from_seed(seed) for seed in seeds}) == len(seeds)


def test_a_short_seed_or_another_list_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        code_from_seed(b"pendek", WORDS)
    with pytest.raises(ValueError, match="8 words, not 2048"):
        code_from_seed(SEED, FEW)


@pytest.mark.parametrize(
    "typed",
    [
        "melati kuda hujan ember senja pasir",
        "  MELATI   Kuda\thujan\nember\r\n\r\nSenja PASIR  ",
        "kode: melati kuda hujan ember senja pasir",
        "Kode saya melati, kuda, hujan, ember, senja, pasir.",
        "*melati* *kuda* *hujan* *ember* *senja* *pasir*",
        "1. melati\n2. kuda\n3. hujan\n4. ember\n5. senja\n6. pasir",
        "1) melati 2) kuda 3) hujan 4) ember 5) senja 6) pasir",
        "melati-kuda-hujan-ember-senja-pasir",
        "_melati_kuda_ hujan\u00a0ember \u2013 senja \u2022 pasir \U0001f64f",
        "\uff4d\uff45\uff4c\uff41\uff54\uff49 kuda hujan ember senja pasir",
        "mealti kud hujann embar senja pasri",
        "m3lati kuda hujan ember senja pasir",
    ],
)
def test_what_people_type_is_understood(typed: str) -> None:
    assert SMALL.read(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "melati",
        "melati kuda hujan ember senja",
        "melati kuda hujan ember senja pasir kapur",
        "melati kuda hujan ember senja pisau",
        "mlti kuda hujan ember senja pasir",
        "saya lihat jendela rumah itu ditutup",
        "tolong melati kuda hujan ember senja pasir",
        "1 2 3 4 5 6",
        "melatikudahujanembersenjapasir",
        "melati kuda hujan ember senja pasir " + "." * 300,
    ],
)
def test_other_text_is_not_taken_for_a_code(typed: str) -> None:
    assert SMALL.read(typed) is None


def test_a_slip_that_could_mean_two_words_is_not_guessed() -> None:
    assert SMALL.read("kaur kuda hujan ember senja pasir") is None
    assert SMALL.read("kabur kapur hujan ember senja pasir") == ("kabur", "kapur", *CODE[2:])


@given(codes, st.sampled_from([" ", "\n", ", ", " * ", "\n- "]), st.booleans())
def test_a_code_is_read_back_as_it_was_given(code: tuple[str, ...], between: str, upper: bool) -> None:
    shown = between.join(code)
    assert BOOK.read(shown.upper() if upper else shown) == code


def slips(word: str) -> st.SearchStrategy[str]:
    """One missing, doubled, wrong, added or swapped letter."""
    at = st.integers(0, len(word) - 1)
    letter = st.sampled_from(LETTERS + "aeiou")
    return st.one_of(
        at.map(lambda i: word[:i] + word[i + 1 :]),
        at.map(lambda i: word[:i] + word[i] + word[i:]),
        st.tuples(at, letter).map(lambda slip: word[: slip[0]] + slip[1] + word[slip[0] + 1 :]),
        st.tuples(at, letter).map(lambda slip: word[: slip[0]] + slip[1] + word[slip[0] :]),
        at.map(lambda i: word[:i] + word[i : i + 2][::-1] + word[i + 2 :]),
    )


@settings(deadline=None)
@given(st.data(), codes)
def test_a_slip_a_word_is_mended_or_refused_but_never_another_code(data: st.DataObject, code: tuple[str, ...]) -> None:
    typed = [data.draw(slips(word)) for word in code]
    assert BOOK.read(" ".join(typed)) in (code, None)


@given(st.text(max_size=300))
def test_any_text_is_read_without_harm(text: str) -> None:
    code = BOOK.read(text)
    assert code is None or (len(code) == 6 and set(code) <= set(WORDS))


def test_argon2id_is_the_one_of_rfc_9106_section_5_3() -> None:
    kdf = Argon2id(salt=b"\2" * 16, length=32, iterations=3, lanes=4, memory_cost=32, secret=b"\3" * 8, ad=b"\4" * 12)
    tag = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert kdf.derive(b"\1" * 32).hex() == tag


def test_a_code_gives_the_same_locator_and_key_for_good() -> None:
    derived = derive(CODE, bytes(32))
    assert derived.locator.hex() == "5b53af8a46c89d01025dc4dd3cb10da7"
    assert derived.key.hex() == "c28ba89d95685fa7f126722e41f7d376fe27191051668ce59c2c3561de8fc36a"
    assert code_salt(bytes(32)).hex() == "b3753336391395edf38f32bcbf7824c3fc1e50013c33b237dd25ce0d7094fae5"


def test_another_order_or_another_pepper_gives_another_key() -> None:
    salt = code_salt(SEED)
    derived = derive(CODE, salt)
    for other in (derive(CODE[::-1], salt), derive(CODE, code_salt(SEED[::-1]))):
        assert other.locator != derived.locator
        assert other.key != derived.key


def test_a_code_key_shows_nothing_when_printed() -> None:
    assert repr(CodeKey(b"a" * 16, b"b" * 32)) == "CodeKey()"
