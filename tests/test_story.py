"""The main job across the house: a neighbour reports, a caseworker answers, the neighbour reads the same words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bot.app import make_app, running
from bot.channels import web_line
from bot.service import Service
from bot.settings import Settings
from bot.staffing import demo_otp
from models.tables import member
from tests.chat_page import click, press, quiet
from tests.console_service import serving

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
STORY = "pintunya digembok dari luar"
ANSWER = "Terima kasih. Petugas sudah memeriksa, dan orang di sana sudah aman."
REASON = "Sudah ditangani bersama petugas setempat."
ONCE = "hanya sekali ini:"
HER_WORDS, HER_PLACE = "kak sy ga boleh plg dr tempat kerja, ktp sm bos", "deket pasar rebo, ruko cat biru"
LATER = "kak ini saya lagi, sekarang sudah aman"
WRONG_CODE = "abadi bulan cermin dapur emas fajar"
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@dataclass(frozen=True, slots=True)
class Town:
    """A running Suar with its demo staff, and a browser to visit it."""

    service: Service
    url: str
    browser: Browser

    def login(self, name: str) -> tuple[str, str]:
        """A demo person's password, as it stands in the file, and the digits of this moment."""
        rows = (line.split("\t") for line in Path(".suar/demo.txt").read_text(encoding="utf-8").splitlines())
        password = next(row[1] for row in rows if row[0] == name)
        return password, demo_otp(self.service.house, name)

    @contextmanager
    def page(self, size: ViewportSize, script: bool = True) -> Iterator[Page]:
        """A device of its own."""
        context = self.browser.new_context(viewport=size, java_script_enabled=script, base_url=self.url)
        try:
            yield context.new_page()
        finally:
            context.close()


