"""The directory holds only what a source says, and refuses every slip of the person who edits it."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from content.hotlines import FOLDER, Hotline, Topic, Where, emergency, load_hotlines, select
from content.queues import Directory, load_directory
from content.vocabulary import Confidence, Family, Hours, Known

FILES = ("queues.yaml", "hotlines.yaml", "routing.yaml")
Edit = Callable[[Any], object]


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load_directory()


@pytest.fixture(scope="module")
def hotlines() -> tuple[Hotline, ...]:
    return load_hotlines()


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    return {file: yaml.safe_load((FOLDER / file).read_text(encoding="utf-8")) for file in FILES}


def edited(folder: Path, shipped: dict[str, Any], name: str, edit: Edit) -> Path:
    """Write the three files with one of them changed, as an officer would leave them (JSON is YAML too)."""
    files = {**shipped, name: deepcopy(shipped[name])}
    edit(files[name])
    for file, data in files.items():
        (folder / file).write_text(json.dumps(data, default=str), encoding="utf-8")
    return folder


def put(part: str, entry: str, /, **fields: object) -> Edit:
    def edit(data: Any) -> None:
        next(row for row in data[part] if row["id"] == entry).update(fields)

    return edit


def drop(part: str, id: str, field: str) -> Edit:
    def edit(data: Any) -> None:
        next(row for row in data[part] if row["id"] == id).pop(field)

    return edit


def repeat(part: str) -> Edit:
    return lambda data: data[part].append(dict(data[part][0]))


SLIPS: list[tuple[str, Edit, str]] = [
    ("queues.yaml", drop("queues", "naker-jakut", "source"), "queues.yaml: naker-jakut: source: is missing"),
    ("queues.yaml", put("queues", "upt-pppa", source=" "), "upt-pppa: source: a text is needed"),
    ("queues.yaml", put("queues", "upt-pppa", source_date="Nov 2025"), "upt-pppa: source_date: a quoted"),
    ("queues.yaml", put("queues", "upt-pppa", source_date="2025-13"), "upt-pppa: source_date: a quoted"),
    ("queues.yaml", put("queues", "upt-pppa", confidence="C"), "upt-pppa: confidence: C is not verified"),
    ("queues.yaml", put("queues", "upt-pppa", confidence="X"), "upt-pppa: confidence: 'X' is none of"),
    ("queues.yaml", put("queues", "upt-pppa", dialled_on="kemarin"), "upt-pppa: dialled_on: a day like"),
    ("queues.yaml", put("queues", "upt-pppa", hours="unknown"), "upt-pppa: hours: residents are told"),
    ("queues.yaml", put("queues", "upt-pppa", telpon="112"), "upt-pppa: telpon: is not a field"),
    ("queues.yaml", put("queues", "upt-pppa", contacts=["upt"]), "upt-pppa: contacts: upt: not in hotlines"),
    ("queues.yaml", put("queues", "upt-pppa", contacts="upt"), "upt-pppa: contacts: a list of texts"),
    ("queues.yaml", put("queues", "upt-pppa", usulan=["jam"]), "upt-pppa: usulan: names a field"),
    ("queues.yaml", put("queues", "pengawas", usulan=[]), "pengawas: usulan: a proposal"),
    ("queues.yaml", put("queues", "ppapp-jakut", family="dinas"), "ppapp-jakut: family: 'dinas' is none of"),
    (
        "queues.yaml",
        put("queues", "ppapp-jakut", fallback="upt"),
        "ppapp-jakut: fallback: there is no queue upt",
    ),
    (
        "queues.yaml",
        put("queues", "sosial-jakut", fallback="ppapp-jaksel"),
        "fallback: leads into another kota",
    ),
    ("queues.yaml", put("queues", "pengawas", fallback="upt-pppa"), "fallback: goes round in a circle"),
    (
        "queues.yaml",
        put("queues", "pengawas", escalates_to="pengawas"),
        "escalates_to: goes round in a circle",
    ),
    ("queues.yaml", put("queues", "ppapp-jakut", kota_code=None), "ppapp-jakut: kota_code: a kota's desk"),
    ("queues.yaml", put("queues", "ppapp-jakut", kota_code="31.79"), "kota_code: 31.79 is not listed"),
    ("queues.yaml", put("queues", "didik-seribu", id="lpsk"), "lpsk: id: is a queue and a hand-off"),
    ("queues.yaml", put("queues", "pengawas", family="bp3mi"), "exactly one queue must be oversight"),
    ("queues.yaml", put("queues", "ppapp-jakut", family="sosial"), "kota: 31.72: no queue of ppapp leads"),
    ("queues.yaml", put("queues", "naker-jakut", id="police"), "police: id: another row has this name already"),
    ("queues.yaml", repeat("queues"), "ppapp-jakpus: id: another row has this name already"),
    ("queues.yaml", repeat("handoffs"), "lpsk: id: another row has this name already"),
    ("queues.yaml", put("handoffs", "iom", office=None), "iom: office: a text is needed"),
    ("queues.yaml", lambda d: d["office_hours"].update(until="07:00"), "office_hours: until: must be later"),
    ("queues.yaml", lambda d: d["office_hours"].update(until="sore"), "office_hours: until: a time like"),
    ("queues.yaml", lambda d: d["office_hours"].update(weekdays=[8]), "office_hours: weekdays: a week"),
    ("queues.yaml", lambda d: d["office_hours"].update(weekdays=["senin"]), "weekdays: a whole number"),
    ("queues.yaml", lambda d: d.update(queues="semua"), "queues.yaml: queues: a list of rows"),
    ("queues.yaml", lambda d: d["queues"].append("ppapp"), "queues.yaml: queues: a mapping"),
    ("hotlines.yaml", put("hotlines", "kpai", confidence="C"), "hotlines.yaml: kpai: confidence: C is not"),
    ("hotlines.yaml", put("hotlines", "upt-pppa", wa="6281317617626"), "upt-pppa: wa: 6281317617626 is not"),
    ("hotlines.yaml", put("hotlines", "siaga-112", dial="113"), "siaga-112: dial: 113 is not the number"),
    ("hotlines.yaml", put("hotlines", "siaga-112", number=112), "siaga-112: number: a text is needed"),
    ("hotlines.yaml", put("hotlines", "healing119", page=None), "healing119: number: a number or a page"),
    ("hotlines.yaml", put("hotlines", "healing119", wa="62"), "healing119: number: is missing beside"),
    ("hotlines.yaml", put("hotlines", "kpai", where=[]), "kpai: where: somebody, somewhere"),
    ("hotlines.yaml", put("hotlines", "kpai", audience=["men"]), "kpai: audience: 'men' is none of"),
    ("hotlines.yaml", repeat("hotlines"), "siaga-112: id: is there twice"),
    ("routing.yaml", lambda d: d["handoffs"]["kind"].pop("organ_trade"), "kind: organ_trade: is missing"),
    ("routing.yaml", lambda d: d["handoffs"]["kind"].update(haji=[]), "kind: haji: is not a field"),
    ("routing.yaml", lambda d: d["handoffs"].update(abroad=["bnp2tki"]), "abroad: 'bnp2tki' is no family"),
    (
        "routing.yaml",
        lambda d: d["handoffs"].update(abroad=["kemlu", "kemlu"]),
        "abroad: says something twice",
    ),
    ("routing.yaml", lambda d: d["officials"].update(police=["polri"]), "officials: police: 'polri' is no"),
    ("routing.yaml", lambda d: d["lead"].update(outside=[]), "lead: outside: somebody must lead"),
    ("routing.yaml", lambda d: d["due_minutes"].update(high=0), "due_minutes: high: a whole number above"),
    ("routing.yaml", lambda d: d["urgency"]["when"].update(past="later"), "when: past: 'later' is none of"),
    (
        "routing.yaml",
        lambda d: d["kinds"].append({"signs": [], "kind": "other"}),
        "signs: a row without signs",
    ),
    ("routing.yaml", lambda d: d.update(usulan=[]), "routing.yaml: usulan: a proposal"),
    ("routing.yaml", lambda d: d.update(usulan=["semua"]), "routing.yaml: usulan: semua: no such part"),
    ("routing.yaml", lambda d: d.pop("source"), "routing.yaml: source: is missing"),
]


@pytest.mark.parametrize(("name", "edit", "message"), SLIPS, ids=[slip[2] for slip in SLIPS])
def test_a_slip_is_named_by_file_row_and_field(
    tmp_path: Path, shipped: dict[str, Any], name: str, edit: Edit, message: str
) -> None:
    with pytest.raises(ValueError, match=r"(queues|hotlines|routing)\.yaml: ") as caught:
        load_directory(edited(tmp_path, shipped, name, edit))
    assert message in str(caught.value)


def test_a_day_on_which_somebody_called_is_taken(tmp_path: Path) -> None:
    text = (FOLDER / "hotlines.yaml").read_text(encoding="utf-8")
    called = text.replace("dialled_on: null", "dialled_on: 2026-12-01")
    (tmp_path / "hotlines.yaml").write_text(called, encoding="utf-8")
    kpai = find(load_hotlines(tmp_path), "kpai")
    assert kpai.dialled_on == date(2026, 12, 1) and not kpai.unconfirmed


@pytest.mark.parametrize("text", ["hotlines: [", "- a\n- b\n", ""])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "hotlines.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^hotlines\.yaml: "):
        load_hotlines(tmp_path)


def test_every_kota_has_its_desks(directory: Directory) -> None:
    desks = {Family.PPAPP, Family.SOSIAL, Family.NAKER, Family.DIDIK, Family.SEHAT, Family.POLICE}
    assert len(directory.kota) == 6
    for kota in directory.kota:
        assert {q.family for q in directory.queues.values() if q.kota_code == kota} == desks
    assert directory.of(Family.POLICE, "31.72") == ("polres-jakut", "polres-priok")
    assert directory.of(Family.POLICE, "outside") == ()
    assert directory.of(Family.UPT, "outside") == directory.of(Family.UPT, "31.01") == ("upt-pppa",)


def test_only_four_polres_have_the_new_unit(directory: Directory) -> None:
    new = {q.id for q in directory.queues.values() if q.office and q.office.startswith("Satres PPA-PPO")}
    assert new == {"polres-jakbar", "polres-jaktim", "polres-jakut", "polres-jakpus"}


def test_what_no_source_says_is_marked_as_proposed(directory: Directory) -> None:
    for queue in directory.queues.values():
        assert queue.hours is Hours.ALWAYS or "hours" in queue.usulan
        assert queue.fallback is None or "fallback" in queue.usulan
        assert queue.office or ("office" in queue.usulan and queue.confidence is Confidence.PROPOSED)
    assert {"due_minutes", "lead"} <= set(directory.table.usulan)
    assert directory.queues["pengawas"].office is None


def test_every_queue_falls_back_to_oversight(directory: Directory) -> None:
    for id in directory.queues:
        assert list(directory.chain(id))[-1] == "pengawas"
    assert list(directory.chain("didik-jaksel-2")) == [
        "didik-jaksel-2",
        "ppapp-jaksel",
        "upt-pppa",
        "pengawas",
    ]


@pytest.mark.parametrize(
    ("when", "awake"),
    [
        ("2026-11-23T07:29:59+07:00", False),
        ("2026-11-23T07:30:00+07:00", True),
        ("2026-11-23T08:59:59+00:00", True),
        ("2026-11-23T09:00:00+00:00", False),
        ("2026-11-22T10:00:00+07:00", False),
        ("2026-11-22T23:30:00-05:00", True),
    ],
)
def test_office_hours_are_those_of_jakarta(directory: Directory, when: str, awake: bool) -> None:
    assert directory.awake("ppapp-jaksel", datetime.fromisoformat(when)) is awake
    assert directory.awake("upt-pppa", datetime.fromisoformat(when))


def test_names_are_for_residents(directory: Directory) -> None:
    for queue in directory.queues.values():
        assert queue.name.id.startswith(("petugas ", "polisi ")), queue.id
        for name in (queue.name.id, queue.name.to("en")):
            assert not any(word in name for word in ("TPPO", "UPT", "Sudin", "PPAPP", "korban", "victim")), queue.id


def test_every_queue_may_be_closed(directory: Directory) -> None:
    assert directory.served(frozenset()) == frozenset()
    assert directory.served(frozenset(directory.queues)) == set(directory.kota)


def find(hotlines: tuple[Hotline, ...], id: str) -> Hotline:
    return next(line for line in hotlines if line.id == id)


@pytest.mark.parametrize(
    ("id", "number", "dial", "wa"),
    [
        ("polisi-110", "110", "110", None),
        ("siaga-112", "112", "112", None),
        ("sapa-129", "129, WA 08111-129-129", "129", "628111129129"),
        ("upt-pppa", "0813-1761-7622", "+6281317617622", "6281317617622"),
        ("kemlu", "+62 812-9007-0027", None, "6281290070027"),
        ("kp2mi", "0800-1000", "08001000", None),
        ("kp2mi-wa", "0811-8080-141", None, "628118080141"),
        ("kpai", "0811-1772-273", None, "628111772273"),
        ("healing119", None, None, None),
    ],
)
def test_numbers(hotlines: tuple[Hotline, ...], id: str, number: str, dial: str, wa: str) -> None:
    line = find(hotlines, id)
    assert (line.number, line.dial, line.wa) == (number, dial, wa)


def test_nothing_stale_unverified_or_pretended_ships(hotlines: tuple[Hotline, ...]) -> None:
    text = (FOLDER / "hotlines.yaml").read_text(encoding="utf-8")
    for wrong in ("7626", "1500-771", '"171"', "lapor.go.id"):
        assert wrong not in text
    assert all(line.dialled_on is None and line.confidence is not Confidence.PROPOSED for line in hotlines)
    assert {line.id for line in hotlines if line.unconfirmed} == {
        "kpai",
        "kp2mi-wa",
        "kbri-phnom-penh",
        "kemnaker",
        "komdigi-wa",
    }


def test_calling_the_police_is_not_called_anonymous(hotlines: tuple[Hotline, ...]) -> None:
    notes = {(line.id, language): line.note.to(language) for line in hotlines if line.note for language in ("id", "en")}
    assert "tercatat" in notes["polisi-110", "id"]
    assert "recorded" in notes["polisi-110", "en"]
    assert not any("anonim" in note.lower() or "anonym" in note.lower() for note in notes.values())


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (Where.JAKARTA, ["siaga-112", "polisi-110"]),
        (Where.INDONESIA, ["polisi-110"]),
        (Where.ABROAD, ["kemlu"]),
    ],
)
def test_danger_by_place(hotlines: tuple[Hotline, ...], where: Where, ids: list[str]) -> None:
    assert [line.id for line in emergency(hotlines, where)] == ids


@pytest.mark.parametrize("where", Where)
def test_an_adult_man_is_given_numbers_that_take_him(hotlines: tuple[Hotline, ...], where: Where) -> None:
    lines = select(hotlines, where=where, man=Known.YES)
    assert lines and not {"sapa-129", "upt-pppa", "kpai"} & {line.id for line in lines}
    boy = select(hotlines, where=where, man=Known.YES, child=Known.YES)
    assert where is Where.ABROAD or "sapa-129" in {line.id for line in boy}


def test_who_is_unknown_is_shown_everything_for_the_place(hotlines: tuple[Hotline, ...]) -> None:
    lines = [line.id for line in select(hotlines, where=Where.INDONESIA)]
    assert lines[:2] == ["polisi-110", "sapa-129"] and "upt-pppa" not in lines
    protection = select(hotlines, where=Where.JAKARTA, topics=frozenset({Topic.PROTECTION}))
    assert [line.id for line in protection] == ["upt-pppa", "sapa-129", "kpai"]
