"""The playground's channels: its messages and the log of what changed, kept in Redis.

A browser reads a page of messages once and then follows the log; every change bumps the message's
`rev` in the same step, so that a gap shows. Called by `adapters/web`, by both of its halves.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.store.channel_message import ChannelMessage, Meta, decode_meta, encode_meta
from bot.store.connection import Connection

BASE = "parley:{web}:"
"""Begins every key of the playground: one hash tag, so that each script touches one slot."""

KEEP_SECONDS = 30 * 24 * 3600
"""How long a message stays: a playground is not an archive."""

LOG_LENGTH = 5000
"""Events kept for browsers that come back; whoever missed more reads its pages anew."""

_BLOCK_MS = 2000
"""How long one read of the log waits: well under the connection's socket timeout."""

_BATCH = 200
"""Events taken from the log at once."""

_END_OF_TIME = 2**53
"""Past every score: a score is a double, exact up to here."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event of the log. `data` is what a browser needs to follow it."""

    id: str
    channel: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChannelMessages:
    """Messages by channel and thread. Every method raises `StoreUnavailable` without a store."""

    connection: Connection

    async def add(self, message: ChannelMessage) -> Literal["added", "known", "no_thread"]:
        """Store a new message, once: an id that exists is left as it is."""
        meta = message.meta
        body = json.dumps({"message": message.public()}, ensure_ascii=False)
        answer = await self.connection.run_quick(
            "channel_add",
            BASE,
            *(message.id, meta.channel, meta.thread, meta.at, meta.author),
            *(encode_meta(meta), message.text, body, KEEP_SECONDS, LOG_LENGTH),
        )
        outcomes: dict[int, Literal["added", "known", "no_thread"]]
        outcomes = {1: "added", 0: "known", -1: "no_thread"}
        return outcomes[answer]

    async def rewrite(self, message: ChannelMessage) -> bool:
        """Replace meta and text of a stored message; False when it is gone."""
        meta = message.meta
        body = {"meta": _public(meta), "text": message.text}
        fields = {"meta": encode_meta(meta), "text": message.text}
        return await self._patch(message, body, fields) >= 0

    async def grow(self, message: ChannelMessage, text: str, *, meta: bool) -> bool:
        """Append `text`, and replace the meta as well where `meta` says so; False when gone."""
        body: dict[str, Any] = {"append": text} if text else {}
        fields: dict[str, Any] = {}
        if meta:
            body["meta"] = _public(message.meta)
            fields["meta"] = encode_meta(message.meta)
        return await self._patch(message, body, fields, append=text) >= 0

    async def mark_waiting(self, message: ChannelMessage, event: str, at: int) -> None:
        """Show that the bot took `event` in, unless its answer shows already."""
        await self._patch(message, {"waiting": at}, {"waiting": at}, guard=("taken", event))

    async def mark_taken(self, message: ChannelMessage, event: str) -> None:
        """Show that the answer to `event` has begun."""
        await self._patch(message, {"waiting": 0}, {"waiting": 0, "taken": event})

    async def rate(self, message: ChannelMessage, person: str, value: int) -> None:
        """Record a person's thumb: 1 up, -1 down, 0 taken back."""
        await self._patch(message, {"feedback": {person: value}}, {f"by:{person}": value})

    async def remove(self, message: ChannelMessage) -> None:
        """Remove a message; one with replies leaves an empty line behind."""
        meta = message.meta
        tombstone = replace(meta, deleted=True, files=(), edited=0)
        body = json.dumps({"meta": _public(tombstone), "text": "", "waiting": 0})
        await self.connection.run_quick(
            "channel_remove",
            BASE,
            *(message.id, meta.channel, meta.thread, encode_meta(tombstone), body, LOG_LENGTH),
        )

    async def get(self, id: str) -> ChannelMessage | None:
        """Return one message."""
        found = await self._read("id", id)
        return found[0] if found else None

    async def channel(
        self, channel: str, *, before: int = _END_OF_TIME, limit: int = 50
    ) -> list[ChannelMessage]:
        """Return the newest messages of a channel older than `before` (µs), oldest first."""
        return await self._read("channel", channel, before, limit)

    async def thread(
        self, root: str, *, before: int = _END_OF_TIME, limit: int = 500
    ) -> list[ChannelMessage]:
        """Return the newest replies under `root` older than `before` (µs), oldest first."""
        return await self._read("thread", root, before, limit)

    async def newest(self) -> str:
        """Return the log's newest event id, "0-0" for an empty log."""
        entries = await self.connection.command("xrevrange", _log(), "+", "-", 1)
        return str(entries[0][0]) if entries else "0-0"

    async def since(self, after: str) -> list[Change] | None:
        """Return what changed after the event `after`; None when the log no longer tells."""
        entries = await self.connection.command("xrange", _log(), after, "+")
        if after == "0-0":
            return None if len(entries) >= LOG_LENGTH else _changes(entries)
        if not entries or entries[0][0] != after:
            return None
        return _changes(entries[1:])

    async def follow(self, after: str) -> AsyncIterator[list[Change]]:
        """Yield what changes after the event `after`, for ever; an empty list when nothing did."""
        while True:
            streams = {_log(): after}
            answer = await self.connection.command("xread", streams, _BATCH, _BLOCK_MS)
            # A list of pairs or a mapping: it depends on the protocol that was negotiated.
            pairs = list(answer.items() if isinstance(answer, Mapping) else answer or ())
            entries = _flat(pairs[0][1]) if pairs else []
            if entries:
                after = entries[-1][0]
            yield _changes(entries)

    async def _read(
        self, kind: str, name: str, before: int = 0, limit: int = 1
    ) -> list[ChannelMessage]:
        rows = await self.connection.run("channel_read", BASE, kind, name, before, limit)
        return [_message(*row) for row in rows]

    async def _patch(
        self,
        message: ChannelMessage,
        body: dict[str, Any],
        fields: Mapping[str, Any],
        *,
        guard: tuple[str, str] = ("", ""),
        append: str = "",
    ) -> int:
        meta = message.meta
        pairs = [part for pair in fields.items() for part in pair]
        answer = await self.connection.run(
            "channel_patch",
            BASE,
            *(message.id, meta.channel, meta.thread, json.dumps(body, ensure_ascii=False)),
            *(LOG_LENGTH, *guard, append, *pairs),
        )
        return int(answer)


