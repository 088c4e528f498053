"""What stands of one reply in one Slack place: its posts are known by the key in their metadata.

Only reads. Base of the surface that writes them, which looks here before it repeats a post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.client import SlackClient
from adapters.slack.limits import HISTORY, REPLIES
from adapters.slack.surfaces.buttons import offers_stop
from adapters.streaming import Found
from bot.events import ThreadRef

EVENT_TYPE = "parley_reply"
"""The type under which our key stands in a post's metadata."""


class Standing:
    """The posts of the reply `key`, none of which is older than `stamp`."""

    def __init__(self, client: SlackClient, thread: ThreadRef, key: str, stamp: str) -> None:
        self._client = client
        self._thread = thread
        self._key = key
        self._stamp = stamp

    async def find(self) -> list[Found]:
        """Read which posts carry the reply's key, the oldest first."""
        return [found for found, _ in await self._standing()]

    async def _standing(self) -> list[tuple[Found, bool]]:
        """Read the reply's posts, and whether each offers to stop it."""
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

    def _keyed(self, messages: Sequence[Mapping[str, Any]]) -> list[tuple[Found, bool]]:
        standing = []
        for message in messages:
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == self._key:
                text = str(message.get("text") or "")
                found = Found(int(payload.get("part", 0)), str(message["ts"]), text)
                standing.append((found, offers_stop(message.get("blocks"))))
        return sorted(standing, key=lambda one: one[0].id)

    def _metadata(self, index: int) -> dict[str, Any]:
        payload = {"key": self._key, "part": index}
        return {"event_type": EVENT_TYPE, "event_payload": payload}
