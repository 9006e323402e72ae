"""How soon a report is read, and whether it is one: questions, what is over, and danger that is hinted at."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.danger import load_danger
from content.faults import Fault
from content.kinds import load_kinds
from content.vocabulary import Kind, Known, Urgency
from tests.test_kinds import HERE, read


@pytest.mark.parametrize(
    ("text", "soon"),
    [
        ("pembantu itu dikurung majikan di kamar", Urgency.IMMEDIATE),
        ("pembantu itu dikurung majikan di kamar kalau nangis", Urgency.IMMEDIATE),
        ("yang nyekap buruh di gudang itu adiknya kapolsek", Urgency.IMMEDIATE),
        ("dikurung majikan di kamar itu termasuk TPPO bukan?", Urgency.NORMAL),
    ],
)
def test_who_is_held_cannot_wait_unless_it_is_only_asked_about(text: str, soon: Urgency) -> None:
    assert read(text).urgency is soon


@pytest.mark.parametrize(
    "text",
    [
        "waktu saya masih 15 tahun saya dijual ke tamu hotel, sekarang saya sudah 31",
        "mantan ABK, tahun 2018 paspor saya ditahan kapten kapal cumi",
        "dulu bibi dipaksa melayani tamu di lokalisasi, kejadian lama, ingin tercatat saja",
        "suami saya sudah pulang dari Kamboja, di sana dia dipaksa menipu orang",
    ],
)
def test_what_is_over_has_time_and_is_believed(text: str) -> None:
    found = read(text)
    assert (found.urgency, found.is_tppo) == (Urgency.NORMAL, Known.YES)


def test_who_is_still_held_is_not_over() -> None:
    text = "dulu adik ipar dibawa calo ke Malaysia, sampai sekarang belum pulang, paspornya dipegang majikan"
    assert read(text).urgency is not Urgency.NORMAL


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("kerja admin di Kamboja gaji dolar, itu modus bukan?", Kind.ONLINE_SCAM_ABROAD),
        ("sponsor minta paspor asli dipegang dia, wajar nggak sih", Kind.MIGRANT_SHELTER),
        ("jual ginjal itu legal ga ya", Kind.ORGAN_TRADE),
    ],
)
def test_who_asks_is_answered_by_a_person_in_time(text: str, kind: Kind) -> None:
    found = read(text)
    assert (found.category, found.is_tppo, found.urgency) == (kind, Known.UNKNOWN, Urgency.NORMAL)


def test_a_hedge_counts_no_more_where_much_is_shown() -> None:
    assert read("kayaknya pembantu itu takut").is_tppo is Known.UNKNOWN
    held = "kayaknya pembantu itu dikunci majikan, dipukul, KTP-nya ditahan, tidur di gudang"
    assert read(held).is_tppo is Known.YES


def test_danger_that_is_hinted_at_speaks_for_a_kind() -> None:
    assert "danger_bride" in read("dia dinikahkan paksa sama orang yang tidak dia kenal").why


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("danger: [scam_compound]", "danger: [scam_kompound]", "scam_kompound"),
        ("danger: [scam_compound]", "marks: [means]", "forms"),
    ],
)
def test_a_family_of_danger_that_is_not_there_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    written = (HERE / "kinds.yaml").read_text(encoding="utf-8")
    assert before in written
    (tmp_path / "kinds.yaml").write_text(written.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(Fault, match=said):
        load_kinds(tmp_path, load_danger())
