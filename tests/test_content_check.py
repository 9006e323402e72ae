"""What `suar content check` finds in a file of an officer, and that it says so in Indonesian."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.content_check import check, said
from bot.drafts import Draft, draft_of
from bot.fault_words import FAULTS
from bot.locale import load_words
from bot.looks import LIMITS, preview
from bot.sources import sourced
from content.faults import Fault
from content.shelf import HERE
from tests.service import shelf

WORDS = load_words("id")
TODAY = date(2026, 11, 22)
LESSON = (HERE / "id/lessons/01-apa-itu-tppo.md").read_text(encoding="utf-8")
OFFERS = (HERE / "offers.yaml").read_text(encoding="utf-8")
ENGLISH = (HERE / "en/lessons/01-apa-itu-tppo.md").read_text(encoding="utf-8")
HOTLINES = (HERE / "directory/hotlines.yaml").read_text(encoding="utf-8")
Slip = tuple[str, str, str]  # a file's name, its text, and what is said of it
LATE = ("belum terjadi", "judulnya")  # is said where nothing else is wrong
GROUND = ("baru.yaml", "hotlines.yaml", "voice.yaml", "basics.yaml")
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
    return [said(one, WORDS) for one in check(drafts, LIMITS, TODAY).problems]


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """A file with some things changed."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def flow(name: str, language: str = "id") -> str:
    """A file of words."""
    return (HERE / language / name).read_text(encoding="utf-8")


SLIPS: tuple[Slip, ...] = (
    (
        "01-apa-itu-tppo.md",
        changed(LESSON, ("hingga 15 tahun", "hingga 20 tahun")),
        "id/01-apa-itu-tppo.md: kartu 5: angka 20 tidak ada",
    ),
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
    (
        "99-baru.md",
        changed(LESSON, ("title: Apa", "title: Baru: apa")),
        "id/99-baru.md: bukan YAML di sekitar baris 2",
    ),
    ("99-baru.md", LESSON, "en/99-baru.md: belum ada, padahal id punya"),
    ("99-baru.md", LESSON, "id/lessons: baru: judulnya sama dengan apa-itu-tppo"),
    ("learn.yaml", flow("learn.yaml") + "halo: x\n", "learn.halo: kunci ini tidak dipakai"),
    (
        "learn.yaml",
        changed(flow("learn.yaml"), ("  next: Lanjut\n", "")),
        "id/learn.yaml: learn.card.next: belum ada",
    ),
    ("learn.yaml", changed(flow("learn.yaml"), ("{right}", "{betul}")), "tidak sama dengan en: {betul}, {right}"),
    (
        "learn.yaml",
        changed(flow("learn.yaml"), ("Mau belajar", "kata " * 400 + "Mau belajar")),
        "ada kalimat dengan",
    ),
    ("learn.yaml", "- satu\n- dua\n", "harus berupa daftar"),
    ("learn.yaml", "a: [", "bukan YAML"),
    ("baru.yaml", FACT.replace("40 people", "14 people"), "angkanya tidak sama"),
    ("baru.yaml", FACT.replace("confidence: B", "confidence: C"), "C belum diperiksa"),
    ("basics.yaml", FACT, "basics.yaml: berkas ini menggantikan yang ada; "),
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
)


def rounds(slips: tuple[Slip, ...]) -> list[list[Slip]]:
    """Slips of different files, to be found by one check: one takes as long as a start.

    What lessons rest on is spoilt apart from them, and what is looked at only in content that loads is alone.
    """
    alone = [slip for slip in slips if slip[0] in {"basics.yaml", "recordings.yaml"} or any(map(slip[2].count, LATE))]
    found: list[list[Slip]] = []
    for slip in (one for one in slips if one not in alone):
        fits = (one for one in found if slip[0] not in {name for name, _, _ in one})
        place = next((one for one in fits if (one[0][0] in GROUND) is (slip[0] in GROUND)), None)
        if place is None:
            found.append([slip])
        else:
            place.append(slip)
    return [*found, *([slip] for slip in alone)]


