"""Whether a request that changes something comes from our own page."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

PORTS: Final = {"http": 80, "https": 443}


def same_site(request: Request, base_url: str) -> bool:
    """Ask Sec-Fetch-Site, then Origin against `base_url`; what no browser sent carries neither.

    A page's own reload says `same-origin` again, a restored tab may say `none`: a page elsewhere can neither.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or address(origin) == address(base_url)


def address(url: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port, with the port that a scheme stands for; None for what is no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
