"""Delivery of events: at least once, retried on Slack's schedule (docs.slack.dev/apis/events-api).

An event that is not acknowledged in three seconds, or finds no socket, is sent again at once,
after one minute and after five, with the same `event_id` in a new envelope.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import limits
from .clock import Clock
from .sockets import Hub


@dataclass(eq=False)
class Delivery:
    """One event on its way to one app, with everything that was tried."""

    event_id: str
    payload: dict[str, Any]
    attempts: list[float] = field(default_factory=list)
    acked_at: float | None = None
    given_up: bool = False

    @property
    def event(self) -> dict[str, Any]:
        return self.payload["event"]  # type: ignore[no-any-return]

    @property
    def acked(self) -> bool:
        return self.acked_at is not None


class Postman:
    """Sends the events of one app through its hub."""

    def __init__(self, hub: Hub, clock: Clock, changed: Callable[[], None]) -> None:
        self.hub = hub
        self.clock = clock
        self.changed = changed
        self.schedule: tuple[float, ...] = limits.REDELIVERY
        self.sent: deque[Delivery] = deque(maxlen=50_000)
        self.by_id: dict[str, Delivery] = {}

    def send(self, payload: dict[str, Any], delay: float = 0.0) -> Delivery:
        """Start the delivery of an event payload; returns at once."""
        delivery = Delivery(payload["event_id"], payload)
        if len(self.sent) == self.sent.maxlen:
            self.by_id.pop(self.sent[0].event_id, None)
        self.sent.append(delivery)
        self.by_id[delivery.event_id] = delivery
        self._after(delay, delivery, 0)
        return delivery

    def again(self, delivery: Delivery) -> None:
        """Send an event once more although it was acknowledged, as Slack sometimes does."""
        self._try(delivery, max(1, len(delivery.attempts)))

    def _after(self, seconds: float, delivery: Delivery, attempt: int) -> None:
        if seconds <= 0:
            self._try(delivery, attempt)
        else:
            self.clock.call_later(seconds, lambda: self._try(delivery, attempt))

    def _try(self, delivery: Delivery, attempt: int) -> None:
        delivery.attempts.append(self.clock.now())

        def settle(acked: bool, answer: dict[str, Any] | None) -> None:
            if acked:
                delivery.acked_at = self.clock.now()
            elif not delivery.acked:
                self._retry(delivery, attempt)

        offered = self.hub.offer(
            "events_api",
            delivery.payload,
            settle,
            accepts_response_payload=False,
            retry_attempt=attempt,
            retry_reason="timeout" if attempt else "",
        )
        if not offered:
            self._retry(delivery, attempt)

    def _retry(self, delivery: Delivery, attempt: int) -> None:
        if attempt >= len(self.schedule):
            delivery.given_up = True
            self.changed()
            return
        # Without a socket the first retry would spin in the same instant: Slack, too, waits for
        # its own connection attempt to fail before it tries again.
        wait = self.schedule[attempt] if self.hub.ready() else max(1.0, self.schedule[attempt])
        self._after(wait, delivery, attempt + 1)

    @property
    def unsettled(self) -> list[Delivery]:
        """Return what was neither acknowledged nor given up."""
        return [d for d in self.sent if not d.acked and not d.given_up]
