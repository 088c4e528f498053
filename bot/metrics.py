"""What Prometheus may ask: counters, histograms and gauges in a registry of our own.

One `Metrics` is made by the composition root and handed to whoever counts. Label values come from
small known sets; what a stranger or a model made up is counted as `other`.
"""

from __future__ import annotations

import re
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
"""The media type of `render` (prometheus.io/docs/instrumenting/exposition_formats)."""

MOST_VALUES = 200
"""Distinct values of one label; each is a time series that Prometheus keeps."""

_WORD = re.compile(r"[A-Za-z0-9_.:/-]{1,80}")
_TURN_SECONDS = (0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)
_WAIT_SECONDS = (0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """Everything that is counted, by methods that name what happened."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._known: dict[str, set[str]] = {}
        ProcessCollector(registry=self.registry)
        self._events = self._counter("events", "Events by what became of them", "platform outcome")
        self._turns = self._counter("turns", "Turns that ended", "platform outcome")
        self._turn_seconds = self._histogram(
            "turn_seconds", "From a turn's start to its end", "platform", _TURN_SECONDS
        )
        self._first_text = self._histogram(
            "first_text_seconds", "From a turn's start to visible text", "platform", _TURN_SECONDS
        )
        self._depth = Gauge("parley_queue_depth", "Threads that wait", registry=self.registry)
        self._requests = self._counter("model_requests", "Requests to models", "model outcome")
        self._tokens = self._counter("model_tokens", "Tokens of models", "model direction")
        self._tools = self._counter("tool_calls", "Tool calls", "tool outcome")
        self._tool_seconds = self._histogram(
            "tool_seconds", "How long tools take", "tool", _TURN_SECONDS
        )
        self._writes = self._counter(
            "platform_writes", "Writes to platforms", "platform method outcome"
        )
        self._waits = self._histogram(
            "rate_limit_wait_seconds", "Waits for an allowance", "platform method", _WAIT_SECONDS
        )
        self._feedback = self._counter("feedback", "Thumbs", "platform value")

    def event_received(self, platform: str, outcome: str) -> None:
        """Count an event by what the inbox did with it (stored, known, dropped, ...)."""
        self._events.labels(
            self._label("platform", platform), self._label("outcome", outcome)
        ).inc()

    def turn_finished(self, platform: str, outcome: str, seconds: float) -> None:
        """Count a turn that ended (answered, stopped, or the code of its failure)."""
        place = self._label("platform", platform)
        self._turns.labels(place, self._label("turn outcome", outcome)).inc()
        self._turn_seconds.labels(place).observe(seconds)

    def first_text(self, platform: str, seconds: float) -> None:
        """Note when a turn's first text could be seen, from the turn's start."""
        self._first_text.labels(self._label("platform", platform)).observe(seconds)

    def queue_depth(self, count: int) -> None:
        """Set how many threads wait for a worker."""
        self._depth.set(count)

    def model_request(self, model: str, outcome: str) -> None:
        """Count a request to a model (ok, or the kind of its failure)."""
        self._requests.labels(
            self._label("model", model), self._label("ask outcome", outcome)
        ).inc()

    def model_tokens(self, model: str, *, read: int, written: int, cached: int = 0) -> None:
        """Count the tokens that a model read (`cached` of them from its cache) and wrote."""
        name = self._label("model", model)
        for direction, count in (("input", read), ("output", written), ("cached", cached)):
            self._tokens.labels(name, direction).inc(max(0, count))

    def tool_called(self, tool: str, outcome: str, seconds: float) -> None:
        """Count a tool call (ok, ask_again, failed, late, broken)."""
        name = self._label("tool", tool)
        self._tools.labels(name, self._label("tool outcome", outcome)).inc()
        self._tool_seconds.labels(name).observe(seconds)

    def platform_write(self, platform: str, method: str, outcome: str) -> None:
        """Count a write to a platform (ok, limited, temporary, gone, refused)."""
        self._writes.labels(
            self._label("platform", platform),
            self._label("method", method),
            self._label("write outcome", outcome),
        ).inc()

    def allowance_waited(self, platform: str, method: str, seconds: float) -> None:
        """Note how long a write waited for its slot."""
        self._waits.labels(
            self._label("platform", platform), self._label("method", method)
        ).observe(seconds)

    def feedback_given(self, platform: str, value: int) -> None:
        """Count a thumb: 1 up, -1 down, 0 taken back."""
        word = {1: "up", -1: "down"}.get(value, "withdrawn")
        self._feedback.labels(self._label("platform", platform), word).inc()

    def render(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _label(self, label: str, value: str) -> str:
        known = self._known.setdefault(label, set())
        if value not in known:
            if len(known) >= MOST_VALUES or not _WORD.fullmatch(value):
                return "other"
            known.add(value)
        return value

    def _counter(self, name: str, meaning: str, labels: str) -> Counter:
        return Counter(f"parley_{name}", meaning, labels.split(), registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, labels: str, buckets: tuple[float, ...]
    ) -> Histogram:
        return Histogram(
            f"parley_{name}", meaning, labels.split(), buckets=buckets, registry=self.registry
        )
