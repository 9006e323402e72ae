"""Danger and watched words: rows written by hand, what must not ring, and texts that try to be too much."""

import json
from collections.abc import Iterator
from cProfile import Profile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.danger import FOLDER, Raises, load_danger, pieces
from content.gazetteer import load_gazetteer
from handlers.reading.danger import READ_AT_MOST, Danger, DangerReader

ROWS = Path(__file__).parent / "reading"
CODES = tuple((FOLDER.parent / "code_words.txt").read_text(encoding="utf-8").split())
LEXICON = load_danger()
READER = DangerReader(LEXICON)

MOST_CALLS = 20  # a letter; of an ordinary message ninety
GROUPS = frozenset(f"<{name}>" for name in LEXICON.groups)

Row = dict[str, str | bool]


def rows(name: str) -> list[Row]:
    """The rows of a file of one JSON object a line."""
    lines = (ROWS / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read(text: str) -> Danger:
    """One text."""
    return READER.read(text)


# --- the lexicon


def test_there_are_families_enough_for_every_way_to_say_it() -> None:
    kinds = [family.raises for family in LEXICON.families]
    assert kinds.count(Raises.EMERGENCY) >= 60
    assert kinds.count(Raises.WATCHED) >= 25
    assert Raises.SUICIDE in kinds


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ("id: captive", "id: locked_in", "locked_in: stands twice"),
        ("weight: 6", "weight: dua", "locked_in: weight: a whole number"),
        ("raises: emergency", "raises: danger", "'danger' is none of"),
        ("<orang>", "<tetangga_jauh>", "no group is called '<tetangga_jauh>'"),
        ("di-gembok,", "di_gembok,", "cannot be read"),
        ("di-gembok,", "di-kancut gw,", "'gw' is always read as 'saya'"),
        ("unless: [advert]", "unless: [iklan]", "no frame is called 'iklan'"),
        ("[sy, ", "[sy, yang, yg, ", "already means"),
        ("\nslips:", "\nsalah_ketik:", "salah_ketik: is not a field of this row; is slips meant"),
    ],
)
def test_a_mistake_in_the_lexicon_is_named(tmp_path: Path, said: str, instead: str, problem: str) -> None:
    text = (FOLDER / "danger.yaml").read_text(encoding="utf-8")
    families = "\nfamilies:" if said not in ("[sy, ", "\nslips:") else "\nspelling:"
    head, mark, tail = text.partition(families)
    if said == "\nslips:":
        head, mark, tail = "", "", text
    assert said in tail
    (tmp_path / "danger.yaml").write_text(head + mark + tail.replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        load_danger(tmp_path)


def test_every_form_says_more_than_words_of_the_code() -> None:
    coded = []
    for family in LEXICON.families:
        for form in family.forms:
            words = [word.lstrip("^$=") for word in pieces(form)]
            members = [LEXICON.groups[word[1:-1]] if word in GROUPS else (word,) for word in words]
            if all(set(group) & set(CODES) for group in members):
                coded.append((family.id, form))
    assert coded == []


def test_every_group_is_used() -> None:
    assert {word.strip("^$") for _, phrase in LEXICON.phrases() for word in pieces(phrase)} >= GROUPS


def test_no_word_of_the_code_rings() -> None:
    assert [word for word in CODES if read(word).why] == []


@given(st.lists(st.sampled_from(CODES), min_size=6, max_size=6))
@settings(max_examples=150)
def test_a_code_never_looks_like_a_cry_for_help(words: list[str]) -> None:
    assert read(" ".join(words)) == Danger()


def test_no_name_of_a_place_rings() -> None:
    gazetteer = load_gazetteer()
    names = [name for row in gazetteer.kelurahan for name in (row.name, row.kecamatan)]
    names += [form for alias in gazetteer.aliases for form in alias.forms]
    assert [name for name in names if read(name).emergency or read(name).watched] == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("gabutuh", ("tidak", "butuh")),
        ("gausah", ("tidak", "usah")),
        ("galak gadis gaji gantung", ("galak", "gadis", "gaji", "gantung")),
        ("di pu kul ma jikan", ("di", "pukul", "majikan")),
        ("ke luar rumah", ("ke", "luar", "rumah")),
    ],
)
def test_a_no_that_is_glued_and_a_word_in_pieces_are_heard_as_meant(typed: str, words: tuple[str, ...]) -> None:
    assert READER.speech.hear(typed).words == words


