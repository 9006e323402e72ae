"""What `suar content check` finds in a file of an officer, and that it says so in Indonesian."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.content_check import Draft, check, draft_of, said
from bot.fault_words import FAULTS
from bot.locale import load_words
from bot.looks import LIMITS, preview
from content.faults import Fault
from content.shelf import HERE
from tests.service import shelf

WORDS = load_words("id")
LESSON = (HERE / "id/lessons/01-apa-itu-tppo.md").read_text(encoding="utf-8")
OFFERS = (HERE / "offers.yaml").read_text(encoding="utf-8")
ENGLISH = (HERE / "en/lessons/01-apa-itu-tppo.md").read_text(encoding="utf-8")
FACT = """
- id: kartu-baru
  says: Pada 2026 ada 40 orang.
  en: In 2026 there were 40 people.
  source: Surat kabar
  date: 2026-10
  confidence: B
  checked_on: null
"""


def found(*drafts: Draft) -> list[str]:
    """What is said of some files."""
    return [said(one, WORDS) for one in check(drafts, LIMITS).problems]


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """A file with some things changed."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def flow(name: str, language: str = "id") -> str:
    """A file of words."""
    return (HERE / language / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("01-apa-itu-tppo.md", changed(LESSON, ("hingga 15 tahun", "hingga 20 tahun")), "card 5: angka 20 tidak ada"),
        ("01-apa-itu-tppo.md", changed(LESSON, ("topic: basics", "topic: dasar")), "'dasar' tidak termasuk basics"),
        (
            "01-apa-itu-tppo.md",
            LESSON[: LESSON.index("facts:")] + "facts: []\n" + LESSON[LESSON.index("quiz:") :],
            "sumber belum ada",
        ),
        (
            "01-apa-itu-tppo.md",
            changed(LESSON, ("Tidak selalu ada gembok.", "kata " * 26)),
            "ada kalimat dengan 26 kata",
        ),
        (
            "01-apa-itu-tppo.md",
            changed(LESSON, ("Tidak selalu ada gembok.", "Kata ini. " * 30)),
            "huruf; yang muat 1 sampai 300",
        ),
        ("01-apa-itu-tppo.md", changed(LESSON, ("  - kuhp-455\n", "")), "angka 2026 tidak ada"),
        ("99-baru.md", LESSON, "en/lessons: lesson.baru"),
        ("learn.yaml", flow("learn.yaml") + "halo: x\n", "learn.halo: kunci ini tidak dipakai"),
        ("learn.yaml", changed(flow("learn.yaml"), ("  next: Lanjut\n", "")), "learn.card.next: belum ada"),
        ("learn.yaml", changed(flow("learn.yaml"), ("{right}", "{betul}")), "tidak sama dengan id"),
        (
            "learn.yaml",
            changed(flow("learn.yaml"), ("Mau belajar", "kata " * 400 + "Mau belajar")),
            "ada kalimat dengan",
        ),
        ("learn.yaml", "- satu\n- dua\n", "harus berupa daftar"),
        ("learn.yaml", "a: [", "bukan YAML"),
        ("baru.yaml", FACT.replace("40 people", "14 people"), "angkanya tidak sama"),
        ("baru.yaml", FACT.replace("confidence: B", "confidence: C"), "C belum diperiksa"),
        ("basics.yaml", FACT, "fakta tppo-tiga-bagian tidak ada"),
        (
            "hotlines.yaml",
            changed((HERE / "directory/hotlines.yaml").read_text(), ('dial: "112"', 'dial: "113"')),
            "113",
        ),
        (
            "offers.yaml",
            changed((HERE / "offers.yaml").read_text(), ("confidence: A", "confidence: C")),
            "C belum diperiksa",
        ),
        ("berkas.yaml", "a: b", "tidak ada berkas isi dengan nama ini"),
        ("../../../01-keluar.md", LESSON, "tidak ada berkas isi dengan nama ini"),
        ("/etc/01-keluar.md", LESSON, "tidak ada berkas isi dengan nama ini"),
        ("", LESSON, "tidak ada berkas isi dengan nama ini"),
        ("a" * 300 + ".md", LESSON, "tidak ada berkas isi dengan nama ini"),
        ("01-Nama Besar.md", LESSON, "tidak ada berkas isi dengan nama ini"),
        ("tanpa-nomor.md", LESSON, "perlu nama seperti 10-beberapa-kata.md"),
        ("foto.jpg", "", "tidak ada berkas isi dengan nama ini"),
    ],
)
def test_what_is_wrong_is_said_in_indonesian(name: str, text: str, told: str) -> None:
    try:
        problems = found(draft_of(name, text))
    except Fault as fault:
        problems = [said(fault, WORDS)]
    assert any(told in one for one in problems), problems


def test_a_number_that_stands_twice_is_said_and_breaks_nothing() -> None:
    text = (HERE / "directory/hotlines.yaml").read_text(encoding="utf-8")
    problems = found(draft_of("hotlines.yaml", text.replace("id: polisi-110", "id: siaga-112", 1)))
    assert len(problems) == 1 and "siaga-112" in problems[0]


