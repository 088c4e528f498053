"""What stands of one reply in one Slack place: its posts are known by the key in their metadata.

Only reads. Base of the surface that writes them, which looks here before it repeats a post.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.cards.layout import shows_card
from adapters.slack.client import SlackClient
from adapters.slack.limits import HISTORY, REPLIES
from adapters.slack.status import StatusLines
from adapters.slack.surfaces.buttons import Block, offers_stop
from adapters.streaming import Found
from bot.events import ThreadRef

EVENT_TYPE = "parley_reply"
"""The type under which our key stands in a post's metadata."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one reply is told, and under which key. `stamp` is the ts of the newest message that it
    answers, or a time before any of its posts; `check` raises when nothing more may be written."""

    client: SlackClient
    lines: StatusLines
    thread: ThreadRef
    key: str
    stamp: str
    check: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Stood:
    """A post of the reply as it stands: whether it offers to stop, and the blocks of a card."""

    found: Found
    growing: bool
    card: tuple[Block, ...] = ()


class Standing:
    """The posts of one reply, none of which is older than its spot's stamp."""

    def __init__(self, spot: Spot) -> None:
        self._client = spot.client
        self._thread = spot.thread
        self._key = spot.key
        self._stamp = spot.stamp

    async def find(self) -> list[Found]:
        """Read which posts carry the reply's key, the oldest first."""
        return [stood.found for stood in await self._standing()]

    async def _standing(self) -> list[Stood]:
        """Read the reply's posts as they stand."""
        return self._keyed(await self._messages())

    async def _messages(self) -> Sequence[Mapping[str, Any]]:
        """Read what stands in the thread since the batch."""
        method, where = HISTORY, {}
        if self._thread.thread:
            method, where = REPLIES, {"ts": self._thread.thread}
        reading = await self._client.read(
            method,
            channel=self._thread.channel,
            oldest=self._stamp,
            include_all_metadata=True,
            limit=200,
            **where,
        )
        return reading.get("messages") or ()

    def _keyed(self, messages: Sequence[Mapping[str, Any]]) -> list[Stood]:
        standing = []
        for message in messages:
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == self._key:
                text, blocks = str(message.get("text") or ""), message.get("blocks") or ()
                found = Found(int(payload.get("part", 0)), str(message["ts"]), text)
                card = tuple(blocks) if shows_card(blocks) else ()
                standing.append(Stood(found, offers_stop(blocks), card))
        return sorted(standing, key=lambda one: one.found.id)

    def _metadata(self, index: int) -> dict[str, Any]:
        payload = {"key": self._key, "part": index}
        return {"event_type": EVENT_TYPE, "event_payload": payload}