# --- rows written by hand


@pytest.mark.parametrize(
    ("name", "recall", "false_alarms"),
    [("danger.jsonl", 0.97, 0.03), ("held/danger.jsonl", 0.95, 0.08)],
    ids=["seen", "held"],
)
@pytest.mark.parametrize("sign", ["emergency", "watched", "suicide"])
def test_rows(name: str, recall: float, false_alarms: float, sign: str) -> None:
    found = [(row, getattr(read(str(row["text"])), sign)) for row in rows(name)]
    meant = [row for row, _ in found if row[sign]]
    missed = [row["text"] for row, heard in found if row[sign] and not heard]
    wrong = [row["text"] for row, heard in found if heard and not row[sign]]
    calm = len(found) - len(meant)
    if sign == "emergency":
        false_alarms = 0.10  # of which most only look like danger: one card too many costs less than one missed cry
    told = f"missed {len(missed)} of {len(meant)}: {missed}\nfalse {len(wrong)} of {calm}: {wrong}"
    if sign == "watched" and name.startswith("held"):
        recall = 0.90  # silence is the costlier mistake: precision below
    assert len(missed) <= (1 - recall) * len(meant), told
    assert len(wrong) <= false_alarms * calm, told
    if sign == "watched":
        assert len(wrong) <= 0.05 * (len(meant) - len(missed) + len(wrong)), told


@pytest.mark.parametrize(
    ("sign", "recall", "precision"),
    [("emergency", 0.95, 0.87), ("watched", 0.87, 0.92), ("suicide", 0.90, 0.92)],
)
@pytest.mark.parametrize("name", ["danger_en.jsonl", "held/danger_en.jsonl"], ids=["seen", "held"])
def test_rows_in_english(name: str, sign: str, recall: float, precision: float) -> None:
    """Floors of the rows kept aside; those that the words were written with are read nearly all."""
    if not name.startswith("held"):
        recall, precision = 0.97, 0.92
    found = [(row, getattr(read(str(row["text"])), sign)) for row in rows(name)]
    right = [row for row, heard in found if heard and row[sign]]
    missed = [row["text"] for row, heard in found if row[sign] and not heard]
    wrong = [row["text"] for row, heard in found if heard and not row[sign]]
    told = f"found {len(right)}, missed {len(missed)}: {missed}, false {len(wrong)}: {wrong}"
    assert len(right) >= recall * (len(right) + len(missed)), told
    assert len(right) >= precision * (len(right) + len(wrong)), told


@pytest.mark.parametrize("name", ["danger", "danger_en"])
@pytest.mark.parametrize("folder", ["", "held/"], ids=["seen", "held"])
def test_what_only_looks_like_danger_rings_seldom_and_ordinary_words_hardly_ever(folder: str, name: str) -> None:
    calm = [row for row in rows(f"{folder}{name}.jsonl") if not row["emergency"] and not row["watched"]]
    rings = [row for row in calm if read(str(row["text"])).emergency]
    alike = [row for row in calm if row.get("alike")]
    assert len(alike) >= 50
    assert sum(bool(row.get("alike")) for row in rings) <= 0.25 * len(alike), rings
    assert sum(not row.get("alike") for row in rings) <= 0.05 * (len(calm) - len(alike)), rings


def test_the_rows_are_many_each_once_and_none_is_in_both_files() -> None:
    seen = [str(row["text"]) for row in rows("danger.jsonl")]
    held = [str(row["text"]) for row in rows("held/danger.jsonl")]
    assert len(seen) >= 150
    assert len(held) >= 150
    english = [str(row["text"]) for name in ("danger_en.jsonl", "held/danger_en.jsonl") for row in rows(name)]
    assert len({*seen, *held, *english}) == len(seen) + len(held) + len(english)


def test_the_rows_in_english_are_enough_of_both_kinds() -> None:
    english = [row for name in ("danger_en.jsonl", "held/danger_en.jsonl") for row in rows(name)]
    calm = [row for row in english if not (row["emergency"] or row["watched"])]
    assert len(calm) >= 80
    assert len(english) - len(calm) >= 80


@pytest.mark.parametrize("name", ["other", "wide", "third", "fourth", "fifth", "own"])
def test_rows_of_other_writers(name: str) -> None:
    found = [(row, read(str(row["text"]))) for row in rows(f"danger_{name}.jsonl")]
    meant = [heard.emergency for row, heard in found if row["emergency"]]
    rings = [heard.emergency for row, heard in found if not row["emergency"]]
    assert sum(meant) >= 0.97 * len(meant)
    assert sum(rings) <= 0.15 * len(rings)


