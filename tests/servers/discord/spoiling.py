"""Answers that go wrong on the wire: resets, half bodies, error pages. Knows no routes."""

from __future__ import annotations

from aiohttp import web

from tests.servers.listening import reset

VIA = {"Via": "1.1 google"}  # every answer of Discord's own carries it; Cloudflare's ban does not
_BAN = "<html><head><title>Access denied | discord.com</title></head><body>error 1015</body></html>"
_TROUBLE = "<html><head><title>{0}</title></head><body><center>{0} nginx</center></body></html>"

__all__ = ["VIA", "banned", "half", "trouble"]


def banned() -> web.Response:
    """Return Cloudflare's page for an address that sent too much."""
    return web.Response(status=429, text=_BAN, content_type="text/html")


def trouble(status: int) -> web.Response:
    """Return an error page of Discord's edge."""
    text = _TROUBLE.format(status)
    return web.Response(status=status, text=text, content_type="text/html", headers=VIA)


async def half(request: web.Request, good: web.Response) -> web.StreamResponse:
    """Send half of an answer's body, then break the connection."""
    body = bytes(good.body) if isinstance(good.body, bytes) else b""
    cut = web.StreamResponse(status=good.status, headers=good.headers)
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    reset(request)
    return cut