def missed(slips: list[Slip]) -> list[tuple[str, list[str]]]:
    """What should be said of some slips and is not, beside what is said."""
    drafts, problems = [], list[str]()
    for name, text, _ in slips:
        try:
            drafts.append(draft_of(name, text))
        except Fault as fault:
            problems.append(said(fault, WORDS))
    problems += found(*drafts) if drafts else []
    return [(told, problems) for _, _, told in slips if not any(told in one for one in problems)]


@pytest.mark.parametrize("slips", rounds(SLIPS), ids=lambda slips: slips[0][2][:20])
def test_what_is_wrong_is_said_in_indonesian(slips: list[Slip]) -> None:
    assert missed(slips) == []


def test_a_number_that_stands_twice_is_said_and_breaks_nothing() -> None:
    text = (HERE / "directory/hotlines.yaml").read_text(encoding="utf-8")
    problems = found(draft_of("hotlines.yaml", text.replace("id: polisi-110", "id: siaga-112", 1)))
    assert "hotlines.yaml: siaga-112: id: sudah ada dengan nama ini" in problems


def test_all_that_ships_is_sound() -> None:
    for code in shelf().languages:
        files = [*(HERE / code).glob("*.yaml"), *(HERE / code / "lessons").glob("*.md")]
        drafts = [draft_of(path.name, path.read_text(encoding="utf-8"), code) for path in sorted(files)]
        assert found(*drafts) == []


def test_a_new_lesson_with_its_fact_and_its_english_is_ready() -> None:
    facts = draft_of("baru.yaml", FACT)
    added = ("  - kuhp-455\n", "  - kuhp-455\n  - kartu-baru\n")
    titled = ("title: Apa itu perdagangan orang?", "title: Kartu baru")
    ours = changed(LESSON, added, titled, ("Tidak selalu ada gembok.", "Pada 2026 ada 40 orang."))
    english = changed(
        ENGLISH,
        added,
        ("title: What", "title: Now what"),
        ("There is not always a padlock.", "In 2026 there were 40 people."),
    )
    drafts = [draft_of("90-baru.md", ours), draft_of("90-baru.md", english, "en"), facts]
    assert found(*drafts) == []
    shown = preview(drafts)
    assert [one.place for one in shown.looks][:3] == ["before 1", "card 1", "card 2"]
    assert any("Pada 2026 ada 40 orang." in text for one in shown.looks for text in one.web)
    wrong = changed(english, ("40 people", "41 people"))
    problems = found(drafts[0], draft_of("90-baru.md", wrong, "en"), facts)
    assert "en/90-baru.md: kartu 2: angka 41 tidak ada di faktanya" in problems
    assert "en/90-baru.md: kartu 2: angkanya tidak sama dengan id: 40, 41" in problems


def test_a_lexicon_is_tried_as_a_whole() -> None:
    assert found(draft_of("abroad.yaml", (HERE / "reading/abroad.yaml").read_text(encoding="utf-8"))) == []
    assert found(draft_of("abroad.yaml", "abroad: [kamboja, kamboja]")) == [
        "abroad.yaml: abroad: menyebut hal yang sama dua kali"
    ]


# What looks right and is wrong

