"""What a story is about: kinds, urgency, child and officials as read, and how they stand beside what was ticked."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console import labels
from bot.locale import load_words
from bot.read_command import read_report
from content.danger import load_danger
from content.faults import Fault
from content.intents import Intent
from content.kinds import load_kinds
from content.routing import kind_of, urgency_of
from content.vocabulary import Kind, Known, Official, Sign, Urgency, When
from handlers.landing import begun
from handlers.reading.kinds import READ_AT_MOST, ReportReading
from handlers.reading.reader import Reader
from handlers.reading.story import kind_reader
from handlers.report_review import read_words
from handlers.statement import PROPOSED, Statement, as_read, facts, proposed, story
from handlers.talk import Turn
from tests.reading.figures import macro_f1, rows_of
from tests.service import shelf
from tests.talks import FOLDER, Player, load_talk

HERE = Path(load_kinds.__code__.co_filename).parent / "reading"
ORDER = list(Urgency)
DENIED = Statement(
    read_kind="organ_trade",
    read_urgency="immediate",
    read_child=True,
    read_officials=("police",),
    taken_back=PROPOSED,
)


@lru_cache
def reader() -> Reader:
    return Reader(shelf())


def read(text: str) -> ReportReading:
    return kind_reader(shelf().kinds).read(text)


def test_held_rows_are_read_as_well_as_the_issue_asks() -> None:
    rows = [(row, read_report(reader(), row["text"])) for row in rows_of("report", held=True)]
    assert len(rows) >= 150
    assert macro_f1([(row["category"], found["category"]) for row, found in rows]) >= 0.9
    at_once = [found["urgency"] == "immediate" for row, found in rows if row["urgency"] == "immediate"]
    assert sum(at_once) >= 0.95 * len(at_once)
    others = [found["urgency"] == "immediate" for row, found in rows if row["urgency"] != "immediate"]
    assert sum(others) <= 0.1 * len(others)
    for flag, least in (("child_involved", 0.97), ("official_suspected", 0.95)):
        hits = [found[flag] for row, found in rows if row[flag]]
        false = [found[flag] for row, found in rows if not row[flag]]
        assert sum(hits) >= least * len(hits), flag
        assert sum(false) <= 0.05 * len(false), flag


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cewek2 di ruko itu disuruh ngelayanin tamu tiap malem", Kind.SEXUAL_EXPLOITATION),
        ("anak smp dijual lewat michat", Kind.CHILD_EXPLOITATION),
        ("pembantu sebelah dikunci majikan, gajinya ga dibayar", Kind.DOMESTIC_WORKER),
        ("abk di muara baru ditahan bukunya", Kind.FISHING_VESSEL),
        ("he was recruited as an operator for an online casino in Cambodia", Kind.ONLINE_SCAM_ABROAD),
        ("", Kind.OTHER),
        ("🙏🙏", Kind.OTHER),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert read(text).category is kind


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("tetangga saya dipukuli suaminya tiap malam", "home_violence"),
        ("anak tetangga umur 5 tahun hilang dari pagi", "missing"),
        ("gaji saya telat dibayar perusahaan dua bulan", "wages"),
        ("pembantu dipukul majikan", ""),
        ("lampu jalan mati", ""),
    ],
)
def test_what_is_of_another_kind_is_named_and_not_refused(text: str, elsewhere: str) -> None:
    found = read(text)
    assert found.elsewhere == elsewhere
    assert not elsewhere or found.category is Kind.OTHER


@pytest.mark.parametrize(
    ("text", "officials"),
    [
        ("kos itu dibekingi oknum polisi", (Official.POLICE,)),
        ("pak rt dapet jatah dari bosnya", (Official.RT,)),
        ("orang imigrasi ikut main", (Official.OFFICE,)),
        ("pak lurahnya yang neken surat izin 15 calon tki", (Official.RT,)),
        ("tempat itu ga pernah digerebek, tiap bulan ada setoran", (Official.POLICE,)),
        ("their boss pays a colonel every month", (Official.POLICE,)),
        ("saya sudah lapor polisi tapi belum ada kabar", ()),
        ("pak polisi tolong datang ke gudang ini", ()),
        ("dekat polsek ada rumah isinya calon tkw", ()),
        ("di rt 05 rw 03 ada pembantu dikunci", ()),
    ],
)
def test_only_officials_who_are_said_to_be_involved_count(text: str, officials: tuple[Official, ...]) -> None:
    assert read(text).officials == officials


@pytest.mark.parametrize(
    ("text", "soon"),
    [
        ("pekerjanya ga boleh keluar, ktp dipegang mandor", Urgency.HIGH),
        ("tadi pembantu itu dibawa agen, sudah di bandara", Urgency.IMMEDIATE),
        ("temen saya di kamboja ga boleh keluar gedung", Urgency.IMMEDIATE),
        ("abk itu ditusuk kapten", Urgency.IMMEDIATE),
        ("suami saya mukul saya tiap mabuk", Urgency.HIGH),
        ("tadi suaminya mukul dia, sekarang pingsan", Urgency.IMMEDIATE),
        ("2 tahun lalu ada buruh disekap di sini", Urgency.NORMAL),
        ("lampu jalan mati", Urgency.NORMAL),
    ],
)
def test_what_goes_on_is_read_today_and_what_happens_now_at_once(text: str, soon: Urgency) -> None:
    assert read(text).urgency is soon


def test_an_official_who_takes_part_makes_it_trafficking_and_one_who_only_asks_for_money_does_not() -> None:
    assert read("petugas bandara dibayar biar tkw lolos").is_tppo is Known.YES
    assert read("pak rt minta uang buat surat pindah").is_tppo is Known.NO


@pytest.mark.parametrize(
    ("text", "child"),
    [
        ("dia umurnya lima belas, disuruh kerja di kafe", True),
        ("a 14-year-old works in the brick factory", True),
        ("siswi kelas IX diajak om-om", True),
        ("bocil disuruh jualan tisu", True),
        ("yang ngemis itu disewain sehari 50 ribu", True),
        ("sudah 3 tahun kerja di sana tanpa gaji", False),
        ("anak buah mandor mukulin kuli", False),
        ("anak saya umur 25 kerja di kamboja", False),
        ("fifteen people sleep in the warehouse", False),
    ],
)
def test_a_child_is_heard_by_age_school_and_name_and_in_what_is_done_to_children(text: str, child: bool) -> None:
    assert read(text).child is child


def test_of_a_child_at_work_no_means_need_be_shown() -> None:
    assert read("ada anak jadi buruh di pabrik").category is Kind.CHILD_EXPLOITATION
    assert read("ada orang jadi buruh di pabrik").category is Kind.OTHER


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("barusan nonton film soal tkw disiksa majikan", Kind.OTHER),
        ("kalo donor darah dikasih uang itu termasuk jual organ ga min", Kind.OTHER),
        ("kayak di film, pembantu tetangga saya disiksa majikan", Kind.DOMESTIC_WORKER),
    ],
)
def test_a_film_or_a_question_of_words_is_no_report(text: str, told: Kind) -> None:
    assert read(text).category is told


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("tolong anak saya dijual", True),
        ("adek gw disekap di kamboja", True),
        ("my sister is locked in a house", True),
        ("anak tetangga saya dijual", False),
        ("adik saya lihat pembantu sebelah dipukul", False),
        ("suami saya mukul saya", False),
        ("saya disekap", False),
    ],
)
def test_somebody_of_the_writer_s_own_is_heard_where_it_happens_to_them(text: str, own: bool) -> None:
    assert kind_reader(shelf().kinds).of_kin(text) is own


def test_a_cry_for_one_s_own_is_not_asked_about_whom_it_is() -> None:
    turn = Turn(shelf=shelf(), now=0, token="0" * 32, text="tolong anak saya dijual", emergency=True)
    assert begun(Intent.REPORT, turn) == "family.where"
    assert begun(Intent.REPORT, replace(turn, emergency=False)) == "report.whom"
    assert begun(Intent.REPORT, replace(turn, text="tolong anak tetangga dijual")) == "report.whom"
    assert begun(Intent.AM_I_A_VICTIM, turn) == "affected.safe"


def test_words_that_suar_put_there_are_filed_and_no_kind_is_read_in_them() -> None:
    ours = "Tawaran kerja. Tanda: disuruh membayar atau berutang dulu."
    draft = read_words(Statement(words=(ours, "lampu jalan mati"), ours=(ours,)), shelf())
    assert draft.read_kind == "other"
    assert story(draft)["words"] == [ours, "lampu jalan mati"]
    assert read_words(Statement(words=(ours,)), shelf()).read_kind == "debt_bondage"


def test_anger_alone_is_not_clear_and_never_refused() -> None:
    found = read("BANGSAT SEMUA ORANG DI RUMAH ITU PENJAHAT")
    assert found.angry
    assert found.is_tppo is Known.UNKNOWN


def test_of_a_long_story_the_beginning_and_the_end_are_read() -> None:
    filler = "dan lalu begitu saja " * READ_AT_MOST
    assert read(f"ginjal mau dijual {filler}").category is Kind.ORGAN_TRADE
    assert read(f"{filler} ginjal mau dijual").category is Kind.ORGAN_TRADE


@given(st.text(max_size=300))
def test_whatever_is_written_is_read(text: str) -> None:
    found = read(text)
    assert found.is_tppo is not Known.YES or found.category is not Kind.OTHER


drafts = st.builds(
    Statement,
    when=st.sampled_from(["", *When]),
    signs=st.lists(st.sampled_from([*Sign]), unique=True).map(tuple),
    officials=st.lists(st.sampled_from([*Official]), unique=True).map(tuple),
    read_kind=st.sampled_from(["", *Kind]),
    read_urgency=st.sampled_from(["", *Urgency]),
    read_child=st.booleans(),
    read_officials=st.lists(st.sampled_from([*Official]), unique=True).map(tuple),
    taken_back=st.lists(st.sampled_from(PROPOSED), unique=True).map(tuple),
    kind=st.sampled_from(["", *Kind]),
)


@given(drafts)
def test_ticks_win_and_reading_makes_nothing_less_urgent(draft: Statement) -> None:
    found, directory = facts(draft, shelf()), shelf().directory
    ticked = kind_of(draft.signs, directory)
    child = Known.YES if Sign.CHILD in draft.signs else Known.UNKNOWN
    told = urgency_of(draft.when or "unknown", child, directory)
    assert ORDER.index(found.urgency) <= ORDER.index(told)
    if draft.kind:
        assert found.kind == draft.kind
    elif ticked not in {Kind.UNKNOWN, Kind.OTHER}:
        assert found.kind is ticked
    if Sign.CHILD in draft.signs:
        assert found.child is Known.YES
    assert not draft.officials or found.officials == set(draft.officials)


@given(drafts)
def test_what_was_taken_back_counts_no_more_and_is_seen_beside_what_counts(draft: Statement) -> None:
    assert not set(proposed(draft, shelf())) & set(draft.taken_back)
    kept = as_read(draft)
    assert ("read_kind" in kept) == bool("kind" in draft.taken_back and draft.read_kind)
    assert kept.items() <= story(draft).items()


def filed(name: str) -> dict[str, object]:
    """What the witness of a transcript has filed, as its readers see it."""
    player = Player(load_talk(FOLDER / f"{name}.txt"))
    (errand,) = [one for _ in player.run() for one in (player.outcome.errands if player.outcome else ())]
    return dict(story(Statement.load(errand.args["draft"])))


def test_an_angry_text_is_asked_once_and_filed_to_be_checked() -> None:
    told = filed("saksi-marah")
    assert told["to_check"] == "yes"
    assert told["words"] == ["BANGSAT SEMUA ORANG DI RUMAH ITU PENJAHAT", "tiap malam ada mobil menurunkan perempuan"]


def test_whoever_reads_the_case_sees_what_was_read_and_taken_back() -> None:
    told = filed("saksi-bukan-begitu")
    assert told["read_kind"] == "child_exploitation"
    assert told["read_urgency"] == "immediate"
    assert told["read_child"] == "yes"
    assert told["read_officials"] == ["police"]
    assert told["officials"] == []


def test_a_caseworker_reads_it_in_words() -> None:
    say = load_words("id").say
    told = dict(labels.story(shelf(), say, {**as_read(replace(DENIED, read_tppo="unknown")), "when": "unknown"}))
    assert told[say(labels.FIELD["read_kind"])] == ["Penjualan organ tubuh"]
    assert told[say(labels.FIELD["read_officials"])] == ["Polisi atau tentara"]
    assert told[say(labels.FIELD["read_tppo"])] == ["belum jelas"]
    assert told[say(labels.FIELD["when"])] == ["tidak tahu apakah masih terjadi"]


def test_what_was_taken_out_of_the_words_is_not_filed() -> None:
    told = filed("saksi-menyebut-diri")
    assert "Budi" not in str(told) and "satpam" not in str(told)
    assert "0812 8877 3345" in str(told)  # that one was to stay
    assert "B 1234 XYZ" in str(told)  # and this one is somebody else's


def test_a_draft_with_what_was_read_survives_a_restart() -> None:
    draft = Statement(read_kind="organ_trade", read_child=True, taken_back=("kind",), stays=("saya Budi",))
    assert Statement.load(draft.dump()) == draft


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("says: {organ_trade: 8}", "says: {organs: 8}", "none of"),
        ("says: {organ_trade: 8}", "says: {organ_trade: 0}", "not zero"),
        ("ongoing:\n  [forced_sex_work,", "ongoing:\n  [forced_sex_werk,", "forced_sex_werk"),
        ("  - id: organ\n", "  - id: baby\n", "stands twice"),
        ("[ginjal,", "[kidney,", "always read as"),
    ],
)
def test_a_mistake_in_the_lexicon_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    written = (HERE / "kinds.yaml").read_text(encoding="utf-8")
    assert before in written
    (tmp_path / "kinds.yaml").write_text(written.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(Fault, match=said):
        load_kinds(tmp_path, load_danger())
