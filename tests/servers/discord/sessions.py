"""Gateway sessions: what was sent, what may be replayed, how often an app may start one.

Source: discord-api-docs, developers/events/gateway: "Resuming", "Session Start Limit Object",
"Max Concurrency". Knows nothing of sockets beyond that frames can be handed to one.
"""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

DAY = 86_400.0
SHARD_GUILDS = 2500  # a shard holds no more; an app in that many must shard
IDENTIFY_SECONDS = 5.0


class Wire(Protocol):
    """A connection, as a session sees it."""

    def send(self, frame: str) -> None:
        """Put a frame on the way."""


@dataclass(eq=False)
class Session:
    """One session of a shard; it outlives its connections for some minutes."""

    app_id: str
    bot_id: str
    shard: tuple[int, int]
    intents: int
    keep: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    connection: Wire | None = None
    left_at: float | None = None
    resumes: int = 0
    replayed: int = 0
    presence: dict[str, Any] | None = None
    _sent: deque[tuple[int, str]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._sent = deque(maxlen=self.keep)

    def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Give an event the next number, keep it for a resume, and send it when connected."""
        self.seq += 1
        frame = json.dumps({"t": event, "s": self.seq, "op": 0, "d": data})
        self._sent.append((self.seq, frame))
        if self.connection is not None:
            self.connection.send(frame)

    def missed(self, seq: int) -> list[str] | None:
        """Return the frames after `seq` in order; None when some are no longer kept."""
        if seq < self.seq and (not self._sent or self._sent[0][0] > seq + 1):
            return None
        return [frame for number, frame in self._sent if number > seq]

    def owns(self, guild_id: str | None) -> bool:
        """Return whether events of a guild, or of none, are this shard's."""
        index, count = self.shard
        return (int(guild_id) >> 22) % count == index if guild_id else index == 0


class Sessions:
    """The sessions that can still be spoken to or resumed."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.keep_events = 5000
        self.keep_seconds = 180.0
        self._open: dict[str, Session] = {}

    def open(self, app_id: str, bot_id: str, shard: tuple[int, int], intents: int) -> Session:
        session = Session(app_id, bot_id, shard, intents, self.keep_events)
        self._open[session.id] = session
        return session

    def __iter__(self) -> Iterator[Session]:
        """Yield all that are connected or may still be resumed."""
        now = self._now()
        for session in list(self._open.values()):
            if session.left_at is not None and now - session.left_at > self.keep_seconds:
                self.end(session)
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def leave(self, session: Session) -> None:
        """Note that a session has lost its connection."""
        session.connection, session.left_at = None, self._now()

    def find(self, session_id: str, app_id: str) -> Session | None:
        """Return a session of this app that may be resumed."""
        return next((s for s in self if s.id == session_id and s.app_id == app_id), None)

    def end(self, session: Session) -> None:
        """Forget a session: it cannot be resumed any more."""
        self._open.pop(session.id, None)


@dataclass
class Starts:
    """How many sessions one app may still start today, and how many at a time."""

    total: int = 1000
    max_concurrency: int = 1
    used: deque[float] = field(default_factory=deque)
    seconds: float = IDENTIFY_SECONDS
    refused: int = 0
    _latest: dict[int, float] = field(default_factory=dict)

    def status(self, now: float) -> dict[str, int]:
        """Return the session_start_limit of GET /gateway/bot."""
        self._forget(now)
        reset = self.used[0] + DAY - now if self.used else 0.0
        return {
            "total": self.total,
            "remaining": max(0, self.total - len(self.used)),
            "reset_after": int(reset * 1000),
            "max_concurrency": self.max_concurrency,
        }

    def exhausted(self, now: float) -> bool:
        self._forget(now)
        return len(self.used) >= self.total

    def too_soon(self, shard_id: int, now: float) -> bool:
        """Tell whether another shard with the same key identified in the last five seconds."""
        latest = self._latest.get(shard_id % self.max_concurrency)
        return latest is not None and now - latest < self.seconds

    def count(self, shard_id: int, now: float) -> None:
        self.used.append(now)
        self._latest[shard_id % self.max_concurrency] = now

    def _forget(self, now: float) -> None:
        while self.used and now - self.used[0] >= DAY:
            self.used.popleft()