@pytest.fixture
def town(database_url: str, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.chdir(tmp_path)
    # A browser that is driven taps faster than any hand, and would stand in the line that keeps scripts away.
    monkeypatch.setattr(web_line, "OF_A_CHAT", web_line.Pace(0.0, 1))
    settings = Settings(database_url=database_url, suar_demo=True)
    with running(settings) as service, serving(make_app(service)) as url:
        yield Town(service, url, browser)


def write(page: Page, text: str) -> None:
    """Type a message and send it."""
    quiet(page)
    page.get_by_role("textbox").fill(text)
    click(page, page.locator("button[value=text]"))


def learn(page: Page) -> None:
    """The second lesson to its end, with one answer that is not right."""
    press(page, "Belajar", "Kenali tanda dan hak", "Tanda-tanda di sekitar kita", "Lewati")
    expect(page.get_by_text("1/5 Tanda-tanda")).to_be_visible()
    for number in range(2, 6):
        press(page, "Lanjut")
        expect(page.get_by_text(f"{number}/5 Tanda-tanda")).to_be_visible()
    press(page, "Coba kuisnya", "Mengetuk pintu dan bertanya")
    expect(page.get_by_text("Belum tepat, tidak apa-apa.")).to_be_visible()


def report(page: Page, place: str = "kalcit", choice: str = "Rawajati, Pancoran, Jakarta Selatan") -> None:
    """The witness's questions up to the review."""
    press(page, "Cerita ke petugas", "Orang lain yang saya lihat", "Ya, masih berlangsung")
    page.get_by_label("Dikunci atau dijaga").check()
    page.get_by_label("Banyak orang berganti-ganti").check()
    press(page, "Kirim pilihan")
    write(page, place)
    press(page, choice)


def code_of(page: Page) -> str:
    """The code that stands on the page."""
    return page.locator("[data-copy]").get_attribute("data-copy") or ""


def code_to_remember(page: Page) -> str:
    """The code that stands on the page of somebody who should keep it in mind: no button copies it."""
    told = page.locator(".bubble", has_text=ONCE).last
    expect(told).to_be_visible()
    expect(page.locator("[data-copy]")).to_have_count(0)
    return " ".join(told.inner_text().partition(ONCE)[2].split()[:6])


def sign_in(page: Page, town: Town, name: str) -> None:
    password, digits = town.login(name)
    page.goto("/konsol")
    page.get_by_label("Nama").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    press(page, "Lanjut")
    page.get_by_label("Enam angka").fill(digits)
    press(page, "Masuk")


def handle(page: Page, story: str) -> None:
    """Open the one report, accept, read, answer, close."""
    page.get_by_role("button", name="Buka").click()
    expect(page.get_by_text(story)).to_be_visible()
    press(page, "Terima")
    page.get_by_label("Tulisan untuk pelapor").fill(ANSWER)
    press(page, "Kirim jawaban")
    expect(page.get_by_text("Terkirim.")).to_be_visible()
    page.get_by_text("Tutup laporan ini").click()
    page.get_by_label("Alasan, paling sedikit 10 huruf").fill(REASON)
    press(page, "Tutup dengan alasan ini")
    expect(page.get_by_text("Laporan ini sudah selesai.")).to_be_visible()


def test_the_main_job(town: Town, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    with town.page(PHONE) as page:
        page.goto("/")
        learn(page)
        press(page, "Kembali")
        write(page, "menu")
        report(page)
        press(page, "Tambah cerita atau foto")
        write(page, STORY)
        press(page, "Kirim sekarang")
        expect(page.get_by_text("Kode Anda, hanya sekali ini:")).to_be_visible()
        code = code_of(page)
        press(page, "SUDAH")
        expect(page.get_by_text("Jangan mendekat, merekam, atau bertanya ke sana.").last).to_be_visible()
        expect(page.get_by_text(code)).to_have_count(0)
    with town.page(DESK) as page:
        sign_in(page, town, "sari")
        handle(page, STORY)
    with town.page(PHONE, script=False) as page:
        page.goto("/")
        write(page, code.upper())
        expect(page.get_by_text(ANSWER)).to_be_visible()
        expect(page.get_by_text(REASON)).to_be_visible()
        expect(page.get_by_text(STORY)).to_have_count(0)
        press(page, "Belum selesai")
        expect(page.get_by_text("Sudah dibuka lagi")).to_be_visible()
    logs = caplog.text + "".join(capfd.readouterr())
    for private in (STORY, "kalcit", ANSWER, REASON, code, code.split()[0], "127.0.0.1:"):
        assert private not in logs.replace(town.url, ""), f"{private!r} stands in the logs"


def test_another_queue_does_not_see_it(town: Town) -> None:
    with town.page(PHONE) as page:
        page.goto("/")
        report(page)
        press(page, "Kirim sekarang")
        expect(page.get_by_text("Kode Anda, hanya sekali ini:")).to_be_visible()
    with town.page(DESK) as page:
        sign_in(page, town, "rina")
        expect(page.get_by_role("button", name="Buka")).to_have_count(0)


def test_a_kota_that_is_not_served_is_said_before_the_story(town: Town) -> None:
    gone = sa.delete(member).where(member.c.queue == "ppapp-jakbar")
    town.service.desk.do(lambda connection: connection.execute(gone)).result()
    with town.page(PHONE) as page:
        page.goto("/")
        press(page, "Cerita ke petugas", "Orang lain yang saya lihat")
        write(page, "cengkareng barat")
        press(page, "Cengkareng Barat, Cengkareng, Jakarta Barat")
        expect(page.get_by_text("Petugas di kota itu belum membaca lewat Suar.")).to_be_visible()
        expect(page.get_by_text("Apakah masih terjadi?")).to_be_visible()


def test_the_main_job_without_javascript(town: Town) -> None:
    with town.page(PHONE, script=False) as page:
        page.goto("/")
        report(page, "cideng", "Cideng, Gambir, Jakarta Pusat")
        press(page, "Kirim sekarang")
        expect(page.get_by_text("Kode Anda, hanya sekali ini:")).to_be_visible()
        code = code_of(page)
        press(page, "SUDAH")
        expect(page.get_by_text(code)).to_have_count(0)
        page.reload()
        expect(page.get_by_text(code)).to_have_count(0)
    with town.page(DESK, script=False) as page:
        sign_in(page, town, "budi")
        handle(page, "Dikunci atau dijaga")
    with town.page(PHONE, script=False) as page:
        page.goto("/")
        write(page, code)
        expect(page.get_by_text(ANSWER)).to_be_visible()


def to_the_centre(page: Page, words: str, *buttons: str) -> None:
    """Somebody writes, which may be read as about herself at once; it is safe, and it may be passed on."""
    write(page, words)
    press(page, *buttons, "Aman", "Boleh")
    expect(page.get_by_text("Sudah kami teruskan.")).to_be_visible()
    press(page, "Tidak")
    expect(page.get_by_text("Anda di daerah mana?")).to_be_visible()


def somebody_else_looks(page: Page) -> None:
    """The employer with the phone in the hand finds a service for residents, and nothing that was said."""
    write(page, "halo")
    expect(page.get_by_text("Halo, ini Suar")).to_be_visible()
    write(page, "kode")
    write(page, WRONG_CODE)
    expect(page.get_by_text("Kode itu tidak kami temukan.")).to_be_visible()
    for told in (HER_WORDS, HER_PLACE, "Aman mengetik", "Sudah kami teruskan", "Saya sendiri"):
        expect(page.get_by_text(told)).to_have_count(0)
    page.goto("/")
    expect(page.locator(".bubble")).to_have_count(1)


def centre_answers(page: Page, town: Town, story: str) -> None:
    """The centre opens the case of a story, accepts it and answers."""
    sign_in(page, town, "wati")
    expect(page.get_by_role("button", name="Buka")).to_have_count(2)
    page.get_by_role("button", name="Buka").first.click()
    if not page.get_by_text(story).count():
        page.goto("/konsol/")
        page.get_by_role("button", name="Buka").first.click()
    expect(page.get_by_text(story)).to_be_visible()
    press(page, "Terima")
    page.get_by_label("Tulisan untuk pelapor").fill(ANSWER)
    press(page, "Kirim jawaban")
    expect(page.get_by_text("Terkirim.")).to_be_visible()


@SCRIPTS
def test_a_phone_that_the_employer_checks(town: Town, script: bool) -> None:
    with town.page(PHONE, script) as page:
        page.goto("/")
        to_the_centre(page, HER_WORDS)
        write(page, HER_PLACE)
        expect(page.get_by_text("Di sekitar Pasar Rebo, Jakarta Timur?")).to_be_visible()
        write(page, "ada orang, nanti lagi")
        expect(page.get_by_text("Oke, terima kasih. Info layanan warga:")).to_be_visible()
        expect(page.locator(".bubble")).to_have_count(1)
        somebody_else_looks(page)
        to_the_centre(page, LATER, "Cerita ke petugas", "Saya sendiri")
        press(page, "Lewati")
        page.get_by_label("Tidak boleh keluar").check()
        press(page, "Kirim pilihan", "Perempuan", "Lewati", "Ya")
        code = code_to_remember(page)
        press(page, "Sudah ingat")
        expect(page.get_by_text("Ini bukan salah Anda.").last).to_be_visible()
        expect(page.get_by_text(code)).to_have_count(0)
    with town.page(DESK) as page:
        centre_answers(page, town, LATER)
    with town.page(PHONE, script) as page:
        page.goto("/")
        write(page, code)
        expect(page.get_by_text(ANSWER)).to_be_visible()
        expect(page.get_by_text(LATER)).to_have_count(0)


def check_an_offer(page: Page) -> None:
    """Six questions about a job abroad."""
    press(page, "Check a job offer", "Answer six questions instead", "Cambodia", "A person or a personal account")
    press(page, "Yes", "A work visa", "No contract")
    page.get_by_label("I'm told to leave in a hurry").check()
    press(page, "Send my choices")
    expect(page.get_by_text("Warning signs in this offer:")).to_be_visible()
    write(page, "menu")


def learn_in_english(page: Page) -> None:
    """A lesson with one answer of its quiz."""
    press(page, "Learn", "Know signs and rights", "Signs around us", "Skip")
    press(page, "Next", "Next", "Next", "Next", "Try the quiz", "Tell a caseworker")
    expect(page.get_by_text("That's right.")).to_be_visible()
    write(page, "menu")


def tell_in_english(page: Page) -> str:
    """A witness's report, and its code."""
    press(page, "Tell a caseworker", "Someone else I have seen", "Yes, it is still going on")
    page.get_by_label("Locked in or guarded").check()
    press(page, "Send my choices")
    write(page, "rawajati")
    press(page, "Rawajati, Pancoran, Jakarta Selatan")
    write(page, "a van comes at night")
    press(page, "Send now")
    expect(page.get_by_text("Your code, shown only this once:")).to_be_visible()
    code = code_of(page)
    press(page, "DONE", "Menu")
    return code


def talk_about_others(page: Page) -> None:
    """A person herself, who stops; then a family that gets numbers and cancels."""
    press(page, "Tell a caseworker", "Myself", "It is safe", "Not yet", "Stop here")
    expect(page.get_by_text("OK, thank you.")).to_be_visible()
    write(page, "hello")
    press(page, "Tell a caseworker", "My family or a friend", "In another country")
    expect(page.get_by_text("Kementerian Luar Negeri").first).to_be_visible()
    write(page, "menu")


def read_cards(page: Page) -> None:
    """Numbers, privacy and help."""
    press(page, "Important numbers", "In danger now")
    expect(page.get_by_text("Call now.")).to_be_visible()
    write(page, "menu")
    press(page, "More", "Privacy", "Your rights", "Back", "Back", "More", "Help", "Back")


@SCRIPTS
def test_a_day_in_english(town: Town, script: bool) -> None:
    with town.page(PHONE, script) as page:
        page.goto("/")
        press(page, "English")
        check_an_offer(page)
        learn_in_english(page)
        code = tell_in_english(page)
        talk_about_others(page)
        read_cards(page)
        press(page, "More", "Open an answer with a code")
        write(page, code)
        expect(page.get_by_text("Your code is right.")).to_be_visible()
        press(page, "Data about this")
        expect(page.get_by_text("Only these can read your words:")).to_be_visible()
        write(page, "erase")
        press(page, "Yes, erase")
        expect(page.get_by_text("We have erased it.")).to_be_visible()
        expect(page.locator(".bubble")).to_have_count(1)
