"""What in a witness's words gives the witness away, what is somebody else's, and how it is taken out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.faults import Fault
from content.identity import Gives, load_identity
from handlers.reading.identity import READ_AT_MOST, Identifying, without
from handlers.reading.story import identity_reader
from handlers.report_review import parts_giving_away, taken_out
from tests.reading.figures import rows_of
from tests.service import shelf

HERE = Path(load_identity.__code__.co_filename).parent / "reading"


def read(text: str) -> tuple[Identifying, ...]:
    return identity_reader(shelf().identity).read(text)


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind.value, text[one.start : one.end]) for one in read(text)]


def test_held_rows_are_read_as_well_as_the_issue_asks() -> None:
    rows = rows_of("identity", held=True)
    assert len(rows) >= 150
    own = [bool(read(row["text"])) for row in rows if row["pii"]]
    clean = [bool(read(row["text"])) for row in rows if not row["pii"]]
    assert sum(own) >= 0.9 * len(own)
    assert sum(clean) <= 0.08 * len(clean)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("nama saya Budi, ada yang dikunci", ("name", "nama saya Budi")),
        ("hubungi saya di 0812 8877 3345 ya", ("phone", "0812 8877 3345")),
        ("nik saya 3175034107890002", ("nik", "3175034107890002")),
        ("saya tinggal di jl melati no 5, di depannya", ("address", "jl melati no 5")),
        ("motor saya B 3456 KJH parkir di situ", ("plate", "B 3456 KJH")),
        ("email saya toni@example.org", ("account", "toni@example.org")),
        ("saya satpam di situ, tiap malam lihat", ("role", "saya satpam di situ")),
        ("saya pacarnya, dia dipaksa", ("role", "saya pacarnya")),
        ("yang punya toko itu saya sendiri", ("role", "yang punya toko itu saya sendiri")),
        ("aku kelas 8B, dia sekelas", ("role", "aku kelas 8B")),
        ("saya kerja di klinik itu bagian admin", ("role", "saya kerja di klinik itu bagian admin")),
        ("dia masih sepupu saya", ("role", "dia masih sepupu saya")),
        ("saya dulu dipecat dari situ", ("role", "saya dulu dipecat dari situ")),
        ("suami saya pak RT 08", ("role", "suami saya pak RT 08")),
        ("cari Mbak Yuli, itu saya", ("name", "Mbak Yuli, itu saya")),
        ("pelapor: Yuliana", ("name", "pelapor: Yuliana")),
        ("suara dari kamar 307, kamar saya 305", ("address", "305")),
        ("mahasiswa nim 2106712345", ("nik", "2106712345")),
        ("saya markonah, mau cerita", ("name", "saya markonah")),
        ("makasih, Wati", ("name", "makasih, Wati")),
        ("- Rudi RT 3", ("name", "- Rudi RT 3")),
        ("ada anak dikurung. Bu Lilis mau lapor", ("name", "Bu Lilis mau lapor")),
        ("telegramku @bulan_sabit9", ("account", "@bulan_sabit9")),
        ("dm aja ke @bulan_sabit9 ya", ("account", "@bulan_sabit9")),
        ("hp saya nol delapan satu dua tiga empat lima enam", ("phone", "nol delapan satu dua tiga empat lima enam")),
        ("tgl lahir saya 12 mei 1994", ("nik", "tgl lahir saya 12 mei 1994")),
        ("rekening saya BCA 7410332199", ("nik", "rekening saya BCA 7410332199")),
        ("rumah gue pas di seberangnya", ("address", "rumah gue pas di seberangnya")),
        ("aku penerjemah di kantor itu", ("role", "aku penerjemah di kantor itu")),
        ("aku sing dodolan gorengan ngarepe", ("role", "aku sing dodolan gorengan ngarepe")),
        ("abdi tatanggana pisan", ("role", "abdi tatanggana pisan")),
        ("my unit is directly below", ("address", "my unit is directly below")),
        ("yang tau cuma saya", ("role", "yang tau cuma saya")),
        ("suami saya satpamnya", ("role", "suami saya satpamnya")),
        ("mobil saya jazz kuning", ("plate", "mobil saya jazz kuning")),
        ("saya yang nolong dia kabur", ("role", "saya yang nolong dia kabur")),
        ("I'm the only nurse there", ("role", "I'm the only nurse there")),
    ],
)
def test_each_kind_is_found(text: str, part: tuple[str, str]) -> None:
    assert found(text) == [part]


def test_a_role_beside_a_name_is_shown_too() -> None:
    assert found("saya Wati, satpam di situ") == [("name", "saya Wati"), ("role", "satpam di situ")]


@pytest.mark.parametrize(
    "text",
    [
        "plat B 1234 XYZ mobilnya",
        "nomor pelaku 081234567890",
        "bosnya bernama Aseng, satpamnya Jono",
        "tetangga saya satpam di situ",
        "yang punya rumah saya galak",
        "adik saya sekolah di smp 201",
        "teman saya disekap di kamar 12",
        "my son is 12 and needs a school",
        "suami saya mau ke taiwan lewat p3mi",
        "saya tinggal dekat situ",
        "jangan sebut nama saya",
        "utangnya 15.000.000 dari tahun 2019",
        "saya dapat wa dari nomor 0812 8877 3345",
        "chat aja @kerjaenak, lowongan admin gaji besar",
        "cuma dia yang pegang kunci",
        "dia bilang: saya satpam di situ",
        "saya yang disuruh tidur di lantai",
        "pelakunya tukang ojek, yang jaga gudang namanya Sarmin",
        "saya cuma pembeli biasa di warung itu",
        "anak saya umur 13 belum pulang",
        "the driver's number is 0813 4455 6677",
        "nomor bos saya 0812 8877 3345",
        "saya dikasih nomor 0812 8877 3345",
        "yang nelpon saya pakai 0812 8877 3345",
        "mobil yang jemput saya B 2211 KLM",
        "iklannya begini: butuh 10 orang, hub saya 0812 8877 3345",
        "saya liat di ig @kerjaenak",
        "nama saya ketahuan mereka",
        "gaji saya 1500000",
        "",
    ],
)
def test_what_is_somebody_elses_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_every_kind_of_part_has_a_name() -> None:
    assert {kind.value for kind in Gives} == {"name", "phone", "nik", "address", "plate", "account", "role"}


@given(st.text(max_size=400))
def test_parts_lie_in_the_text_in_order_and_none_in_another(text: str) -> None:
    last = 0
    for one in read(text):
        assert last <= one.start < one.end <= len(text)
        last = one.end


def test_a_text_beyond_all_length_is_read_to_its_limit() -> None:
    text = "saya lihat orang dikunci. " * READ_AT_MOST
    assert read(text) == ()


@given(st.lists(st.sampled_from([row["text"] for row in rows_of("identity", held=False)]), min_size=1, max_size=4))
def test_what_was_taken_out_stands_nowhere_any_more(texts: list[str]) -> None:
    parts = parts_giving_away(texts, (), shelf())
    left = taken_out(texts, parts)
    assert all(part not in text for part in parts for text in left)


def test_what_may_stay_is_not_asked_for_again() -> None:
    parts = parts_giving_away(("nama saya Budi",), (), shelf())
    assert parts == ("nama saya Budi",)
    assert parts_giving_away(("nama saya Budi",), parts, shelf()) == ()


@pytest.mark.parametrize(
    ("text", "parts", "left"),
    [
        ("nama saya Budi, ada yang dikunci", ["nama saya Budi"], "ada yang dikunci"),
        ("ada yang dikunci. 0812 8877 3345", ["0812 8877 3345"], "ada yang dikunci."),
        ("saya pacarnya", ["saya pacarnya"], ""),
        ("satu\nsaya Budi\ndua", ["saya Budi"], "satu\ndua"),
    ],
)
def test_nothing_but_the_parts_and_their_signs_go(text: str, parts: list[str], left: str) -> None:
    assert without(text, parts) == left


def test_no_frame_waits_for_a_word_that_spelling_turns_into_another() -> None:
    lexicon = shelf().identity
    waited = {word.strip("!?*") for _, form in lexicon.frames for one in form.split() for word in one.split("|")}
    assert not waited & lexicon.spelling.keys()


def test_a_frame_of_a_group_that_is_not_there_is_named(tmp_path: Path) -> None:
    written = (HERE / "identity.yaml").read_text(encoding="utf-8")
    (tmp_path / "identity.yaml").write_text(written.replace("SAYA <post> >", "SAYA <posts> >", 1), encoding="utf-8")
    with pytest.raises(Fault, match="no group is called"):
        load_identity(tmp_path)


def test_a_frame_that_gives_what_has_no_name_is_refused(tmp_path: Path) -> None:
    written = (HERE / "identity.yaml").read_text(encoding="utf-8")
    (tmp_path / "identity.yaml").write_text(written.replace("gives: plate", "gives: car", 1), encoding="utf-8")
    with pytest.raises(Fault, match="car"):
        load_identity(tmp_path)


def test_a_mistake_in_the_lexicon_is_named(tmp_path: Path) -> None:
    written = (HERE / "identity.yaml").read_text(encoding="utf-8")
    (tmp_path / "identity.yaml").write_text(written.replace("[tetangga,", "[Tetangga,", 1), encoding="utf-8")
    with pytest.raises(Fault, match="small letters"):
        load_identity(tmp_path)