def test_all_that_ships_is_sound() -> None:
    for code in shelf().languages:
        files = [*(HERE / code).glob("*.yaml"), *(HERE / code / "lessons").glob("*.md")]
        drafts = [draft_of(path.name, path.read_text(encoding="utf-8"), code) for path in sorted(files)]
        assert found(*drafts) == []


def test_a_new_lesson_with_its_fact_and_its_english_is_ready() -> None:
    facts = draft_of("baru.yaml", FACT)
    added = ("  - kuhp-455\n", "  - kuhp-455\n  - kartu-baru\n")
    ours = changed(LESSON, added, ("Tidak selalu ada gembok.", "Pada 2026 ada 40 orang."))
    english = changed(ENGLISH, added, ("There is not always a padlock.", "In 2026 there were 40 people."))
    drafts = [draft_of("90-baru.md", ours), draft_of("90-baru.md", english, "en"), facts]
    assert found(*drafts) == []
    shown = preview(drafts)
    assert [one.place for one in shown.looks][:3] == ["before 1", "card 1", "card 2"]
    assert any("Pada 2026 ada 40 orang." in text for one in shown.looks for text in one.web)
    wrong = changed(english, ("40 people", "41 people"))
    assert "angka 41" in found(drafts[0], draft_of("90-baru.md", wrong, "en"), facts)[0]


def test_a_lexicon_is_tried_as_a_whole() -> None:
    assert found(draft_of("abroad.yaml", (HERE / "reading/abroad.yaml").read_text(encoding="utf-8"))) == []
    assert found(draft_of("abroad.yaml", "abroad: [kamboja, kamboja]")) == [
        "abroad.yaml: abroad: menyebut hal yang sama dua kali"
    ]


def test_a_preview_shows_each_channel() -> None:
    shown = preview([draft_of("learn.yaml", changed(flow("learn.yaml"), ("Lewati", "Lewat saja")))])
    assert shown.problems == ()
    assert ("learn.before.skip", ("Lewat saja",)) in [(one.place, one.web) for one in shown.looks]
    lesson = preview([draft_of("01-apa-itu-tppo.md", LESSON)])
    card = next(one for one in lesson.looks if one.place == "card 1")
    assert card.buttons == ("Lanjut", "Kembali")
    assert card.whatsapp[0].endswith("0 Kembali") and card.telegram and "1 Lanjut" not in card.telegram[0]


def test_nothing_is_kept_and_the_content_stays(tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in HERE.rglob("*.md")}
    check([draft_of("99-baru.md", LESSON)], LIMITS)
    assert {path: path.stat().st_mtime_ns for path in HERE.rglob("*.md")} == before


# The command line


def test_the_command_says_what_is_wrong_and_leaves_with_1(tmp_path: Path) -> None:
    good, bad = tmp_path / "id" / "01-apa-itu-tppo.md", tmp_path / "en" / "01-apa-itu-tppo.md"
    for path, text in ((good, LESSON), (bad, ENGLISH.replace("up to 15 years", "up to 20 years"))):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(app, ["content", "check", str(good)])
    assert (ran.exit_code, ran.output) == (0, "Tidak ada yang salah.\n")
    ran = CliRunner().invoke(app, ["content", "check", str(good), str(bad)])
    assert ran.exit_code == 1
    assert ran.output == "01-apa-itu-tppo.md: card 5: angka 20 tidak ada di faktanya\n"
    (tmp_path / "x.txt").write_text("x")
    ran = CliRunner().invoke(app, ["content", "check", str(tmp_path / "x.txt")])
    assert (ran.exit_code, "tidak ada berkas isi" in ran.output) == (1, True)


def test_the_command_lists_sources_and_what_is_old() -> None:
    ran = CliRunner().invoke(app, ["content", "sources"])
    assert ran.exit_code == 0
    listed, old = ran.output.split("\n\n")
    assert "hotlines\tsiaga-112\tANTARA\t2025-11\tA\t-" in listed.splitlines()
    assert "facts\tkuhp-455\tKUHP Pasal 455, berlaku 2 Januari 2026\t2026\tP\t-" in listed.splitlines()
    assert "facts\ttppo-tiga-bagian\t2007" in old.splitlines()


def test_what_content_refuses_is_said_in_indonesian() -> None:
    assert [one for one in FAULTS if WORDS.say(one) == one] == []


def refusals() -> Iterator[tuple[str, ast.expr]]:
    """What each file of the content may refuse, as it stands in the source."""
    for path in sorted(HERE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                said = node.args[1]
                if name in {"Fault", "wrong"} and not (path.stem == "rows" and isinstance(said, ast.Name)):
                    yield from (
                        (path.name, one)
                        for one in ((said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,))
                    )


def test_every_refusal_of_the_content_has_its_indonesian() -> None:
    found = list(refusals())
    assert len(found) > 60
    assert [(file, ast.unparse(one)) for file, one in found if not isinstance(one, ast.Constant)] == []
    assert {one.value for _, one in found if isinstance(one, ast.Constant)} - set(FAULTS) == set()
