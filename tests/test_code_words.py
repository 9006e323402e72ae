"""The code's word list: its shape, its distances, and what must never be in it."""

import csv
import hashlib
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

import content
from bot.codes import CodeBook

FOLDER = Path(content.__file__).parent
TEXT = (FOLDER / "code_words.txt").read_text(encoding="utf-8")
WORDS = tuple(TEXT.splitlines())
BOOK = CodeBook(WORDS)
# Codes on people's paper hold these words: whoever changes the list reads code_words.md first.
DIGEST = "30b410f5a4cf146e7728112e7dbeef2dd7c0ee87b70b2acf3c04894218447089"

FORBIDDEN = {
    "commands": """
        kode hapus sudah menu batal kembali selesai ya iya tidak kirim ubah tambah lewati petugas stop berhenti keluar
        bantuan halo hai mulai awal lapor belajar nomor privasi bahasa cerita cek lowongan penting lainnya simpan
        jawaban balas pesan layanan lanjut oke baik siap mau boleh jangan usulan""",
    "numbers": "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh belas puluh ratus ribu juta",
    "danger": """
        tolong bahaya darurat gawat takut ngeri mati tewas culik kunci gembok kurung sekap rantai tali borgol lakban
        jaga ancam paksa kabur lari sembunyi umpet jerit teriak api asap kebakaran banjir gempa longsor""",
    "violence": "pukul tampar tendang siksa luka darah memar pisau golok parang celurit bom pistol senjata perang",
    "work and money": """
        kerja gaji upah utang hutang uang duit bayar jual beli agen calo sponsor bos majikan kontrak paspor visa
        loker yayasan peluang judi bonus hadiah untung modal emas harta""",
    "police": "polisi polsek polres tentara jaksa hakim penjara sidang saksi korban pelaku razia tertib",
    "sex": """
        seks pelacur lonte cabul perkosa bugil telanjang cium peluk raba nafsu gairah dada paha bibir susu ranjang
        kasur malam tamu salon pijat spa karaoke cinta pacar montok seksi""",
    "sickness and drugs": """
        sakit demam pingsan obat bius racun narkoba sabu ganja suntik jarum lem bubuk kapsul dokter klinik ginjal
        hamil gila rokok arak""",
    "religion and origin": """
        islam kristen hindu buddha masjid gereja pura wihara doa salat puasa haji subuh magrib ustaz pendeta tuhan
        setan dosa surga neraka jawa sunda batak bugis dayak papua madura betawi cina arab asing pribumi""",
    "politics": "partai pemilu presiden menteri dewan rakyat demo gubernur banteng garuda beringin kecebong kampret",
    "rude or sad": "anjing babi monyet bangsat bodoh tolol jelek hina bangkai tinja sedih tangis duka kubur makam",
    "people and homes": "anak bayi gadis ibu ayah bapak istri suami janda teman rumah kamar pintu jendela gang lorong",
    "places": "utara selatan barat timur pusat tengah tugu harmoni puncak monas bali medan malang solo padang",
}
# The example shown in the design and in the first journey.
EXAMPLE = {"melati", "kuda", "hujan", "ember", "senja", "pasir"}


def slips(word: str) -> set[str]:
    """Every text one slip away: a letter left out, added, wrong, or two neighbours swapped."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    wrong = {head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase}
    added = {head + letter + tail for head, tail in cuts for letter in ascii_lowercase}
    return (left_out | swapped | wrong | added) - {word}


def place_names() -> set[str]:
    """The names of every kelurahan, kecamatan and kota, small letters without spaces."""
    with (FOLDER / "places" / "kelurahan.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {re.sub("[^a-z]", "", row[level].lower()) for row in rows for level in ("kelurahan", "kecamatan", "kota")}


def test_there_are_2048_words_sorted_each_once() -> None:
    assert len(WORDS) == 2048
    assert list(WORDS) == sorted(set(WORDS))
    assert "".join(f"{word}\n" for word in WORDS) == TEXT


def test_a_word_is_three_to_nine_small_letters() -> None:
    assert [word for word in WORDS if not re.fullmatch("[a-z]{3,9}", word)] == []


def test_the_list_is_the_one_that_codes_were_given_out_from() -> None:
    assert hashlib.sha256(TEXT.encode()).hexdigest() == DIGEST


def test_two_words_are_at_least_two_slips_apart_and_mostly_three() -> None:
    near = [pair for pair in combinations(WORDS, 2) if OSA.distance(*pair, score_cutoff=2) <= 2]
    assert [pair for pair in near if OSA.distance(*pair) < 2] == []
    assert len(near) / (2048 * 2047 / 2) < 0.0025


def test_most_single_slips_can_mean_only_one_word() -> None:
    meant = Counter(slip for word in WORDS for slip in slips(word))
    assert meant.keys().isdisjoint(WORDS)
    assert sum(1 for count in meant.values() if count == 1) / meant.total() > 0.97


@given(st.data())
def test_a_code_typed_with_one_slip_a_word_is_read_as_itself_or_asked_for_again(data: st.DataObject) -> None:
    code = data.draw(st.tuples(*[st.sampled_from(WORDS)] * 6))
    typed = [data.draw(st.sampled_from(sorted(slips(word)))) for word in code]
    assert BOOK.read(" ".join(typed)) in (code, None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Melati KUDA hujan, ember - senja. Pasir", "melati kuda hujan ember senja pasir"),
        ("mealti kudaa hujam embr snja pasirr", "melati kuda hujan ember senja pasir"),
        ("melati kuda hujan ember senja pasri", None),  # *pasir* or *asri*: nobody can know
        ("krupuk coklat lembab sirup nasehat antri", "kerupuk cokelat lembap sirop nasihat antre"),
        ("saklar komplit gurame sendal tiker telor", "sakelar komplet gurami sandal tikar telur"),
        ("melati kuda pintu hujan ember senja", None),
    ],
)
def test_common_misspellings_are_forgiven(typed: str, meant: str | None) -> None:
    assert BOOK.read(typed) == (tuple(meant.split()) if meant else None)


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_word_is_of_a_forbidden_kind(kind: str) -> None:
    assert set(FORBIDDEN[kind].split()) & set(WORDS) == set()


def test_no_word_is_a_place_in_jakarta() -> None:
    names = place_names()
    assert {"gambir", "gunung", "rambutan"} <= names
    assert names & set(WORDS) == set()


def test_the_example_code_is_made_of_the_list() -> None:
    assert set(WORDS) >= EXAMPLE