HIDDEN: tuple[Slip, ...] = (
    ("01-apa-itu-tppo.md", changed(LESSON, ("15 tahun", "dua puluh tahun")), "kartu 5: angka dua puluh tidak ada"),
    ("baru.yaml", FACT.replace("2026-10", "2027-01"), "baru.yaml: kartu-baru: 2027-01 belum terjadi"),
    ("baru.yaml", FACT.replace("null", "2026-12-01"), "kartu-baru: 2026-12-01 belum terjadi"),
    ("baru.yaml", FACT.replace("kartu-baru", "Kartu Baru"), "perlu nama seperti kata-kata-kecil"),
    (
        "hotlines.yaml",
        changed(HOTLINES, ("dialled_on: null", "dialled_on: 2026-12-24")),
        "siaga-112: 2026-12-24 belum terjadi",
    ),
    (
        "hotlines.yaml",
        changed(HOTLINES, ('    wa: "628111772273"\n', '    dial: "08111772273"\n')),
        "kpai: wa: belum ada, padahal baris ini menyebut WhatsApp",
    ),
    ("hotlines.yaml", changed(HOTLINES, ('    wa: "628111772273"\n', "")), "kpai: dial: belum ada, begitu juga wa"),
    ("hotlines.yaml", changed(HOTLINES, ("id: kemnaker", "id: naker")), "hotlines.yaml: kemnaker: id ini hilang"),
    ("offers.yaml", OFFERS.replace("id: tourist_visa", "id: turis"), "offers.yaml: tourist_visa: id ini hilang"),
    ("01-apa-itu-tppo.md", changed(LESSON, ("Tidak selalu ada gembok.", "Dijamin aman.")), '"Dijamin" menjanjikan'),
    ("01-apa-itu-tppo.md", changed(LESSON, ("Wajar kalau ragu", "Kenapa tidak")), '"Kenapa tidak" kaku'),
    (
        "learn.yaml",
        changed(flow("learn.yaml"), ("skip: Lewati", "skip: Skip the link")),
        '"the" kata dari bahasa lain',
    ),
    ("front.yaml", changed(flow("front.yaml"), ("112", "119")), "119 tidak ada di hotlines.yaml"),
    ("front.yaml", changed(flow("front.yaml"), ("112", "129")), "angkanya tidak sama dengan en: 112, 129"),
    ("voice.yaml", "id: {rough: []}", "voice.yaml: id: allowed: belum ada"),
    ("recordings.yaml", "- file: x.opus\n", "recordings.yaml: baris 1:"),
)


@pytest.mark.parametrize("slips", rounds(HIDDEN), ids=lambda slips: slips[0][2][:20])
def test_what_looks_right_and_is_wrong_is_found(slips: list[Slip]) -> None:
    assert missed(slips) == []


def test_an_emergency_number_changed_in_one_language_is_found_from_either_side() -> None:
    for language in ("id", "en"):
        problems = found(draft_of("front.yaml", flow("front.yaml", language).replace("112", "110"), language))
        other = {"id": "en", "en": "id"}[language]
        assert f"{language}/front.yaml: front.danger: angkanya tidak sama dengan {other}: 110, 112" in problems
        assert not any(one.startswith(f"{other}/") for one in problems), problems


def test_two_labels_alike_are_found() -> None:
    text = changed(flow("report.yaml"), ("past: ", "past: &label "))
    label = text[text.index("&label ") :].splitlines()[0].removeprefix("&label ")
    alike = changed(text.replace("&label ", ""), (f"past: {label}", "past: Masih berlangsung"))
    ongoing = next(row.strip() for row in alike.splitlines() if row.strip().startswith("ongoing:"))
    alike = changed(alike, (ongoing, "ongoing: masih berlangsung"))
    assert any("dua tombol tidak bisa dibedakan" in one for one in found(draft_of("report.yaml", alike)))


def test_a_question_without_a_right_answer_hides_nothing_else() -> None:
    text = changed(LESSON, ("        right: true\n", ""), ("15 tahun", "dua puluh tahun"))
    problems = found(draft_of("01-apa-itu-tppo.md", text))
    assert "id/01-apa-itu-tppo.md: pertanyaan 1: perlu 2 sampai 4 pilihan, satu di antaranya tepat" in problems
    assert "id/01-apa-itu-tppo.md: kartu 5: angka dua puluh tidak ada di faktanya" in problems
    assert not any("susunannya" in one for one in problems)


