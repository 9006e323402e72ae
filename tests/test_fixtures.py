"""The ground all tests stand on is firm: databases are fresh, the browser starts, traffic stays at home."""

import socket
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, inspect, text

from tests.databases import Databases, Unavailable, running_postgres

DOCUMENTATION_ADDRESS = "192.0.2.1"  # RFC 5737: nobody has it


def _fill(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE queue (name TEXT)"))
        connection.execute(text("INSERT INTO queue VALUES ('UPT PPPA')"))
    engine.dispose()


def _names(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = [row.name for row in connection.execute(text("SELECT name FROM queue"))]
    engine.dispose()
    return names


def _tables(url: str) -> list[str]:
    engine = create_engine(url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    return tables


@pytest.mark.parametrize("run", [1, 2])
def test_a_database_is_empty_whatever_the_test_before_wrote(database_url: str, run: int) -> None:
    assert _tables(database_url) == []
    _fill(database_url)


def test_a_prepared_database_is_made_once_and_copied(databases: Databases) -> None:
    calls = []

    def prepare(url: str) -> None:
        calls.append(url)
        _fill(url)

    with databases.fresh(prepare) as first, databases.fresh(prepare) as second:
        _fill_more(first)
        assert _names(first) == ["UPT PPPA", "Sudin PPAPP"]
        assert _names(second) == ["UPT PPPA"]
    assert len(calls) == 1


def _fill_more(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO queue VALUES ('Sudin PPAPP')"))
    engine.dispose()


def test_a_database_goes_even_when_a_test_left_a_connection_open(databases: Databases) -> None:
    with databases.fresh() as url:
        engine = create_engine(url)
        connection = engine.connect()
        connection.execute(text("SELECT 1"))
    connection.invalidate()
    connection.close()
    engine.dispose()
    with databases.fresh() as url:
        assert _tables(url) == []


def test_a_server_that_does_not_answer_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", f"postgresql://suar:rahasia@/suar?host={tmp_path}")
    with pytest.raises(Unavailable, match="does not answer") as reason, running_postgres():
        pass
    assert "rahasia" not in str(reason.value)


def test_no_test_reaches_beyond_loopback() -> None:
    with (
        socket.socket() as outside,
        pytest.warns(UserWarning, match="tried to use"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect((DOCUMENTATION_ADDRESS, 9))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "index.html").write_text("<!doctype html><title>Suar</title><p>Halo</p>", encoding="utf-8")
    handler = partial(_Quiet, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the requests out of what pytest prints."""


def test_the_browser_opens_a_page_on_loopback(browser: Browser, site: str) -> None:
    with browser.new_page() as page:
        page.goto(site)
        assert page.title() == "Suar"
        assert page.inner_text("p") == "Halo"


def test_the_browser_knows_no_other_name(browser: Browser, site: str) -> None:
    # Chromium takes any name under localhost for this machine: only our own rule keeps it from this page.
    with browser.new_page() as page, pytest.raises(BrowserError, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(site.replace("127.0.0.1", "luar.localhost"))