# --- how people say it


@pytest.mark.parametrize(
    ("text", "emergency"),
    [
        ("mukanya pucat", False),  # a soft sign says little
        ("anak itu mukanya pucat", True),  # with somebody
        ("pagar tinggi", False),
        ("pagar tinggi, kawat berduri di mess tempat saya", True),  # where, and whose
        ("tadi malam anak saya di kamar sama bos", False),  # aids alone are no sign
        ("paspor ditahan", False),
        ("paspor ditahan, saya belum makan dari kemarin", True),
    ],
)
def test_soft_signs_add_up_with_each_other_and_with_who_when_and_where(text: str, emergency: bool) -> None:
    assert read(text).emergency is emergency


def test_what_only_adds_up_is_a_hint_and_no_reason() -> None:
    found = read("anak itu mukanya pucat")
    assert (found.why, found.hints) == (("child_word",), ("marks_of_hurt",))


@pytest.mark.parametrize(
    ("text", "watched"),
    [
        ("jangan kirim lagi", False),  # who wants no more alerts hides nothing
        ("stop kirim info", False),
        ("jangan kirim lagi, ada orang", True),
        ("jangan kirim dulu", True),
        ("kalau aku bales oke berarti ada orang", True),
        ("anggep ini olshop ya", True),
        ("satpam ke sini, hapus", True),
    ],
)
def test_watched_and_merely_annoyed(text: str, watched: bool) -> None:
    assert read(text).watched is watched


@pytest.mark.parametrize(
    "text",
    [
        "saya disekap",
        "sy dsekap",
        "SAYA DISEKAP!!!",
        "sayaa disekaaap",
        "saya di sekap",
        "saya disekp kak",
        "sy disékap 😭😭",
        "dia nyekap saya",
        "ada penyekapan di ruko ini",
        "saya digebuk2in",
        "mereka mukulin kami",
    ],
)
def test_spelling_slips_beginnings_and_endings(text: str) -> None:
    assert read(text).emergency


@pytest.mark.parametrize(
    "word", ["tampak", "tampan", "tenang", "terima", "perkasa", "ngajar", "dilantai", "diserap", "ditentang"]
)
def test_an_ordinary_word_is_no_slip_of_a_cry(word: str) -> None:
    assert not read(f"orangnya {word} di sana").emergency


@pytest.mark.parametrize(
    ("text", "emergency"),
    [
        ("tidak ada yang disekap", False),
        ("ga cuma dipukul, dia disekap", True),
        ("dulu saya pernah disekap", False),
        ("dari dulu saya disekap", True),
        ("dulu saya pernah disekap, sekarang dikurung lagi", True),
        ("gimana kalau ada orang disekap", False),
        ("kalau ada yang baca ini tolong, saya disekap", True),
        ("kalau saya kabur saya dibunuh", True),
        ("baca berita ada orang disekap", False),
        ("tadi baca berita. tetangga saya juga disekap", True),
        ("disekap di film", False),
        ("disekap bos wkwk", False),
        ("wkwk bukan bercanda saya disekap tolong", True),
        ("jual anak kucing", False),
        ("om mau jual anak saya", True),
        ("bunuh nyamuk", False),
        ("kunci motor ilang", False),
        ("mati lampu", False),
        ("tolong info kelurahan", False),
        ("tolong", True),
        ("nobody is locked in", False),
        ("my boss locked me in", True),
        ("i locked my phone", False),
        ("this traffic is killing me", False),
        ("he is killing her", True),
        ("just killing time", False),
        ("what are the signs of someone being locked in", False),
        ("last year she was beaten", False),
        ("she is being beaten", True),
        ("help me choose a lesson", False),
        ("help me", True),
        ("they are chasing us", True),
        ("dia nyekek saya", True),
        ("mau kabur aja ga bisa", True),
        ("pintunya ditutup dari luar, anaknya nangis", True),
        ("timnas dihajar 3-0", False),
        ("kapal ikan, abk sakit ga dibawa ke darat", True),
        ("jual ikan hias, sakit satu", False),
        ("mereka mau dinaikin kapal lewat jalur tikus", True),
        ("berat banget", False),
    ],
)
def test_negation_time_tale_and_look_alikes(text: str, emergency: bool) -> None:
    assert read(text).emergency is emergency


