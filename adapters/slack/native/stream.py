"""One open native stream: what it was told, and the calls that tell it more.

It never tells anything twice: after an answer that was lost, and after anything that Slack refuses,
it is broken, and whoever holds it repairs its message. Used by `streams`. Sources:
https://docs.slack.dev/reference/methods/chat.startStream, chat.appendStream and chat.stopStream.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from adapters.common.retries import AnswerLost
from adapters.slack.client import CallRefused, SlackClient
from adapters.slack.limits import APPEND, START, STREAM_BYTES
from adapters.slack.native.deltas import Told, weight, written
from adapters.slack.native.mending import STOPPED_BY_USER
from adapters.slack.native.tasks import Chunk, Tasks
from adapters.slack.outbound import GONE, NOTHING
from bot.errors import PlatformTemporary
from bot.events import ThreadRef


class Outcome(Enum):
    """What became of an append."""

    SHOWN = auto()
    LATER = auto()
    """Nothing was done; the next one may be."""
    BROKEN = auto()
    STOPPED = auto()
    """A person has pressed Slack's own stop: it takes no more text."""


class Stream:
    """A message that streams. Text goes as chunks only: a stream that began with them takes no
    other form (`streaming_mode_mismatch`)."""

    def __init__(self, client: SlackClient, channel: str, id: str) -> None:
        self.id = id
        self._client = client
        self._channel = channel
        self._told = Told()

    @classmethod
    async def begin(
        cls, client: SlackClient, thread: ThreadRef, markdown: str, fill: float, tasks: Tasks
    ) -> Stream:
        """Start a stream in a thread. Raises what `SlackClient.call` raises."""
        # Something has to be said, also of a snapshot of which nothing is sure to stand.
        delta = Told().further(markdown, fill) or written(markdown)
        chunks = tasks.chunks() + _text(delta)
        answer = await client.call(
            START, channel=thread.channel, thread_ts=thread.thread, chunks=chunks
        )
        stream = cls(client, thread.channel, str(answer["ts"]))
        stream._note(delta, chunks, tasks)
        return stream

    async def append(self, markdown: str, fill: float, tasks: Tasks) -> Outcome:
        """Append what is new in a snapshot, and what tools do. Raises `CallRefused` when the
        message is gone."""
        delta = self._told.further(markdown, fill)
        chunks = tasks.chunks() + _text(delta or "")
        if delta is None or not self._has_room(chunks):
            return Outcome.BROKEN
        if not chunks:
            return Outcome.SHOWN
        try:
            await self._client.call(APPEND, channel=self._channel, ts=self.id, chunks=chunks)
        except AnswerLost:
            return Outcome.BROKEN  # it may stand
        except PlatformTemporary:
            return Outcome.LATER
        except CallRefused as error:
            if error.code in GONE:
                raise
            return Outcome.STOPPED if error.code == STOPPED_BY_USER else Outcome.BROKEN
        self._note(delta, chunks, tasks)
        return Outcome.SHOWN

    def last(self, markdown: str, tasks: Tasks) -> Mapping[str, Any] | None:
        """Return what the stop is to add so that the message reads `markdown`, the arguments of
        the call; None when it cannot be brought to that."""
        tasks.end()
        delta = self._told.rest(markdown)
        if delta is None:
            return None
        if not (self._told.text + delta).strip():
            delta = NOTHING
        chunks = tasks.chunks() + _text(delta)
        if not self._has_room(chunks):
            return None
        return {"chunks": chunks} if chunks else {}

    def _has_room(self, chunks: list[Chunk]) -> bool:
        return self._told.size + weight(chunks) <= STREAM_BYTES

    def _note(self, delta: str, chunks: list[Chunk], tasks: Tasks) -> None:
        self._told.add(delta, chunks)
        tasks.told(chunks)


def _text(delta: str) -> list[Chunk]:
    return [{"type": "markdown_text", "text": delta}] if delta else []
