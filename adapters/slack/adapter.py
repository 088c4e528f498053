"""Slack as a `Platform`: one workspace's token, both halves, every call through one client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

from adapters.pacing import Pager
from adapters.slack import commands, inbound, threads
from adapters.slack.client import CallRefused, SlackClient
from adapters.slack.files import download
from adapters.slack.limits import WHO_AM_I
from adapters.slack.listener import SlackListener
from adapters.slack.outbound import SlackSurface
from adapters.slack.people import People
from adapters.slack.sockets import Sockets
from adapters.slack.status import StatusLines
from adapters.streaming import Delivery, Pace
from bot.errors import ConfigError, PlatformError, PlatformRefused
from bot.events import Attachment, Author, Command, Message, Reset, ThreadRef
from bot.metrics import Metrics
from bot.platform import Allowance, Batch, Download, Health, Receipt, Sink
from bot.replies import Reply
from bot.wording import say

_log = logging.getLogger(__name__)

NAME = "Parley"

TOKEN_SECONDS = 20.0
"""How often the token is tried when nothing else tells whether Slack still takes it: a revoked one
brings no event that would."""

LOCALE_SECONDS = 0.8
"""A command is answered within Slack's 3 s: its language is not waited for longer."""


class SlackPlatform:
    """The Slack adapter."""

    name = "slack"

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        api_url: str,
        allowance: Allowance,
        metrics: Metrics,
        follow_ups: bool = True,
        history_ttl: float = 0.0,
        pace: Pace | None = None,
        token_seconds: float = TOKEN_SECONDS,
    ) -> None:
        self._client = SlackClient(bot_token, api_url, allowance, metrics)
        self._history_ttl = history_ttl
        self._pace = pace or Pace()
        self._token_seconds = token_seconds
        self._me = inbound.Self("", "", "")
        self._people = People(self._client, Author("", NAME, is_bot=True))
        self._lines = StatusLines(self._client)
        self._listener = SlackListener(
            self._client,
            follow_ups=follow_ups,
            metrics=metrics,
            on_stored=self._greet,
            on_command=self._command,
        )
        self._sockets = Sockets(self._client, app_token, self._listener.answer)
        self._listens = False
        self._trying: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Find out who the bot is. Waits out passing faults; raises `ConfigError` for a refused
        token."""
        answer = await self._who_am_i()
        user, team = str(answer.get("user_id") or ""), str(answer.get("team_id") or "")
        self._me = inbound.Self(user, str(answer.get("bot_id") or ""), team)
        self._client.workspace = team
        self._people = People(self._client, Author(user, NAME, is_bot=True))
        self._trying = asyncio.create_task(self._try_token())

    async def listen(self, sink: Sink) -> None:
        """Receive over Socket Mode until cancelled."""
        self._listens = True
        self._listener.open(sink, self._me)
        await self._sockets.run()

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Read what stands in the thread before `message`, oldest first."""
        return await threads.earlier(self._client, message, limit, self._me)

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        """Read what people wrote in the thread after a time, oldest first."""
        return await threads.later(
            self._client,
            message.thread,
            after,
            limit,
            lambda raw: self._listener.read(raw, message),
        )

    async def complete(self, message: Message) -> Message:
        """Recover the files that an event does not carry."""
        return await threads.complete(self._client, message)

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Tell who the people with these ids are."""
        return await self._people.named(thread, ids)

    async def download(self, attachment: Attachment, limit: int) -> Download:
        """Fetch a file; the token goes to Slack's own hosts only."""
        return await download(self._client, attachment, limit)

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Make the reply stream visible in its thread."""
        surface = self._surface(batch, receipt.key, receipt.check)

        def words(key: str) -> str:  # the language may become known only on the way
            return say(key, self._locale(batch.first.author))

        await Delivery(surface, receipt, pace=self._pace, words=words).run(replies)

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        """Remove posts that carry the key of a finished turn and are not among its parts, and mend
        what a former owner wrote late."""
        surface = self._surface(batch, key)
        pager = Pager(surface.limit, surface.measure)
        pager.feed(text)
        await surface.repair(parts, [part.text for part in pager.parts(final=True)])

    def health(self) -> Health:
        """Tell whether Slack is connected, as far as this process's role needs it."""
        if self._client.refused:
            return Health(False, self._client.refused)
        if not self._me.user:
            return Health(False, "not connected yet")
        return self._sockets.health() if self._listens else Health(True)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.gather(self._trying, return_exceptions=True)
        await self._listener.close()
        await self._people.close()
        await self._client.close()

    async def _who_am_i(self) -> Mapping[str, Any]:
        backoff = 0.25
        while True:
            try:
                return await self._client.call(WHO_AM_I)
            except (PlatformRefused, CallRefused) as error:
                raise ConfigError(
                    f"SLACK_BOT_TOKEN: {error}. Copy the Bot User OAuth Token of the app from "
                    "OAuth & Permissions, or install the app again."
                ) from error
            except PlatformError as error:
                wait = max(backoff, getattr(error, "retry_after", None) or 0.0)
                _log.warning("slack does not answer yet, next try in %.1f s: %s", wait, error)
                await asyncio.sleep(wait)
                backoff = min(backoff * 2, 10.0)

    async def _try_token(self) -> None:
        """Keep `health` true about the token; the client notes what Slack says of it."""
        while True:
            await asyncio.sleep(self._token_seconds)
            before = self._client.refused
            try:
                await self._client.call(WHO_AM_I)
            except PlatformError as error:
                if self._client.refused and not before:
                    _log.error("%s", error)

    def _surface(
        self, batch: Batch, key: str, check: Callable[[], None] = lambda: None
    ) -> SlackSurface:
        return SlackSurface(self._client, self._lines, batch.thread, key, batch.last.id, check)

    async def _greet(self, message: Message) -> None:
        text = say("thinking", self._locale(message.author))
        await self._lines.show(message.thread, text)

    async def _command(self, event: Reset | Command, sink: Sink) -> str:
        await self._people.named(event.thread, {event.author.id}, LOCALE_SECONDS)
        return await commands.answer(
            event,
            sink,
            bot=self._me.user,
            locale=self._locale(event.author),
            history_ttl=self._history_ttl,
        )

    def _locale(self, author: Author) -> str:
        """Tell a person's language, as far as it is known without asking."""
        known = self._people.known(author.id)
        return author.locale or (known.locale if known is not None else "")