@pytest.mark.parametrize(
    ("text", "watched"),
    [
        ("tolong majikan datang mau pukul saya", True),
        ("saya dikunci, mami dateng", True),
        ("help he is coming to kill me", True),
        ("saya dipukul tiap bos datang", False),
        ("mereka datang bawa adik saya", False),
        ("saya dikunci sama majikan", False),
        ("ada orang, nanti lagi", True),
        ("ada orang", True),
        ("ada orang?", False),
        ("mereka datang lagi", False),
        ("mrk dtg lagi kak", False),
        ("mereka datang lagi, nanti lagi ya", True),
        ("ada orang. mereka datang lagi", True),
        ("mereka datang", True),
        ("nanti dulu", False),
        ("nanti dulu, ada orang", True),
        ("ada orang dikunci", False),
        ("nanti malam mereka dibawa", False),
        ("hp dipegang bos", True),
        ("hp mereka dipegang bos", False),
        ("hapus ya chatnya", True),
        ("gimana cara hapus chat", False),
        ("jgn bales lagi", True),
        ("jangan hubungi orang rumah dulu", False),
        ("udahan dulu", True),
        ("mereka liat hp aku", True),
        ("he is here", True),
        ("is anyone here?", False),
        ("gotta go", True),
        ("i have to go to the bank first", False),
        ("delete this", True),
        ("how do i delete my data", False),
        ("majikan baru pulang", True),
        ("ini hp pinjem, jangan bales", True),
        ("he just walked in", True),
        ("ada yang punya teman petugas", False),
    ],
)
def test_watched_is_said_in_few_words_and_in_no_ordinary_sentence(text: str, watched: bool) -> None:
    assert read(text).watched is watched


def test_danger_and_watched_are_both_heard() -> None:
    found = read("saya dikunci di gudang. ada orang. nanti lagi")
    assert found.emergency
    assert found.watched


def test_a_long_story_is_not_silenced_by_words_in_its_middle() -> None:
    story = "di rumah itu ada orang datang nanti lagi pergi, tiap malam begitu, " * 4
    assert not read(story + "pemiliknya jarang kelihatan").watched


@pytest.mark.parametrize(
    ("text", "child"),
    [
        ("aku umur 13 dikunci om", True),
        ("ada anak kecil dikurung", True),
        ("saya dikunci majikan", False),
        ("saya dipukul anak majikan", False),
        ("anak saya sekolah di sini", False),
    ],
)
def test_a_child_in_danger(text: str, child: bool) -> None:
    assert read(text).child is child


def test_suicide_is_danger_too_and_says_why() -> None:
    found = read("aku pengen mati aja")
    assert found.suicide
    assert found.emergency
    assert found.why == ("wants_to_die",)
    assert set(found.why) <= {family.id for family in LEXICON.families}


# --- texts that try to be too much


def cries() -> Iterator[str]:
    """Texts that ring in the rows."""
    return (str(row["text"]) for row in rows("danger.jsonl") if row["emergency"])


@given(st.sampled_from(sorted(cries())), st.sampled_from([str.upper, str.title, "{}!!!".format, "\n{}  ".format]))
def test_shouting_and_blanks_change_nothing(text: str, change: type[str]) -> None:
    assert read(change(text)).emergency == read(text).emergency


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    found = read(text)
    assert found.emergency or not (found.suicide or found.child)


@pytest.mark.parametrize(
    "text",
    [
        "tolong " * 1_500,
        "tidak boleh keluar bayi juta jual anak tamu hp saya " * 200,
        "a" * 10_000,
        "di" * 5_000,
        "?!.\n" * 2_500,
        "saya disekap " * 100_000,
    ],
    ids=["pleas", "many words", "one word", "beginnings", "signs", "huge"],
)
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    assert calls(text) < MOST_CALLS * min(len(text), READ_AT_MOST)


def calls(text: str) -> int:
    """How many calls a reading makes: about the same on every machine."""
    profile = Profile()
    profile.runcall(read, text)
    return sum(one.callcount for one in profile.getstats())


@pytest.mark.parametrize("place", ["first", "last"])
def test_of_a_text_too_long_the_first_and_the_last_part_are_read(place: str) -> None:
    calm = "rumah itu sepi sekali. " * (READ_AT_MOST // 10)
    assert not read(calm).emergency
    assert read(f"saya disekap. {calm}" if place == "first" else f"{calm} saya disekap").emergency
