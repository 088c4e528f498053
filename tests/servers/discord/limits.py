"""Discord's allowances as data, and the windows that count them. Pure but for the clock handed in.

discord.com/developers/docs/topics/rate-limits documents how limits are told, the 50 requests a
second and the invalid requests; the numbers per route are not documented but observed.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# text and files
CONTENT = 2_000
NONCE = 25
EMBEDS = 10
EMBED_CHARACTERS = 6_000
FILES = 10
FILE_BYTES = 10 * 1024 * 1024
V2_BYTES = 10_170  # of text in Components V2, reported: above it comes a server error
THREAD_NAME = 100
REACTIONS = 20
TYPING_SECONDS = 10.0
NONCE_SECONDS = 300.0  # "the past few minutes" in which enforce_nonce looks for a twin
OLD_MESSAGE_SECONDS = 3_600.0
OLD_EDITS = 10  # then 30046; "a few", reported by users

GLOBAL_PER_SECOND = 50
INVALID_CALLS = 10_000
INVALID_SECONDS = 600.0
# Parts of a path whose value gives a bucket of its own.
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "token", "interaction_token")


@dataclass(frozen=True)
class Row:
    """`calls` in `seconds`, counted from the first one, for each value of the major parameters."""

    calls: int
    seconds: float


TABLE: dict[str, Row] = {
    "post": Row(5, 5.0),
    "edit": Row(5, 5.0),
    "delete": Row(5, 1.0),
    "delete_older": Row(3, 0.33),  # past ten seconds
    "delete_oldest": Row(30, 4.0),  # past two weeks
    "bulk_delete": Row(1, 1.0),
    "typing": Row(5, 5.0),
    "thread": Row(10, 10.0),
    "channel_edit": Row(5, 5.0),
    "reaction": Row(1, 0.25),
    "history": Row(5, 5.0),
    "read": Row(10, 5.0),
    "direct": Row(10, 10.0),
    "commands": Row(5, 20.0),
    "gateway": Row(2, 5.0),
    "webhook": Row(5, 2.0),
    "callback": Row(5, 1.0),
    "other": Row(10, 5.0),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a call may pass, and what its answer tells of its bucket."""

    headers: dict[str, str] = field(default_factory=dict)
    retry_after: float | None = None  # seconds; None: it may pass
    scope: str = "user"

    @property
    def passed(self) -> bool:
        return self.retry_after is None


@dataclass
class _Window:
    since: float
    used: int = 0


@dataclass
class Limits:
    """Count calls and say when one comes too early.

    `enforce=False` lets everything pass and tells nothing (the switch for logic tests); `scale`
    shortens (below 1) or stretches every window.
    """

    now: Callable[[], float]
    enforce: bool = False
    scale: float = 1.0
    table: dict[str, Row] = field(default_factory=lambda: dict(TABLE))
    per_second: int = GLOBAL_PER_SECOND
    too_many: int = 0  # 429s that were answered, ordered ones included
    too_many_by_route: dict[str, int] = field(default_factory=dict)
    invalid: deque[float] = field(default_factory=deque)
    banned_until: float = 0.0
    early: list[float] = field(default_factory=list)  # by how many seconds each refused call was
    _windows: dict[tuple[str, ...], _Window] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    def check(self, limit: str, params: dict[str, str], *, exempt: bool) -> Verdict:
        """Count a call against the whole bot's second and its own bucket."""
        if not self.enforce:
            return Verdict()
        if not exempt and (wait := self._second()) is not None:
            self.early.append(wait)
            return Verdict({}, wait, "global")
        verdict = self._bucket(limit, tuple(params[name] for name in MAJOR if name in params))
        if verdict.retry_after is not None:
            self.early.append(verdict.retry_after)
        return verdict

    def _second(self) -> float | None:
        now = self.now()
        while self._recent and self._recent[0] <= now - self.scale:
            self._recent.popleft()
        if len(self._recent) >= self.per_second:
            return self._recent[0] + self.scale - now
        self._recent.append(now)
        return None

    def _bucket(self, limit: str, major: tuple[str, ...]) -> Verdict:
        row, now = self.table[limit], self.now()
        seconds = row.seconds * self.scale
        window = self._windows.get((limit, *major))
        if window is None or window.since + seconds <= now:
            window = self._windows[(limit, *major)] = _Window(now)
        left = max(0.001, window.since + seconds - now)
        refused = window.used >= row.calls
        window.used += not refused
        headers = {
            "X-RateLimit-Limit": str(row.calls),
            "X-RateLimit-Remaining": str(row.calls - window.used),
            "X-RateLimit-Reset": f"{now + left:.3f}",
            "X-RateLimit-Reset-After": f"{math.ceil(left * 1000) / 1000:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(limit.encode()).hexdigest(),
        }
        return Verdict(headers, left if refused else None)

    def count_refusal(self, route: str) -> None:
        """Note one 429, real or injected."""
        self.too_many += 1
        self.too_many_by_route[route] = self.too_many_by_route.get(route, 0) + 1

    def count_invalid(self) -> None:
        """Note an answer of 401, 403 or 429; too many of them get the address banned."""
        now = self.now()
        self.invalid.append(now)
        while self.invalid[0] <= now - INVALID_SECONDS:
            self.invalid.popleft()
        if len(self.invalid) >= INVALID_CALLS:
            self.ban(INVALID_SECONDS)

    def ban(self, seconds: float) -> None:
        """Let Cloudflare answer everything for a while."""
        self.banned_until = self.now() + seconds

    @property
    def banned(self) -> bool:
        return self.now() < self.banned_until
