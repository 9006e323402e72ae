"""Headers that keep a page to itself: nothing foreign runs in it, nothing of it is kept or passed on."""

from __future__ import annotations

from typing import Final

from secure import CustomHeader, Secure
from secure.middleware import SecureASGIMiddleware
from starlette.middleware import Middleware

# Nothing here needs a sensor or a payment.
REFUSED: Final = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
YEAR: Final = 31_536_000


def security_headers(csp: str, cache: str = "no-store") -> Middleware:
    """Return the middleware that sends this Content-Security-Policy and its companions.

    An empty `cache` leaves it to each answer how long it may be kept.
    """
    headers = {
        "Content-Security-Policy": csp,
        **({"Cache-Control": cache} if cache else {}),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in REFUSED),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": f"max-age={YEAR}",  # browsers heed it over https only
        "X-Robots-Tag": "noarchive",  # a search engine's copy would keep a page that we let go
    }
    secure = Secure(custom=[CustomHeader(name, value) for name, value in headers.items()])
    return Middleware(SecureASGIMiddleware, secure=secure, multi_ok=())