def test_everything_is_said_at_once() -> None:
    ours = changed(
        LESSON,
        ("15 tahun", "20 tahun"),
        ("Tidak, di satu kota pun bisa", "Ya, harus ke luar negeri"),
        ("Bisa ke luar negeri.", "kata " * 26),
        ("right: true", "right: ya"),
    )
    fact = (
        FACT.replace("Kartu", "x").replace("confidence: B", "confidence: C").replace("date: 2026-10", "date: kemarin")
    )
    number = changed(HOTLINES, ('dial: "112"', 'dial: "113"'), ('dial: "110"', 'dial: "111"'))
    told = "\n".join(
        found(
            draft_of("01-apa-itu-tppo.md", ours),
            draft_of("01-apa-itu-tppo.md", ENGLISH.replace("topic: basics", "topic: base"), "en"),
            draft_of("baru.yaml", fact),
            draft_of("hotlines.yaml", number),
            draft_of("learn.yaml", flow("learn.yaml") + "halo: x\n"),
        )
    )
    for part in (
        "id/01-apa-itu-tppo.md: pertanyaan 1: jawaban 1: right",
        "id/01-apa-itu-tppo.md: pertanyaan 2: jawaban 2: bunyinya sama dengan jawaban 1",
        "id/01-apa-itu-tppo.md: kartu 3: ada kalimat dengan",
        "en/01-apa-itu-tppo.md: topic",
        "kartu-baru: confidence: C belum",
        "kartu-baru: date: perlu",
        "siaga-112: dial",
        "polisi-110: dial",
        "id/learn.yaml: learn.halo",
    ):
        assert part in told, (part, told)


def test_what_an_editor_adds_is_no_mistake_and_what_it_spoils_is_said() -> None:
    odd = "\ufeff" + LESSON.replace("---\n", "---  \r\n")
    assert found(draft_of("01-apa-itu-tppo.md", odd)) == []
    with pytest.raises(Fault, match="UTF-8"):
        draft_of("01-apa-itu-tppo.md", LESSON + "\ufffd")


def test_a_list_of_templates_is_no_list_of_facts() -> None:
    text = (HERE / "templates.yaml").read_text(encoding="utf-8")
    draft = draft_of("templates.yaml", text)
    assert str(draft.path) == "templates.yaml" and found(draft) == []


def test_no_message_to_an_officer_is_english() -> None:
    english = re.compile(r"\b(is|are|the|not|must|needed|missing|found|line|expected|while)\b")
    spoilt = [
        draft_of(name, text)
        for name, text in (
            (
                "queues.yaml",
                (HERE / "directory/queues.yaml").read_text(encoding="utf-8").replace("fallback: ", "fallback: x", 1),
            ),
            ("kelurahan.csv", (HERE / "places/kelurahan.csv").read_text(encoding="utf-8") + "x,y\n"),
            ("terms.yaml", "status: usulan\n"),
            ("id.yaml", "commands: {}\n"),
            ("intents.yaml", "a: ["),
        )
    ]
    for draft in spoilt:
        problems = found(draft)
        assert problems and not any(english.search(one) for one in problems), problems


def test_a_placeholder_renamed_in_every_language_is_refused() -> None:
    drafts = [
        draft_of("learn.yaml", flow("learn.yaml", code).replace("{right}", "{betul}"), code) for code in ("id", "en")
    ]
    problems = found(*drafts)
    for code in ("id", "en"):
        assert f"{code}/learn.yaml: learn.done: {{betul}} tidak akan terisi di sini; namanya jangan diubah" in problems
        assert f"{code}/learn.yaml: learn.done: {{right}} hilang; tulis lagi seperti semula" in problems


def test_a_number_that_changes_is_found_wherever_it_still_stands() -> None:
    text = changed(HOTLINES, ("0813-1761-7622", "0813-1761-7699"), ("+6281317617622", "+6281317617699"))
    text = changed(text, ('wa: "6281317617622"', 'wa: "6281317617699"'))
    (said_of_it,) = [one for one in found(draft_of("hotlines.yaml", text)) if "masih tertulis" in one]
    assert said_of_it.startswith("hotlines.yaml: upt-pppa: 0813-1761-7622 masih tertulis di ")
    for file in ("facts/modus.yaml", "id/lessons/18-pekerja-rumah-tangga.md", "en/lessons/34-untuk-orang-tua.md"):
        assert file in said_of_it
    assert "hotlines.yaml, " not in said_of_it