def _log() -> str:
    return f"{BASE}log"


def _public(meta: Meta) -> dict[str, Any]:
    public = ChannelMessage("", meta).public()
    return {name: public[name] for name in Meta.__slots__}


def _flat(entries: Any) -> Any:
    # The newer protocol wraps the entries of a stream in one more list.
    return (
        entries[0]
        if entries and entries[0] and isinstance(entries[0][0], list | tuple)
        else entries
    )


def _changes(entries: list[tuple[str, dict[str, str]]]) -> list[Change]:
    return [_change(id, fields) for id, fields in entries]


def _change(id: str, fields: Mapping[str, str]) -> Change:
    data: dict[str, Any] = {
        "kind": fields["kind"],
        "id": fields["id"],
        "channel": fields["channel"],
        "thread": fields["thread"],
        "rev": int(fields["rev"]),
        **json.loads(fields["body"]),
    }
    if fields.get("root_rev"):
        data["root"] = {
            "rev": int(fields["root_rev"]),
            "people": [person for person in fields["people"].split(",") if person],
            "replies": int(fields["replies"]),
            "last_reply": int(float(fields["last"])),
        }
    return Change(id, fields["channel"], data)


def _message(id: str, flat: list[str], replies: int, last: str) -> ChannelMessage:
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    return ChannelMessage(
        id=id,
        meta=decode_meta(fields["meta"]),
        text=fields.get("text", ""),
        rev=int(fields["rev"]),
        waiting=int(fields.get("waiting", 0)),
        feedback={name[3:]: int(fields[name]) for name in fields if name.startswith("by:")},
        people=tuple(person for person in fields.get("people", "").split(",") if person),
        replies=replies,
        last_reply=int(float(last)),
    )
