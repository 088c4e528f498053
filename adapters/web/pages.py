"""The page itself: its files, its sign-in form, and the headers that keep it inert.

Serves only the files that lie in `static/`, each by its name; nothing comes from another host.
"""

from __future__ import annotations

import html
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web

from adapters.web.payload import Refused, read_body
from adapters.web.session import COOKIE, LASTS, Sessions
from adapters.web.wording import read_locale, say
from bot.wording import language

_STATIC = Path(__file__).parent / "static"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

HEADERS = {
    # Trusted Types without a policy: the browser itself refuses markup made from text.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with that, browsers send "Origin: null" with our own sign-in form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def go_to(path: str) -> web.Response:
    """Send the browser to another page, by GET whatever it did (RFC 9110, section 15.4.4)."""
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})


_LARGEST_FORM = 4096
"""Bytes of the sign-in form; a password has no reason to be longer."""


class Pages:
    """The documents of the playground. `secure` when people come by https only."""

    def __init__(self, sessions: Sessions | None, *, secure: bool) -> None:
        self._sessions = sessions
        self._secure = secure

    @cached_property
    def _files(self) -> dict[str, Path]:
        found = (path for path in _STATIC.rglob("*") if path.suffix in _TYPES)
        return {path.relative_to(_STATIC).as_posix(): path for path in found}

    async def index(self, request: web.Request) -> web.StreamResponse:
        """Serve the page."""
        return self._serve("index.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Serve one of the page's files."""
        return self._serve(request.match_info["name"])

    async def sign_in_form(self, request: web.Request) -> web.StreamResponse:
        """Ask for the password."""
        return self._form(request, 200, "") if self._sessions else go_to("/")

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """Check a password and open a session."""
        if self._sessions is None:
            return go_to("/")
        if request.content_type != "application/x-www-form-urlencoded":
            raise Refused(415, "malformed")
        address = request.remote or ""
        if not self._sessions.may_try(address):
            return self._form(request, 429, "password_slow")
        if not self._sessions.is_right(await _password(request), address):
            return self._form(request, 401, "password_wrong")
        response = go_to("/")
        response.set_cookie(
            COOKIE,
            self._sessions.issue(),
            max_age=LASTS,
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )
        return response

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """End this browser's session."""
        response = go_to("/login")
        response.del_cookie(COOKIE)
        return response

    def _serve(self, name: str) -> web.StreamResponse:
        path = self._files.get(name)
        if path is None:
            raise Refused(404, "not_found")
        headers = {**HEADERS, "Content-Type": _TYPES[path.suffix], "Cache-Control": "no-cache"}
        return web.FileResponse(path, headers=headers)

    def _form(self, request: web.Request, status: int, problem: str) -> web.StreamResponse:
        locale = read_locale(request.headers.get("Accept-Language", ""))
        page = self._files["login.html"].read_text("utf-8")
        page = page.replace("{lang}", language(locale))
        page = page.replace("{problem}", html.escape(say(problem, locale)) if problem else "")
        return web.Response(
            text=page,
            status=status,
            content_type="text/html",
            headers={"Cache-Control": "no-store"},
        )


async def _password(request: web.Request) -> str:
    body = await read_body(request, _LARGEST_FORM)
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=5)
    return fields.get("password", [""])[0]
