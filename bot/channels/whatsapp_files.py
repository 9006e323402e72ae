"""Fetching photos and voice messages from Twilio: the password goes to Twilio alone, whatever it points to."""

from __future__ import annotations

from time import monotonic
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from bot.channels.whatsapp_wire import CONNECT, new_session
from bot.media import GONE, LARGE, Refused
from bot.settings import Settings

HOPS: Final = 3
CHUNK: Final = 64 * 1024
REDIRECTS: Final = range(300, 400)
OK: Final = 200
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Files:
    """The `MediaSource` of WhatsApp; a reference is `MM.../ME...`, so that no sender chooses what is fetched."""

    def __init__(self, settings: Settings) -> None:
        self.base = settings.twilio_api_base_url.rstrip("/")
        self.account = settings.twilio_account_sid
        self.secret = settings.twilio_auth_token

    def fetch(self, reference: str, most: int, seconds: float) -> bytes:
        """See `MediaSource`."""
        message, _, media = reference.partition("/")
        url = f"{self.base}/2010-04-01/Accounts/{self.account}/Messages/{message}/Media/{media}"
        end = monotonic() + seconds
        try:
            with new_session() as session:
                return self.followed(session, url, most, end)
        except (requests.RequestException, HTTPError):
            raise Refused(GONE) from None

    def followed(self, session: requests.Session, url: str, most: int, end: float) -> bytes:
        """The bytes behind an address, or behind where that leads."""
        for _ in range(HOPS):
            if not self.allowed(url):
                break
            auth = (self.account, self.secret.get_secret_value()) if self.is_ours(url) else None
            with session.get(url, auth=auth, stream=True, allow_redirects=False, timeout=limits(end)) as answer:
                if answer.status_code == OK:
                    return limited(answer, most, end)
                if answer.status_code not in REDIRECTS:
                    break
                url = urljoin(url, answer.headers.get("Location", ""))
        raise Refused(GONE)

    def is_ours(self, url: str) -> bool:
        """Whether it is the host that the password belongs to."""
        here, there = urlsplit(url), urlsplit(self.base)
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)

    def allowed(self, url: str) -> bool:
        """Only sealed lines, and nothing of this machine; tries on this machine stay on it."""
        here, there = urlsplit(url), urlsplit(self.base)
        if there.hostname in LOOPBACK:
            return here.hostname in LOOPBACK
        return here.scheme == "https" and here.hostname not in LOOPBACK


def limits(end: float) -> tuple[float, float]:
    """Seconds for the connection and for each wait that are left."""
    left = max(end - monotonic(), 0.1)
    return min(CONNECT, left), left


def limited(answer: requests.Response, most: int, end: float) -> bytes:
    """The body while it comes in, no more and no longer than allowed."""
    body = bytearray()
    while piece := answer.raw.read1(CHUNK, decode_content=True):  # as it comes: a slow sender is noticed in time
        body += piece
        if len(body) > most:
            raise Refused(LARGE)
        if monotonic() > end:
            raise Refused(GONE)
    return bytes(body)
