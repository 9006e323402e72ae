"""The body of a vendor's call, read no further than it may go."""

from __future__ import annotations

from starlette.requests import Request


async def limited(request: Request, most: int) -> bytes | None:
    """The body, or None as soon as it has more than so many bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            return None
    return bytes(body)
