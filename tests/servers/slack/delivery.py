"""Delivery of events: at least once, retried on Slack's schedule (docs.slack.dev/apis/events-api).

An event that is not acknowledged in three seconds, or finds no socket, is sent again at once,
after one minute and after five, with the same `event_id` in a new envelope.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.servers.clock import Clock

from . import limits
from .sockets import Settle

NO_RETRY = "no_retry"  # a failure after which Slack does not try again


class Door(Protocol):
    """A way into an app: its sockets, or its request URL."""

    def ready(self) -> Sequence[object]:
        """Return what an event could be handed to; empty when nobody is there."""

    def offer(self, kind: str, payload: dict[str, Any], settle: Settle, **envelope: Any) -> bool:
        """Hand over one payload; False when nobody is there, else `settle` is called once."""


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
    """Sends the events of one app through its door."""

    def __init__(self, door: Door, clock: Clock, changed: Callable[[], None]) -> None:
        self.door = door
        self.clock = clock
        self.changed = changed
        self.schedule: tuple[float, ...] = limits.REDELIVERY
        self.sent: deque[Delivery] = deque(maxlen=50_000)

    def send(self, payload: dict[str, Any], delay: float = 0.0) -> Delivery:
        """Start the delivery of an event payload; returns at once."""
        delivery = Delivery(payload["event_id"], payload)
        self.sent.append(delivery)
        self._after(delay, delivery, 0)
        return delivery

    def again(self, delivery: Delivery) -> None:
        """Send an event once more although it was acknowledged, as Slack sometimes does."""
        self._try(delivery, max(1, len(delivery.attempts)), "timeout")

    def _after(self, seconds: float, delivery: Delivery, attempt: int, reason: str = "") -> None:
        if seconds <= 0:
            self._try(delivery, attempt, reason)
        else:
            self.clock.call_later(seconds, lambda: self._try(delivery, attempt, reason))

    def _try(self, delivery: Delivery, attempt: int, reason: str) -> None:
        delivery.attempts.append(self.clock.now())

        def settle(failure: str, answer: dict[str, Any] | None) -> None:
            if not failure:
                delivery.acked_at = self.clock.now()
            elif not delivery.acked:
                self._retry(delivery, attempt, failure)

        offered = self.door.offer(
            "events_api",
            delivery.payload,
            settle,
            accepts_response_payload=False,
            retry_attempt=attempt,
            retry_reason=reason,
        )
        if not offered:
            self._retry(delivery, attempt, "timeout")

    def _retry(self, delivery: Delivery, attempt: int, failure: str) -> None:
        if attempt >= len(self.schedule) or failure == NO_RETRY:
            delivery.given_up = True
            self.changed()
            return
        # Without a socket the first retry would spin in the same instant: Slack, too, waits for
        # its own connection attempt to fail before it tries again.
        wait = self.schedule[attempt] if self.door.ready() else max(1.0, self.schedule[attempt])
        self._after(wait, delivery, attempt + 1, failure)

    @property
    def unsettled(self) -> list[Delivery]:
        """Return what was neither acknowledged nor given up."""
        return [d for d in self.sent if not d.acked and not d.given_up]
