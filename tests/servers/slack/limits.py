"""Slack's allowances as data, and the windows that count them. Pure but for the clock handed in.

Tiers: docs.slack.dev/apis/web-api/rate-limits (per method, per app, per workspace, per minute).
Text limits: the pages of chat.postMessage, chat.update and chat.startStream.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

POST_CHARACTERS = 40_000  # chat.postMessage cuts the rest off
UPDATE_BYTES = 4_000  # chat.update, counted in UTF-8 after escaping
MARKDOWN_CHARACTERS = 12_000  # markdown_text of one call
STREAM_BYTES = 10_600  # a streamed message in total, task cards included, as reported by users
STREAM_SECONDS = 300.0  # Slack ends a stream by itself after about five minutes
METADATA_BYTES = 16_384
STATUS_SECONDS = 120.0  # a status goes away by itself
LOADING_MESSAGES = 10
TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 1_800.0
ACK_SECONDS = 3.0
REDELIVERY = (0.0, 60.0, 300.0)  # waits before the three retries of an event
MAX_SOCKETS = 10

TIER: dict[str, int] = {"1": 1, "2": 20, "3": 50, "4": 100}
SPECIAL: dict[str, int] = {
    "auth.test": 600,
    "chat.getPermalink": 600,
    "assistant.threads.setStatus": 600,
    "chat.postMessage": 300,
}
CHANNEL_PER_SECOND = 1.0
CHANNEL_BURST = 4


@dataclass
class Limits:
    """Count calls and say when one comes too early.

    `enforce=False` lets everything pass (the switch for logic tests); `per_minute` replaces the
    allowance of single methods.
    """

    now: Callable[[], float]
    enforce: bool = False
    per_minute: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    refused_by_method: dict[str, int] = field(default_factory=dict)
    _windows: dict[tuple[str, str, str], deque[float]] = field(default_factory=dict)
    _buckets: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def wait(self, app: str, team: str, method: str, tier: str, channel: str | None) -> int | None:
        """Count a call; return whole seconds to wait when it is refused, else None."""
        if not self.enforce:
            return None
        seconds = self._window(app, team, method, tier)
        if seconds is None and method == "chat.postMessage" and channel:
            seconds = self._bucket(app, channel)
        if seconds is not None:
            self.count_refusal(method)
            return max(1, math.ceil(seconds))
        self._windows[app, team, method].append(self.now())
        return None

    def count_refusal(self, method: str) -> None:
        """Note one 429, real or injected."""
        self.refused += 1
        self.refused_by_method[method] = self.refused_by_method.get(method, 0) + 1

    def _window(self, app: str, team: str, method: str, tier: str) -> float | None:
        allowed = self.per_minute.get(method) or SPECIAL.get(method) or TIER[tier]
        window = self._windows.setdefault((app, team, method), deque())
        now = self.now()
        while window and window[0] <= now - 60:
            window.popleft()
        return window[0] + 60 - now if len(window) >= allowed else None

    def _bucket(self, app: str, channel: str) -> float | None:
        now = self.now()
        tokens, since = self._buckets.get((app, channel), (float(CHANNEL_BURST), now))
        tokens = min(float(CHANNEL_BURST), tokens + (now - since) * CHANNEL_PER_SECOND)
        if tokens < 1:
            self._buckets[app, channel] = (tokens, now)
            return (1 - tokens) / CHANNEL_PER_SECOND
        self._buckets[app, channel] = (tokens - 1, now)
        return None
