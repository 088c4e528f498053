"""Slack as a `Platform`: one workspace's token, both halves, every call through one client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.slack import commands, inbound
from adapters.slack.client import CallRefused, SlackClient
from adapters.slack.files import download
from adapters.slack.limits import HISTORY, REPLIES
from adapters.slack.listener import SlackListener
from adapters.slack.outbound import SlackSurface, show_status
from adapters.slack.people import People
from adapters.streaming import Delivery, Pace
from bot.errors import ConfigError, PlatformError, PlatformRefused
from bot.events import Attachment, Author, Command, Message, Reset, ThreadRef, TurnEvent
from bot.metrics import Metrics
from bot.platform import Allowance, Batch, Download, Health, Receipt, Sink
from bot.replies import Reply
from bot.wording import say

_log = logging.getLogger(__name__)

MOST_PAGES = 5
"""Pages of a thread's history that are read when the bot is called into it."""

PAGE = 200


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
    ) -> None:
        self._client = SlackClient(bot_token, api_url, allowance, metrics)
        self._history_ttl = history_ttl
        self._pace = pace or Pace()
        self._me = inbound.Self("", "", "")
        self._people: People | None = None
        self._refused = ""
        self._listener = SlackListener(
            self._client,
            app_token,
            follow_ups=follow_ups,
            metrics=metrics,
            on_stored=self._greet,
            on_command=self._command,
        )
        self._listens = False

    async def start(self) -> None:
        """Find out who the bot is. Waits out passing faults; raises `ConfigError` for a refused
        token."""
        backoff = 0.5
        while True:
            try:
                answer = await self._client.call("auth.test")
                break
            except (PlatformRefused, CallRefused) as error:
                self._refused = str(error)
                raise ConfigError(
                    f"SLACK_BOT_TOKEN: {error}. Copy the Bot User OAuth Token of the app from "
                    "OAuth & Permissions, or install the app again."
                ) from error
            except PlatformError as error:
                wait = max(backoff, getattr(error, "retry_after", None) or 0.0)
                _log.warning("slack does not answer yet, next try in %.1f s: %s", wait, error)
                await asyncio.sleep(wait)
                backoff = min(backoff * 2, 10.0)
        user, team = str(answer.get("user_id") or ""), str(answer.get("team_id") or "")
        self._me = inbound.Self(user, str(answer.get("bot_id") or ""), team)
        self._client.workspace = team
        self._people = People(self._client, Author(user, "Parley", is_bot=True))

    async def listen(self, sink: Sink) -> None:
        """Receive over Socket Mode until cancelled."""
        self._listens = True
        await self._listener.run(sink, self._me)

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Read what stands in the thread before `message`, oldest first."""
        thread, found, cursor = message.thread, [], ""
        for _ in range(MOST_PAGES):
            arguments: dict[str, Any] = {"cursor": cursor} if cursor else {}
            page = await self._client.call(
                REPLIES,
                channel=thread.channel,
                ts=thread.thread,
                latest=message.id,
                inclusive=False,
                limit=PAGE,
                **arguments,
            )
            for raw in page.get("messages") or ():
                one = inbound.earlier(raw, thread, self._me)
                if one is not None and one.at < message.at:
                    found.append(one)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not page.get("has_more") or not cursor:
                break
        return found[-limit:]

    async def complete(self, message: Message) -> Message:
        """Recover the files that an `app_mention` does not carry, where reading is not scarce."""
        method = HISTORY if message.starts_thread else REPLIES
        allowance = self._client.allowance
        if not await allowance.try_take(message.thread.workspace, method):
            return message
        arguments: dict[str, Any] = {} if message.starts_thread else {"ts": message.thread.thread}
        page = await self._client.call(
            method,
            channel=message.thread.channel,
            latest=message.id,
            oldest=message.id,
            inclusive=True,
            limit=1 if message.starts_thread else 2,
            **arguments,
        )
        for raw in page.get("messages") or ():
            if str(raw.get("ts")) == message.id:
                return _with_files(message, inbound.files(raw))
        return message

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Tell who the people with these ids are."""
        return await self._people.named(thread, ids) if self._people is not None else {}

    async def download(self, attachment: Attachment, limit: int) -> Download:
        """Fetch a file; the token goes to Slack's own hosts only."""
        return await download(self._client, attachment, limit)

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Make the reply stream visible in its thread."""
        surface = SlackSurface(
            self._client, batch.thread, receipt.key, batch.last.id, receipt.check
        )
        words = _words(batch.first.author.locale)
        await Delivery(surface, receipt, pace=self._pace, words=words).run(replies)

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        """Remove posts that carry the key of a finished turn and are not among its parts."""
        surface = SlackSurface(self._client, batch.thread, key, batch.last.id)
        for found in await surface.find():
            if found.id not in parts:
                await surface.remove(found.id)

    def health(self) -> Health:
        """Tell whether Slack is connected, as far as this process's role needs it."""
        if self._refused:
            return Health(False, self._refused)
        if self._listens:
            return self._listener.health()
        return Health(bool(self._me.user), "" if self._me.user else "not connected yet")

    async def close(self) -> None:
        """Let go of every connection."""
        await self._client.close()

    async def _greet(self, event: TurnEvent) -> None:
        text = say("thinking", event.author.locale)
        await show_status(self._client, event.thread, text)

    async def _command(self, event: Reset | Command, sink: Sink) -> str:
        people = await self.people(event.thread, {event.author.id})
        locale = people[event.author.id].locale if event.author.id in people else ""
        return await commands.answer(
            event, sink, locale=locale, mention="@Parley", history_ttl=self._history_ttl
        )


def _with_files(message: Message, files: tuple[Attachment, ...]) -> Message:
    return replace(message, attachments=files, attachments_known=True)


def _words(locale: str) -> Callable[[str], str]:
    return lambda key: say(key, locale)