def test_a_list_of_facts_that_lacks_most_says_so_in_one_line() -> None:
    (one,) = found(draft_of("basics.yaml", FACT))
    assert re.match(r"basics\.yaml: berkas ini menggantikan yang ada; \d\d fakta hilang: \S+, \S+, \S+, \.\.\.$", one)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "Telepon 129, 24 jam.",
            "Telepon 129, 24 jam, 99 orang.",
            "liburan-anak: text: id: angka 99 tidak ada di faktanya",
        ),
        ("Hati-hati lowongan", "Segera laporkan lowongan", 'text: id: "Segera laporkan" menakuti'),
        ("Simpan buktinya,", "Simpan buktinya, Pak Budi,", 'text: id: "Pak Budi" tidak boleh ada di peringatan'),
        ("Diminta uang jaminan", "PT Maju Jaya penipu. Diminta uang jaminan", 'text: id: "PT Maju" tidak boleh ada'),
        ("You need to be at least 18.", "You need to be grown up.", "text: en: angkanya tidak sama dengan id: 18"),
        (
            "      id: Magang di luar negeri\n",
            "      id: Magang " + "jauh " * 9 + "\n",
            "title: id: paling banyak 40 huruf",
        ),
        ("months: [4, 5, 10]", "bulan: [4, 5, 10]", "bulan: tidak dikenal di baris ini; maksudnya months?"),
    ],
)
def test_the_words_of_an_alert_are_judged_like_a_lesson(old: str, new: str, told: str) -> None:
    problems = found(draft_of("alerts.yaml", changed((HERE / "alerts.yaml").read_text(encoding="utf-8"), (old, new))))
    assert any(told in one for one in problems), problems


# How it looks


def test_a_preview_draws_the_alerts_with_what_they_rest_on() -> None:
    shown = preview([draft_of("alerts.yaml", (HERE / "alerts.yaml").read_text(encoding="utf-8"))])
    assert shown.problems == ()
    words = next(one for one in shown.looks if one.place == "magang.text" and one.file.startswith("id/"))
    assert "Ditawari magang" in words.whatsapp[0] and "Info untuk warga" in words.telegram[0]
    assert {"magang-2024", "siskop2mi"} <= {row.id for row in shown.sources}


def test_a_preview_shows_each_channel() -> None:
    shown = preview([draft_of("learn.yaml", changed(flow("learn.yaml"), ("Lewati", "Lewat saja")))])
    assert shown.problems == ()
    assert ("learn.before.skip", ("Lewat saja",)) in [(one.place, one.web) for one in shown.looks]
    lesson = preview([draft_of("01-apa-itu-tppo.md", LESSON)])
    card = next(one for one in lesson.looks if one.place == "card 1")
    assert card.buttons == ("Lanjut", "Kembali")
    assert card.whatsapp[0].endswith("0 Kembali") and card.telegram and "1 Lanjut" not in card.telegram[0]


def test_a_preview_shows_the_words_that_each_messenger_has_of_its_own() -> None:
    looks = preview([draft_of("menu.yaml", flow("menu.yaml"))]).looks
    hello = next(one for one in looks if one.place == "menu.hello")
    words = shelf().words["id"]
    assert hello.web == (words["menu.hello"],)
    assert hello.telegram == (words["menu.hello_telegram"],)
    assert hello.whatsapp == (words["menu.hello_whatsapp"],)
    assert not any(one.place.endswith(("_telegram", "_whatsapp")) for one in looks)


