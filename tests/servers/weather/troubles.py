"""What can go wrong with Open-Meteo, by name; tests put these into `WeatherServer.script`.

The reasons are the service's own words. It never sends Retry-After.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

Path = Literal["forecast", "search"]
Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One misbehaviour: a ready answer, a changed answer, a broken connection, or silence.

    `path` limits it to one of the two endpoints. `delay` passes before it, and alone is a slow but
    honest answer. `keep` is the part of an honest body that is sent before the connection ends.
    """

    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    change: Change | None = None
    keep: float | None = None
    resets: bool = False
    hangs: bool = False
    delay: float = 0.0
    path: Path | None = None

    def on(self, path: Path) -> Trouble:
        """Return the trouble for one endpoint only."""
        return replace(self, path=path)


def refuses(status: int, reason: str) -> Trouble:
    """Return an error with the service's body."""
    return Trouble(status, error_body(reason))


def error_body(reason: str) -> bytes:
    """Return the service's error body."""
    return json.dumps({"reason": reason, "error": True}, ensure_ascii=False).encode()


def limited(span: Literal["Minutely", "Hourly", "Daily"] = "Minutely") -> Trouble:
    """Return the 429 of one of the three limits."""
    again = {"Minutely": "in one minute", "Hourly": "in the next hour", "Daily": "tomorrow"}[span]
    return refuses(429, f"{span} API request limit exceeded. Please try again {again}.")


def overloaded() -> Trouble:
    """Return the 503 of a busy service."""
    return refuses(503, "The service is overloaded. Please try again later.")


def crowded() -> Trouble:
    """Return the 429 that the seventh request at a time gets."""
    return refuses(429, "Too many concurrent requests")


def html(status: int = 502) -> Trouble:
    """Return a proxy's page instead of JSON."""
    page = f"<html><head><title>{status}</title></head><body><h1>Error {status}</h1></body></html>"
    return Trouble(status, page.encode(), "text/html")


def hangs() -> Trouble:
    """Return silence."""
    return Trouble(hangs=True)


def resets() -> Trouble:
    """Return a TCP reset instead of an answer.

    As `WeatherServer.trouble`, or twice: aiohttp's client repeats a GET once by itself after one.
    """
    return Trouble(resets=True)


def truncated(keep: float = 0.5) -> Trouble:
    """Return JSON that stops after a part of it, in a response that ends well."""
    return Trouble(keep=keep)


def slow(seconds: float) -> Trouble:
    """Return an honest answer, late."""
    return Trouble(delay=seconds)


def not_json() -> Trouble:
    """Return 200 with something that is no JSON."""
    return Trouble(200, b"service maintenance", "text/plain")


def empty() -> Trouble:
    """Return 200 without a body."""
    return Trouble(200, b"")


def missing(*keys: str) -> Trouble:
    """Return an honest answer without these top-level keys."""
    return Trouble(change=lambda answer: {k: v for k, v in answer.items() if k not in keys})


def replaced(**values: object) -> Trouble:
    """Return an honest answer with these top-level values in place of its own."""
    return Trouble(change=lambda answer: {**answer, **values})


def wrong_types() -> Trouble:
    """Return an answer of the right keys with values of the wrong types."""
    return Trouble(change=lambda answer: {key: _wrong(value) for key, value in answer.items()})


def nulls() -> Trouble:
    """Return an answer whose weather is all null, as the service does where it has no data."""
    return Trouble(change=_without_values)


def _wrong(value: object) -> object:
    if isinstance(value, dict):
        return {key: _wrong(each) for key, each in value.items()}
    if isinstance(value, list):
        return "not a list"
    return [value] if isinstance(value, str) else "not a number"


def _without_values(answer: dict[str, Any]) -> dict[str, Any]:
    emptied = dict(answer)
    for group in ("current", "hourly", "daily"):
        if group in answer:
            emptied[group] = {
                key: value if key in ("time", "interval") else _null(value)
                for key, value in answer[group].items()
            }
    return emptied


def _null(value: object) -> object:
    return [None] * len(value) if isinstance(value, list) else None
