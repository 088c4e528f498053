"""Discord's REST API with its faults sorted: every call ends in an answer or in one of our errors.

One call is one try. discord.py's own requests are not used here: they repeat a 5xx five times on
top of our retries, and hold whoever took a window's last slot until that is over, while our
allowance is shared by all processes. Everything in this room that writes or reads does it here; the
gateway and the acknowledgement of interactions are discord.py's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import aiohttp

from adapters.common.retries import AnswerLost, NotTaken, persist
from adapters.discord.faults import (
    OLD_MESSAGE,
    TURNED_AWAY,
    CallRefused,
    refusal,
    seconds,
)
from adapters.discord.limits import ALL, APPLICATION, CALL_SECONDS, ME
from adapters.discord.wire import Upload, body, parsed, place_of, spelled, token_place
from bot.errors import (
    ConfigError,
    PlatformError,
    PlatformRefused,
    PlatformTemporary,
    StoreError,
)
from bot.metrics import Metrics
from bot.platform import Allowance, Health
from bot.tasks import ended

_log = logging.getLogger(__name__)

USER_AGENT = "DiscordBot (Parley, 1)"
"""Discord asks for this form (https://docs.discord.com/developers/reference#user-agent)."""

PATIENT = 30.0
"""Seconds of a Retry-After that are waited out here; for longer ones the turn is put off."""

MAY_GO_ON = frozenset({504, 524})
"""The edge gave up waiting: what stands behind it may still apply the request."""

NAME_SECONDS = 300
"""For so long an address is known by its name."""

TOKEN_SECONDS = 20.0
"""How often the token is tried: a process that only answers hears of a refused one in no other
way."""

__all__ = ["CallRefused", "DiscordClient", "Upload", "token_place"]

T = TypeVar("T")


class DiscordClient:
    """The bot's own calls. `application` and `user` are its ids, known after `login`; `workspace`
    is whose budget the calls are, `refused` says why Discord refuses the token."""

    def __init__(
        self,
        token: str,
        base_url: str,
        allowance: Allowance,
        metrics: Metrics,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        token_seconds: float = TOKEN_SECONDS,
    ) -> None:
        self.token = token
        self.base_url = base_url.rstrip("/")
        self.allowance = allowance
        self.sleep = sleep
        self.application = ""
        self.user = ""
        self.name = ""
        self.refused = ""
        self._metrics = metrics
        self._token_seconds = token_seconds
        self._session: aiohttp.ClientSession | None = None
        self._trying: asyncio.Task[None] | None = None

    @property
    def workspace(self) -> str:
        """The workspace of its allowance: what Discord counts, it counts for the application."""
        return self.application

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections that all calls share, opened with the first one."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=CALL_SECONDS),
                headers={"User-Agent": USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                # A hundred replies at once must not wait for each other's connection.
                # Names are looked up in a thread, so seldom.
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=60, ttl_dns_cache=NAME_SECONDS
                ),
            )
        return self._session

    # -- who the bot is ----------------------------------------------------------------------

    async def login(self) -> None:
        """Find out who the bot is. Waits out passing faults; raises `ConfigError` for a refused
        token."""
        backoff = 0.25
        while True:
            try:
                me, application = await self.call(ME), await self.call(APPLICATION)
                self.user, self.name = str(me["id"]), str(me.get("username") or "")
                self.application = str(application["id"])
                break
            except (PlatformRefused, CallRefused) as error:
                raise ConfigError(
                    f"DISCORD_TOKEN: {error}. Copy the token from the Bot page of the application "
                    "in Discord's developer portal, or reset it there."
                ) from error
            except (PlatformError, KeyError, TypeError) as error:
                wait = max(backoff, getattr(error, "retry_after", None) or 0.0)
                _log.warning("discord does not answer yet, next try in %.1f s: %s", wait, error)
                await self.sleep(wait)
                backoff = min(backoff * 2, 10.0)
        self._trying = asyncio.create_task(self._try_token())

    def health(self) -> Health:
        """Tell whether Discord takes the token, without any call."""
        if self.refused:
            return Health(False, self.refused)
        return Health(True) if self.application else Health(False, "not connected yet")

    async def _try_token(self) -> None:
        """Keep `health` true about the token; `call` notes what Discord says of it."""
        while True:
            await asyncio.sleep(self._token_seconds)
            before = self.refused
            try:
                await self.call(ME)
            except PlatformError as error:
                if self.refused and not before:
                    _log.error("%s", error)

    async def close(self) -> None:
        """Let go of every connection."""
        await ended(self._trying)
        if self._session is not None:
            await self._session.close()
            # aiohttp closes TLS transports on the next turns of the loop.
            await asyncio.sleep(0)

    # -- calls -------------------------------------------------------------------------------

    async def call(
        self,
        method: str,
        *,
        json: Any = None,
        query: Mapping[str, str | int] | None = None,
        files: Sequence[Upload] = (),
        **where: str,
    ) -> Any:
        """Call `method` (a name of `limits.ROUTES`, its path filled in by `where`) once, and return
        what the answer's JSON holds.

        Raises `AnswerLost`, `PlatformTemporary` (429, with its pause shared among all processes),
        `PlatformRefused` for the token, which is then not used again until it is taken, and
        `CallRefused`.
        """
        ours = "token" not in where
        if self.refused and ours and method != ME:
            raise PlatformRefused(self.refused)  # each further try counts towards a ban
        verb, path = spelled(method, where)
        headers = {"Authorization": f"Bot {self.token}"} if ours else {}
        try:
            async with self.session.request(
                verb, self.base_url + path, params=query, headers=headers, **body(json, files)
            ) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._metrics.platform_write("discord", method, "lost")
            unsent = isinstance(error, aiohttp.ClientConnectorError)
            lost = NotTaken if unsent else AnswerLost
            raise lost(f"{method}: {type(error).__name__}") from error
        data = parsed(raw)
        if not 200 <= response.status < 300:
            raise await self._fault(method, response, data, where)
        if raw and data is None:
            self._metrics.platform_write("discord", method, "lost")
            raise AnswerLost(f"{method}: an answer that is no JSON")
        self._metrics.platform_write("discord", method, "ok")
        if ours:
            self.refused = ""
        await self._heed(method, response.headers, where)
        return data

    async def slot(self, method: str, place: str = "") -> None:
        """Wait for the next free slot of `method`, in a channel or of an interaction's token
        (`token_place`) where it is counted so."""
        wait = await self.allowance.reserve(self.workspace, method, place)
        self._metrics.allowance_waited("discord", method, wait)
        while wait > 0:
            await self.sleep(wait)
            # Discord may have asked somebody else meanwhile to slow down.
            wait = await self.allowance.paused(self.workspace, method, place)

    async def may(self, method: str, place: str = "") -> bool:
        """Take a slot only if one is free now above what the ends of replies keep."""
        return await self.allowance.try_take(self.workspace, method, place)

    async def read(
        self, method: str, *, query: Mapping[str, str | int] | None = None, **where: Any
    ) -> Any:
        """Call a reading method in its slot; once more after passing faults."""

        async def once() -> Any:
            await self.slot(method, place_of(where))
            return await self.call(method, query=query, **where)

        return await self.persist(once)

    async def persist(
        self,
        once: Callable[[], Awaitable[T]],
        already: Callable[[], Awaitable[T | None]] | None = None,
    ) -> T:
        """Call again after passing faults; `already` finds out whether a lost answer was a yes."""
        return await persist(once, self.sleep, PATIENT, already)

    # -- faults ------------------------------------------------------------------------------

    async def _fault(
        self, method: str, response: aiohttp.ClientResponse, data: Any, where: Mapping[str, str]
    ) -> Exception:
        status, told = response.status, data if isinstance(data, dict) else {}
        if status == 429:
            self._metrics.platform_write("discord", method, "ratelimited")
            return await self._slow_down(method, response.headers, data, where)
        self._metrics.platform_write("discord", method, "error")
        if status >= 500:
            lost = AnswerLost if status in MAY_GO_ON else NotTaken
            return lost(f"{method}: HTTP {status}")
        if data is None and response.content_length != 0:
            # Not Discord's own words: what stands before it turns us away.
            return PlatformTemporary(f"{method}: HTTP {status}", retry_after=PATIENT + 1)
        if status == 401 and "token" not in where:
            self.refused = f"Discord refuses the bot token: {told.get('message') or 'HTTP 401'}"
            return PlatformRefused(self.refused)
        return refusal(method, status, told)

    async def _slow_down(
        self, method: str, headers: Mapping[str, str], data: Any, where: Mapping[str, str]
    ) -> PlatformError:
        """Let all processes pause what Discord limits: a method in its place, or everything."""
        told = data if isinstance(data, dict) else {}
        if told.get("code") == OLD_MESSAGE:
            return refusal(method, 429, told)
        after = told.get("retry_after", headers.get("Retry-After"))
        wait = seconds(after, TURNED_AWAY if data is None else 1.0)
        # Without these it was not Discord but Cloudflare, which counts what comes from our address.
        everything = bool(told.get("global")) or data is None or "Via" not in headers
        what, place = (ALL, "") if everything else (method, place_of(where))
        _log.warning("%s: rate limited for %.1f s%s", method, wait, " in all" * everything)
        with suppress(StoreError):  # without a store nobody takes a slot either
            await self.allowance.pause(self.workspace, what, wait, place)
        return PlatformTemporary(f"{method}: rate limited", retry_after=wait)

    async def _heed(
        self, method: str, headers: Mapping[str, str], where: Mapping[str, str]
    ) -> None:
        """Pause what Discord says is used up, before it has to refuse anything."""
        if headers.get("X-RateLimit-Remaining") != "0":
            return
        wait = seconds(headers.get("X-RateLimit-Reset-After"), 1.0)
        with suppress(StoreError):
            await self.allowance.pause(self.workspace, method, wait, place_of(where))
