"""The agent session of a thread: while it is `processing`, Slack shows its own stop button.

Slack moves no session on by itself: whoever has set one to work sets it to rest, or takes it over
from an earlier attempt. It runs beside an answer and never holds up its text; a workspace that has
no sessions is asked once. Used by `streams`; kept by `StatusLines`, one for each workspace.
Sources: https://docs.slack.dev/ai/agent-sessions and the page of agents.sessions.setStatus.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from adapters.common.retries import AnswerLost
from adapters.slack.client import CallRefused, SlackClient
from adapters.slack.limits import SESSION
from bot.errors import PlatformError, PlatformRefused, PlatformTemporary, StoreError
from bot.events import ThreadRef
from bot.tasks import ended

_log = logging.getLogger(__name__)

WORKS, RESTS = "processing", "active"

OF_THE_PLACE = frozenset(
    {
        "cannot_reply_to_message",
        "channel_not_found",
        "invalid_thread_ts",
        "is_archived",
        "message_not_found",
        "not_in_channel",
        "thread_not_found",
    }
)
"""Refusals that say nothing about other threads of the workspace."""

TRIES = 3
"""Of setting a session to rest."""

TRY_SECONDS = 4.0
"""How long each of them takes at most: the next question of the thread waits for them."""

LONGEST_PAUSE = 10.0
"""Seconds of a Retry-After that are waited out between them."""


class Sessions:
    """What one workspace lets the bot do with its sessions."""

    def __init__(self, client: SlackClient) -> None:
        self.client = client
        self.refused = False
        """Slack has none for this app, in this workspace."""
        self.alone = False
        """A stream's stop does not take a session's status."""

    async def set(self, thread: ThreadRef, status: str) -> None:
        """Set a thread's session. Raises what `SlackClient.call` raises."""
        try:
            await self.client.call(
                SESSION, channel_id=thread.channel, thread_ts=thread.thread, status=status
            )
        except (CallRefused, PlatformRefused) as error:
            if not isinstance(error, CallRefused) or error.code not in OF_THE_PLACE:
                self.refused = True
                _log.info("no agent sessions here: %s", error)
            raise

    async def rest(self, thread: ThreadRef) -> None:
        """Set a session to rest that nobody works at, if there is a slot. Raises `ParleyError`."""
        if self.refused or not thread.thread:
            return
        if await self.client.allowance.try_take(self.client.workspace, SESSION):
            await self.set(thread, RESTS)


class Session:
    """The session of one reply's thread; its hold is named `key`. `left` tells that an earlier
    attempt may have left it at work."""

    def __init__(self, sessions: Sessions, thread: ThreadRef, key: str, *, left: bool) -> None:
        self._sessions = sessions
        self._client = sessions.client
        self._thread = thread
        self._key = key
        self._hold = ""
        self._begins: asyncio.Task[None] | None = None
        self._works = False
        """Slack has said so."""
        self._owed = left
        """It may be at work, and is to be set to rest."""

    def begin(self) -> None:
        """Set the session to work, beside everything else."""
        self._begins = asyncio.create_task(self._begin())

    async def _begin(self) -> None:
        allowance, workspace = self._client.allowance, self._client.workspace
        try:
            # Only together with a slot for its end: nobody else would take the button away.
            if self._sessions.refused or not await allowance.hold(workspace, SESSION, self._key):
                return
            self._hold = self._key
            if not await allowance.try_take(workspace, SESSION):
                return
            before, self._owed = self._owed, True
            try:
                await self._sessions.set(self._thread, WORKS)
                self._works = True
            except AnswerLost:
                raise  # it may have been set
            except PlatformError:
                self._owed = before
                raise
        except (PlatformError, StoreError) as error:
            _log.info("the session is not at work: %s", error)

    def in_a_stop(self, *, last: bool) -> Mapping[str, str]:
        """Return what a stream's stop says of the session: without a word it would set it to
        rest."""
        told = self._works and not self._sessions.alone
        return {"session_status": RESTS if last else WORKS} if told else {}

    def stopped(self, content: Mapping[str, object]) -> None:
        """Note that a stop with this content was taken."""
        if content.get("session_status") == RESTS:
            self._works = self._owed = False

    def refuses(self, content: Mapping[str, object], error: CallRefused) -> bool:
        """Tell whether a stop was refused for what it says of the session: none does from then
        on."""
        blamed = "session_status" in content and error.code.startswith("invalid_arg")
        self._sessions.alone = self._sessions.alone or blamed
        return blamed

    async def end(self) -> None:
        """Set the session to rest, where a stop has not done it. Raises nothing: Slack does it by
        itself after an hour."""
        if self._begins is not None:
            await asyncio.wait({self._begins}, timeout=TRY_SECONDS)
            self._begins.cancel()
        for _ in range(TRIES):
            if not self._owed or self._sessions.refused:
                return
            try:
                async with asyncio.timeout(TRY_SECONDS):
                    self._hold = ""
                    await self._client.slot(SESSION, hold=self._key)
                    await self._sessions.set(self._thread, RESTS)
                self._works = self._owed = False
            except (PlatformTemporary, StoreError, TimeoutError) as error:
                _log.info("the session is still at work: %s", error)
                wait = getattr(error, "retry_after", None) or 1.0
                await self._client.sleep(min(wait, LONGEST_PAUSE))
            except PlatformError:
                return  # the place is gone, or has no sessions

    async def close(self) -> None:
        """Give back what was kept. A session at work is left to whoever goes on."""
        await ended(self._begins)
        hold, self._hold = self._hold, ""
        if hold:
            await self._client.allowance.release(self._client.workspace, SESSION, hold)
