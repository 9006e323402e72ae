"""What the check of an answer finds, rule by rule, and what it lets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.checks import RULES, check, token

FOUND = [
    ("nik", "NIK-nya 3174051203900001"),
    ("nik", "3174 0512 0390 0001"),
    ("nik", "3174.0512.0390.0001"),
    ("phone", "Hubungi 0812-3456-7890 ya"),
    ("phone", "+62 812 3456 7890"),
    ("phone", "telepon 021 5551234"),
    ("phone", "WA 628123456789"),
    ("plate", "mobil B 1234 XYZ"),
    ("plate", "motor B3456KL"),
    ("address", "di Jl. Melati"),
    ("address", "Jalan Raya Bogor"),
    ("address", "gang Kelinci"),
    ("address", "RT 03/RW 05"),
    ("address", "rw.5"),
    ("address", "rumah No. 12"),
    ("address", "blok A/5"),
    ("address", "kamar 12"),
    ("visit", "besok jam 10 kami datang"),
    ("visit", "Kami datang besok."),
    ("visit", "jam 10 tim tiba di lokasi"),
    ("visit", "Senin pagi petugas ke sana"),
    ("visit", "nanti kami jemput"),
    ("visit", "razia pukul 21.00"),
    ("name", "Pak Budi"),
    ("name", "ibu Siti Aminah"),
    ("name", "korban bernama Rina"),
    ("name", "Sdr. Joko"),
]

FINE = [
    "Terima kasih. Kami sudah membaca dan mulai menangani.",
    "Kalau ada bahaya, telepon 112 atau 110. Perempuan dan anak bisa ke nomor 129.",
    "Bapak RT dan Ibu Lurah tidak bisa melihat ini.",
    "Terima kasih Bu. Ibu hamil dan ibu dan anak sudah aman.",
    "Kami akan datang kalau sudah aman.",
    "Besok Anda bisa membaca lagi di sini.",
    "Minggu ini kami periksa, dalam 3 hari kami jawab.",
    "Tidak ada jalan keluar lain? Anda boleh pergi ke jalan terus.",
    "Kami membaca pada jam kerja.",
    "Laporan tanggal 12 sudah kami terima.",
    "",
]


@pytest.mark.parametrize(("rule", "text"), FOUND)
def test_a_rule_finds(rule: str, text: str) -> None:
    assert rule in {one.rule for one in check(text)}
    assert all(one.words in text for one in check(text))


@pytest.mark.parametrize("text", FINE)
def test_plain_words_pass(text: str) -> None:
    assert check(text) == ()


def test_every_rule_has_rows() -> None:
    assert {rule for rule, _ in FOUND} == {rule.name for rule in RULES}


def test_a_tick_is_for_these_findings_only() -> None:
    one, two = check("Pak Budi"), check("Pak Joko")
    assert token(one) == token(check("Halo, Pak Budi")) != token(two) != token(())


@given(st.text(max_size=300))
def test_any_text_is_checked_and_words_are_quoted_from_it(text: str) -> None:
    assert all(one.words and one.words in text for one in check(text))


@pytest.mark.parametrize(
    "text", ["jam 1 " * 500, "0 8" * 700, "besok " * 300, "pak " * 500 + "A", "1 " * 1500, "rt " * 700]
)
def test_no_text_keeps_the_server_busy(text: str) -> None:
    assert len(check(text[:1500])) <= len(RULES)
