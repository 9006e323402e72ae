"""The wire to Twilio: the official client over connections of its own, and its errors as what to do about them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import structlog
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from bot.channels.errors import Flood, GoneAway, Later, Refused, SendError, Uncertain
from bot.settings import Settings

log = structlog.get_logger()
CONNECT, READ = 5.0, 10.0  # seconds; together less than a row's lease
POOL: Final = 20  # threads that call at once: with an answer in a fifth of a second 16 would just make 80 a second
SOON: Final = 10  # seconds until a call is made again; a callback may say before that it arrived all the same
BUSY: Final = 5  # the same where Twilio did not look at it
LIMITED: Final = 60  # the same where the limit of this number at Meta is reached
NOT_FOUND, TOO_MANY, SERVER_ERROR = 404, 429, 500
BUSY_CODES: Final = frozenset({20429})
LIMIT_CODES: Final = frozenset({63018})
GONE_CODES: Final = frozenset({21610})  # they have stopped us
CLOSED_CODES: Final = frozenset({63016})  # outside the 24 hours
MEDIA_CODE: Final = 21620  # the address of a picture or recording is not one that Twilio fetches from
TEMPLATE_CODES: Final = frozenset({21654, 21655, 21656})  # a template that is gone, or variables that do not fit it
NOISY: Final = ("twilio", "twilio.http_client", "requests", "urllib3")


class Unsent(Exception):
    """No connection: the call never left."""


class Broken(Exception):
    """The call left, and its answer did not come: it may have taken effect."""


class Wire(HttpClient):  # type: ignore[misc]  # a class without types
    """The library's HTTP, to the hosts of this install; it follows no redirect, and no proxy of the environment."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(logging.getLogger(NOISY[1]), False, READ)
        self.api, self.content = settings.twilio_api_base_url.rstrip("/"), content_base(settings)
        self.own, self.lock = threading.local(), threading.Lock()
        self.sessions: list[requests.Session] = []

    @property
    def session(self) -> requests.Session:
        """The pool of the thread that asks: requests promises nothing to threads that share one."""
        found: requests.Session | None = getattr(self.own, "session", None)
        if found is None:
            found = self.own.session = new_session()
            with self.lock:
                self.sessions.append(found)
        return found

    def close(self) -> None:
        """Close the connections of every thread."""
        with self.lock:
            for session in self.sessions:
                session.close()
            self.sessions.clear()

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One call; Unsent or Broken, without the address in them: it holds the account."""
        as_json = (headers or {}).get("Content-Type") == "application/json"
        body: dict[str, Any] = {"json": data} if as_json else {"data": data}
        at: dict[str, Any] = {"params": params, "headers": headers, "auth": auth, "timeout": (CONNECT, timeout or READ)}
        try:
            answer = self.session.request(method, self.placed(uri), allow_redirects=False, **at, **body)
        except requests.RequestException as error:
            raise (Unsent if never_left(error) else Broken)(type(error).__name__) from None
        return Response(answer.status_code, answer.text, answer.headers)

    def placed(self, uri: str) -> str:
        """The same path on a host of this install."""
        parts = urlsplit(uri)
        base = self.content if (parts.hostname or "").startswith("content.") else self.api
        return f"{base}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def new_session() -> requests.Session:
    """A connection to each host; credentials and proxies of the environment are nothing to it."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=1))
    return session


def content_base(settings: Settings) -> str:
    """Where templates are kept: a host of its own at Twilio, the same one in tries on this machine."""
    return settings.twilio_api_base_url.rstrip("/").replace("//api.", "//content.", 1)


def never_left(error: requests.RequestException) -> bool:
    """Whether no connection was made."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def new_client(settings: Settings) -> Client:
    """The library's client. At the level of debugging what is under it writes addresses and accounts into the log."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
    return Client(sid, token, http_client=Wire(settings))


@contextmanager
def open_client(settings: Settings) -> Iterator[Client]:
    """A client for as long as it is used."""
    client = new_client(settings)
    try:
        yield client
    finally:
        client.http_client.close()


@contextmanager
def open_threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for as many calls as one sender makes at once; at the end nobody waits for a slow answer."""
    threads = ThreadPoolExecutor(POOL, "twilio")
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


@contextmanager
def classified() -> Iterator[None]:
    """Errors of the library as what to do about them; neither words nor numbers go into the log."""
    try:
        yield
    except Unsent:
        raise Later(BUSY) from None
    except Broken:
        raise Uncertain(SOON) from None
    except TwilioException as error:
        raise refusal(*kind_of(error)) from None
    except ValueError:  # an answer that cannot be read
        raise Uncertain(SOON) from None


def kind_of(error: TwilioException) -> tuple[int, int]:
    """The status of an answer and Twilio's own code in it."""
    return int(getattr(error, "status", 0) or 0), int(getattr(error, "code", 0) or 0)


def refusal(status: int, code: int) -> SendError:
    """What an answer asks for."""
    if code in LIMIT_CODES:
        return Flood(LIMITED)
    if status == TOO_MANY or code in BUSY_CODES:
        return Flood(BUSY)
    if status >= SERVER_ERROR:
        return Later(SOON)
    if code in GONE_CODES:
        return GoneAway()
    log.error("Twilio refuses a message", status=status, code=code)
    return Refused()
