"""Installation in many workspaces: `/slack/install` and `/slack/oauth_redirect`.

Source: https://docs.slack.dev/authentication/installing-with-oauth. The state binds the way back to
the browser that began, for ten minutes and for one use; it is sealed, so that beginning writes
nothing to the store.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

from aiohttp import web

from adapters.common.payloads import mapping
from adapters.slack.client import SlackClient
from adapters.slack.installation.installed import Installation, Records
from adapters.slack.installation.pages import HEADERS, locale_of, page
from adapters.slack.limits import WHO_AM_I
from adapters.slack.manifest import REDIRECT_PATH, SCOPES
from adapters.slack.workspaces import self_of
from bot.errors import PlatformError, StoreUnavailable
from bot.guard.sealing import CannotOpen, Sealer
from bot.logs import fields
from bot.store.installations import Installations
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)

INSTALL, REDIRECT = "/slack/install", REDIRECT_PATH
EXCHANGE, REVOKE = "oauth.v2.access", "auth.revoke"

STATE_SECONDS = 600
"""In which a person has to agree; Slack's own code lives as long."""

COOKIE = "parley_install"
LONGEST = 2_000
"""Characters of a code or state that are looked at."""

_PURPOSE = "slack install state"


@dataclass(frozen=True, slots=True)
class Many:
    """What installation in many workspaces needs."""

    client_id: str
    client_secret: str
    public_url: str
    """Without a slash at its end."""
    store: Installations
    notes: Notes
    sealer: Sealer


class _Ended(Exception):
    """The installation ends here: what the person is told, and the page's status."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.key = key
        self.status = status

    def told(self, locale: str) -> str:
        return say(self.key, locale)


class Installing:
    """Both pages. `client` has no token; `clock`: seconds since 1970."""

    def __init__(
        self,
        many: Many,
        client: SlackClient,
        records: Records,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._many = many
        self._client = client
        self._records = records
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return the two routes."""
        # No HEAD: whoever looks at a link before the person does must not use its state up.
        return [
            web.get(INSTALL, self._begin, allow_head=False),
            web.get(REDIRECT, self._end, allow_head=False),
        ]

    async def _begin(self, _: web.Request) -> web.Response:
        """Send the browser to Slack, with a state that only this browser can come back with."""
        browser = secrets.token_urlsafe(24)
        state = json.dumps([_digest(browser), self._clock() + STATE_SECONDS])
        asked = {
            "client_id": self._many.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "redirect_uri": self._many.public_url + REDIRECT,
            "state": self._many.sealer.seal(state, _PURPOSE),
        }
        headers = {"Location": f"{self._page('oauth/v2/authorize')}?{urlencode(asked)}"}
        response = web.Response(status=302, headers=HEADERS | headers)
        response.set_cookie(
            COOKIE,
            browser,
            max_age=STATE_SECONDS,
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        return response

    async def _end(self, request: web.Request) -> web.Response:
        """Take the browser back from Slack and tell what became of it."""
        locale = locale_of(request)
        try:
            await self._check_state(request)
            name, link = await self._install(request)
            text = say("install_done", locale, team=name)
            response = page(text, link, say("install_open", locale), locale, 200)
        except _Ended as ended:
            response = self._again(ended.told(locale), locale, ended.status)
        except StoreUnavailable as error:
            _log.warning("an installation could not be kept: %s", error)
            response = self._again(say("install_failed", locale), locale, 503)
        response.del_cookie(COOKIE, secure=True, httponly=True, samesite="Lax")
        return response

    async def _check_state(self, request: web.Request) -> None:
        """Raise `_Ended` unless this browser began here lately, and comes back for the first
        time."""
        state = request.query.get("state", "")[:LONGEST]
        browser = request.cookies.get(COOKIE, "")
        try:
            digest, until = json.loads(self._many.sealer.open(state, _PURPOSE))
        except (CannotOpen, ValueError):
            raise _Ended("install_expired", 400) from None
        if until < self._clock() or not hmac.compare_digest(digest, _digest(browser)):
            raise _Ended("install_expired", 400)
        if not await self._many.notes.claim(f"slack/install/{_digest(state)}", "1", STATE_SECONDS):
            raise _Ended("install_expired", 400)

    async def _install(self, request: web.Request) -> tuple[str, str]:
        """Exchange the code and keep the token; returns the workspace's name and its address."""
        code = request.query.get("code", "")[:LONGEST]
        if not code:  # Slack names an error instead, such as access_denied
            raise _Ended("install_refused", 403)
        try:
            answer = await self._client.call(
                EXCHANGE,
                client_id=self._many.client_id,
                client_secret=self._many.client_secret,
                code=code,
                redirect_uri=self._many.public_url + REDIRECT,
            )
            made = await self._checked(answer)
        except PlatformError as error:
            _log.warning("an installation failed: %s", error)
            raise _Ended("install_failed", 502) from error
        await self._records.save(made)
        _log.info("installed", extra=fields(workspace=made.team))
        opened = {"team": made.team, "app": str(answer.get("app_id") or "")}
        name = str(mapping(answer.get("team")).get("name") or made.team)
        return name, f"{self._page('app_redirect')}?{urlencode(opened)}"

    async def _checked(self, answer: Mapping[str, Any]) -> Installation:
        """Find out who the bot is with its new token; gives back a token that it cannot use."""
        token = str(answer.get("access_token") or "")
        client = self._client.beside(token)
        if answer.get("is_enterprise_install") or not mapping(answer.get("team")).get("id"):
            await _give_back(client)
            raise _Ended("install_organisation", 403)
        if answer.get("refresh_token"):
            await _give_back(client)
            _log.error("Token rotation is on: turn it off on the app's page OAuth & Permissions")
            raise _Ended("install_failed", 502)

        async def who() -> Mapping[str, Any]:
            return await client.call(WHO_AM_I)

        me = self_of(await client.persist(who))
        return Installation(me.team, token, me.user, me.bot, self._clock())

    def _again(self, text: str, locale: str, status: int) -> web.Response:
        begin = self._many.public_url + INSTALL
        return page(text, begin, say("install_again", locale), locale, status)

    def _page(self, path: str) -> str:
        """Name a page of Slack's, on the host that SLACK_API_URL names."""
        return urljoin(self._client.base_url, f"../{path}")


async def _give_back(client: SlackClient) -> None:
    try:
        await client.call(REVOKE)
    except PlatformError as error:
        _log.warning("a token could not be given back: %s", error)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
