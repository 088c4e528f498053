"""The pages that people see while they install the bot: one sentence and one link, no script.

Pure. Nothing may be loaded, framed or sent from them.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re

from aiohttp import web

from bot.wording import language

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto 0;padding:0 1.5rem}"
    "h1{font-size:1.5rem}a{color:#1264a3}"
    "@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#e8e8e8}a{color:#6cb8f0}}"
)
_PAGE = (
    '<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
    "<title>Parley</title>\n<style>{style}</style>\n<h1>Parley</h1>\n<p>{text}</p>\n"
    '<p><a href="{link}">{label}</a></p>\n'
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_TAG = re.compile(r"\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3})\s*(?:;|,|\Z)")

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address holds the code and the state
    "Cache-Control": "no-store",
}


def page(text: str, link: str, label: str, locale: str, status: int) -> web.Response:
    """Write a page: `text`, and below it a link."""
    values = {"text": text, "link": link, "label": label, "language": language(locale)}
    body = _PAGE.format(style=_STYLE, **{k: html.escape(v) for k, v in values.items()})
    return web.Response(text=body, content_type="text/html", headers=HEADERS, status=status)


def locale_of(request: web.Request) -> str:
    """Read the language that a browser asks for first."""
    match = _TAG.match(request.headers.get("Accept-Language", ""))
    return match[1] if match else ""
