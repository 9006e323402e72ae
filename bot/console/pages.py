"""The console's routes, and the guard that every request passes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console import (
    account,
    alert_proposing,
    alert_writing,
    alerts,
    cases,
    chat,
    entry,
    files,
    joining,
    leaders,
    members,
    passing,
    posters,
    preview,
    reports,
)
from bot.console.alert_upload import read_pictured
from bot.console.sessions import find_seat, sign_out, touch
from bot.console.visit import Console, Form, Seat, Stop, Visit, not_found, read_form
from bot.headers import security_headers
from bot.inbound import DeskDown
from bot.locale import load_words, mark
from bot.origin import same_site
from bot.preview import Previewer
from bot.service import Service

HERE: Final = Path(__file__).parent
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Access(Enum):
    """Who may come to a page."""

    ANYONE = "anyone"
    HALF = "half"  # the password was right, the second factor is due
    STAFF = "staff"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Page:
    """One method of one address. `quiet`: asked for by the page itself, no sign of a person. `csp` where it differs."""

    method: str
    path: str
    access: Access
    answer: Callable[[Visit], Awaitable[Response]]
    quiet: bool = False
    csp: str = CSP
    read: Callable[[Request], Awaitable[Form]] = read_form


PAGES: Final = (
    Page("GET", "/masuk", Access.ANYONE, entry.show_sign_in),
    Page("POST", "/masuk", Access.ANYONE, entry.sign_in),
    Page("GET", "/masuk/kode", Access.HALF, entry.show_code),
    Page("POST", "/masuk/kode", Access.HALF, entry.give_code),
    Page("POST", "/keluar", Access.ANYONE, sign_out),
    Page("GET", "/undangan", Access.ANYONE, joining.show_join),
    Page("POST", "/undangan", Access.ANYONE, joining.join),
    Page("POST", "/undangan/kode", Access.ANYONE, joining.confirm),
    Page("GET", "/lupa", Access.ANYONE, account.show_recovery),
    Page("POST", "/lupa", Access.ANYONE, account.recover),
    Page("GET", "/", Access.STAFF, reports.show_reports),
    Page("GET", "/daftar", Access.STAFF, reports.show_list, quiet=True),
    Page("GET", "/kabar", Access.STAFF, reports.show_news, quiet=True),
    Page("POST", "/hadir", Access.STAFF, reports.present),
    Page("POST", "/tutup", Access.STAFF, reports.close_many),
    Page("GET", "/kasus/{id}", Access.STAFF, cases.show_case),
    Page("GET", "/kasus/{id}/berkas/{number}", Access.STAFF, files.show_file),
    Page("GET", "/kasus/{id}/berkas/{number}/isi", Access.STAFF, files.send_file, csp=files.CSP),
    Page("POST", "/kasus/{id}/buka", Access.STAFF, cases.open_case),
    Page("POST", "/kasus/{id}/terima", Access.STAFF, cases.accept),
    Page("POST", "/kasus/{id}/kembalikan", Access.STAFF, passing.pass_back),
    Page("POST", "/kasus/{id}/jawab", Access.STAFF, cases.answer),
    Page("POST", "/kasus/{id}/tutup", Access.STAFF, cases.close),
    Page("GET", "/anggota", Access.STAFF, members.show_members),
    Page("POST", "/anggota/undang", Access.STAFF, members.invite),
    Page("POST", "/anggota/setujui", Access.STAFF, members.approve),
    Page("POST", "/anggota/keluarkan", Access.STAFF, members.remove),
    Page("GET", "/antrean", Access.ADMIN, members.show_directory),
    Page("GET", "/pratinjau", Access.STAFF, preview.show_preview),
    Page("POST", "/pratinjau", Access.STAFF, preview.preview),
    Page("GET", "/pengurus", Access.STAFF, leaders.show_leaders),
    Page("POST", "/pengurus/undang", Access.STAFF, leaders.invite),
    Page("POST", "/pengurus/perpanjang", Access.STAFF, leaders.renew),
    Page("POST", "/pengurus/cabut", Access.STAFF, leaders.revoke),
    Page("GET", "/peringatan", Access.STAFF, alerts.show_alerts),
    Page("GET", "/peringatan/{id}/gambar", Access.STAFF, alerts.show_picture),
    Page("GET", "/peringatan/tulis", Access.STAFF, alert_proposing.show_form),
    Page("POST", "/peringatan/tulis", Access.STAFF, alert_proposing.write, read=read_pictured),
    Page("GET", "/peringatan/tulis/gambar/{token}", Access.STAFF, alert_proposing.show_new_picture),
    Page("POST", "/peringatan/putus", Access.STAFF, alerts.decide),
    Page("POST", "/peringatan/jalan", Access.STAFF, alerts.act),
    Page("POST", "/peringatan/betulkan", Access.STAFF, alert_writing.correct),
    Page("POST", "/peringatan/bahaya", Access.STAFF, alert_writing.warn),
    Page("GET", "/poster", Access.STAFF, posters.show_posters),
    Page("GET", "/poster/berkas", Access.STAFF, posters.send_poster),
    Page("GET", "/akun", Access.STAFF, account.show_account),
    Page("POST", "/akun/sandi", Access.STAFF, account.change_password),
    Page("POST", "/akun/chat", Access.STAFF, chat.make_code),
    Page("POST", "/akun/chat/putus", Access.STAFF, chat.unlink),
)


def routes(service: Service, previewer: Previewer) -> list[BaseRoute]:
    """The console under /konsol: its pages, and its few files."""
    console = Console(
        service=service,
        words=load_words("id"),
        templates=templates(),
        tries=entry.throttles(service.house.now),
        pool=ThreadPoolExecutor(1, "sign-in"),
        preview=previewer,
    )
    pages: list[BaseRoute] = [
        Route(page.path, guarded(console, page), methods=[page.method]) for page in PAGES if page.csp == CSP
    ]
    bare = [
        Route(f"/konsol{page.path}", guarded(console, page), methods=["GET"], middleware=[security_headers(page.csp)])
        for page in PAGES
        if page.csp != CSP
    ]
    pages.append(Route("/{rest:path}", guarded(console, Page("GET", "", Access.ANYONE, nothing))))
    static = StaticFiles(directory=HERE / "static")
    return [
        Route("/konsol", to_start),
        *bare,
        Mount("/konsol/static", static, middleware=[security_headers(CSP, "no-cache")]),
        Mount("/konsol", routes=pages, middleware=[security_headers(CSP)]),
    ]


def templates() -> Environment:
    """Every value is escaped, and one that is missing is an error, not an empty place."""
    loader = FileSystemLoader(HERE / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


async def to_start(request: Request) -> Response:
    """The address as people type it."""
    return RedirectResponse("/konsol/", 303)


async def nothing(visit: Visit) -> Response:
    """No such page."""
    raise not_found()


def guarded(console: Console, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a page: who asks, whether they may, and what is said where something stops them."""

    async def endpoint(request: Request) -> Response:
        now = console.service.house.now()
        visit, form = Visit(console, request, Form(), now), None
        try:
            seat = await find_seat(console, request, now)
            if request.method == "POST" and not same_site(request, console.base_url):
                raise Stop(403, mark("This came from another site and was not carried out."))
            if away := sent_away(visit, page, seat):
                return away
            if seat and not page.quiet:
                seat = await touch(console, seat, now)
            form = await page.read(request) if request.method == "POST" else visit.form
            return await page.answer(replace(visit, seat=seat, form=form))
        except Stop as stop:
            kept = form.one("text") if form else ""
            return await visit.render("stop.html", stop.status, words=visit.say(stop.msgid), kept=kept)
        except DeskDown:
            return await down(visit, form)

    return endpoint


async def down(visit: Visit, form: Form | None) -> Response:
    """Nothing was saved; what was written to a reporter is shown again, also where nobody could be known yet: of such
    a form no picture is taken into memory."""
    request = visit.request
    if form is None and request.method == "POST" and same_site(request, visit.console.base_url):
        with suppress(Stop):
            form = await read_form(request)
    words = visit.say(mark("Not saved: the service is busy. Please go back and try again in a moment."))
    return await visit.render("stop.html", 503, words=words, kept=form.one("text") if form else "")


def sent_away(visit: Visit, page: Page, seat: Seat | None) -> Response | None:
    """Where somebody goes who may not be here; Stop where there is nothing for them."""
    if page.access is Access.ANYONE or (page.access is Access.HALF and seat and not seat.proven):
        return None
    if page.access is Access.HALF:
        return visit.go("/" if seat else "/masuk")
    if seat is None or not seat.proven:
        target = "/masuk/kode" if seat else "/masuk"
        # A page that renews itself would put the sign-in form into its own middle.
        return (
            Response(status_code=401, headers={"HX-Redirect": f"/konsol{target}"}) if page.quiet else visit.go(target)
        )
    if page.access is Access.ADMIN and not seat.admin:
        raise not_found()
    return None