def test_a_preview_shows_what_every_choice_is_answered_with_and_draws_both_languages() -> None:
    lesson = shelf().lessons["apa-itu-tppo"]
    shown = preview([draft_of("01-apa-itu-tppo.md", LESSON), draft_of("01-apa-itu-tppo.md", ENGLISH, "en")])
    asked = [one for one in shown.looks if one.place == "quiz 1"]
    assert [one.file for one in asked] == ["id/01-apa-itu-tppo.md", "en/01-apa-itu-tppo.md"]
    first, second = lesson.quiz[0].choices
    assert asked[0].replies == (
        (first.text, f"Betul. {first.reason}"),
        (second.text, f"Belum tepat, tidak apa-apa. {second.reason}"),
    )
    assert asked[1].web != asked[0].web and asked[1].replies[0][1].startswith("That's right. ")
    assert {row.id for row in shown.sources} == set(lesson.facts)


def test_a_preview_draws_the_cards_of_numbers() -> None:
    looks = preview(
        [draft_of("hotlines.yaml", changed(HOTLINES, ("Untuk keadaan darurat", "Untuk keadaan gawat")))]
    ).looks
    danger = {one.file: one for one in looks if one.place == "numbers.card.danger"}
    assert "Untuk keadaan gawat" in " ".join(danger["id/hotlines.yaml"].web)
    assert "For emergencies" in " ".join(danger["en/hotlines.yaml"].telegram)


def test_nothing_is_kept_and_the_content_stays(tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in HERE.rglob("*.md")}
    check([draft_of("99-baru.md", LESSON)], LIMITS, TODAY)
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
    assert ran.output == (
        "en/01-apa-itu-tppo.md: kartu 5: angka 20 tidak ada di faktanya\n"
        "en/01-apa-itu-tppo.md: kartu 5: angkanya tidak sama dengan id: 15, 20\n"
    )
    (tmp_path / "x.txt").write_text("x")
    ran = CliRunner().invoke(app, ["content", "check", str(tmp_path / "nope.md")])
    assert (ran.exit_code, ran.output) == (1, "nope.md: tidak ada berkas di tempat itu\n")
    ran = CliRunner().invoke(app, ["content", "check", str(tmp_path / "x.txt")])
    assert (ran.exit_code, "tidak ada berkas isi" in ran.output) == (1, True)


def test_the_command_lists_what_is_urgent_first_and_everything_where_asked() -> None:
    ran = CliRunner().invoke(app, ["content", "sources"])
    assert ran.exit_code == 0
    uncalled, old, rest = ran.output.split("\n\n")
    called = [line for line in shelf().hotlines if line.number and line.dialled_on is None]
    assert uncalled.splitlines()[0] == f"Nomor yang belum pernah ditelepon: {len(called)}"
    assert "siaga-112\t112\tANTARA, 2025-11" in uncalled.splitlines()
    assert old.splitlines()[1].startswith("hotlines\t") and "\tUU " not in old
    assert rest.startswith("Selebihnya: ")
    ran = CliRunner().invoke(app, ["content", "sources", "--all"])
    assert "hotlines\tsiaga-112\tANTARA\t2025-11\tA\t-" in ran.output.splitlines()
    assert "facts\tkuhp-455\tKUHP Pasal 455, berlaku 2 Januari 2026\t2026\tP\t-" in ran.output.splitlines()
    assert len(ran.output.splitlines()) == 1 + len(list(sourced(shelf())))


def test_what_content_refuses_is_said_in_indonesian() -> None:
    assert [one for one in FAULTS if WORDS.say(one) == one] == []


def refusals() -> Iterator[tuple[str, ast.expr]]:
    """What each file of the content may refuse, as it stands in the source."""
    for path in sorted(HERE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                said = node.args[2 if name == "_wrong" and len(node.args) > 2 else 1]
                passed_on = path.stem in {"rows", "queues"} and isinstance(said, ast.Name)
                if name in {"Fault", "wrong", "_wrong"} and not passed_on:
                    yield from (
                        (path.name, one)
                        for one in ((said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,))
                    )


def test_every_refusal_of_the_content_has_its_indonesian() -> None:
    found = list(refusals())
    assert len(found) > 60
    assert [(file, ast.unparse(one)) for file, one in found if not isinstance(one, ast.Constant)] == []
    assert {one.value for _, one in found if isinstance(one, ast.Constant)} - set(FAULTS) == set()
