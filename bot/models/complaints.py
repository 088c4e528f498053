"""Reads what a model service says when it refuses, in any of the shapes seen in the wild. Pure.

`bot.models.faults` decides what it means; `bot.models.habits` learns from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from bot.models.limits import MAX_MESSAGE

_TITLE = re.compile(r"<(title|h1)[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_SECRETS = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|key)-[A-Za-z0-9*_.-]{6,}"  # keys as providers spell and mask them
    r"|(?<=bearer )\S+|(?<=//)[^/@\s]+(?=@)",  # a header, and credentials inside an address
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:try again|retry)[^.]{0,20}? (?:in|after) ((?:\d+h)?(?:\d+m(?!s))?(?:[\d.]+\s?(?:ms|s))?)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"([\d.]+)\s?(ms|s|m|h)", re.IGNORECASE)
_INNER = ("error", "errors", "detail", "details", "innererror", "inner_error", "response")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a service said: `codes` are all its error codes and types, lower-cased, in one string.

    `status` is 0 inside a stream; `param` names the part of the request that it blames;
    `retry_after` is in seconds, None when it did not say.
    """

    status: int
    message: str
    codes: str = ""
    param: str = ""
    retry_after: float | None = None
    retry: bool | None = None
    """OpenAI's own word (`x-should-retry`) on whether trying again makes sense."""
    is_page: bool = False
    """A web page came instead of an answer."""


def read(
    status: int, body: bytes, headers: Mapping[str, str], *, now: float, secret: str = ""
) -> Complaint:
    """Read the refusal of a whole HTTP response; `now` is in seconds since the epoch."""
    text = body.decode("utf-8", "replace").strip()
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    found = _from_data(status, data, secret)
    is_page = data is None and text.startswith("<")
    message = found.message
    if data is None:
        title = _TITLE.search(text)
        message = _tidy(title.group(2) if title else "" if is_page else text, secret)
    return Complaint(
        status,
        message,
        found.codes,
        found.param,
        _first(_waiting(headers, now), found.retry_after, _said_waiting(message)),
        {"true": True, "false": False}.get(headers.get("x-should-retry", "").lower()),
        is_page,
    )


def in_stream(data: Any, secret: str = "") -> Complaint | None:
    """Return the complaint that an event of a stream is, None when it is none."""
    if not _is_error(data):
        return None
    found = _from_data(0, data, secret)
    return Complaint(
        _status_in(data),
        found.message,
        found.codes,
        found.param,
        _first(found.retry_after, _said_waiting(found.message)),
    )


def hide(text: str, secret: str) -> str:
    """Blot out `secret` and whatever looks like a credential."""
    if secret:
        text = text.replace(secret, "[hidden]")
    return _SECRETS.sub("[hidden]", text)


def _is_error(data: Any) -> bool:
    if isinstance(data, list):
        return bool(data) and _is_error(data[0])
    if not isinstance(data, dict):
        return False
    if data.get("error") or data.get("type") == "response.failed":
        return True
    if "choices" in data or str(data.get("type", "")).startswith("response."):
        return False
    return bool(
        data.get("errors")
        or "error" in (data.get("object"), data.get("type"))
        or ("message" in data and "code" in data)
        or "detail" in data
    )


@dataclass(frozen=True, slots=True)
class _Found:
    message: str
    codes: str
    param: str
    retry_after: float | None


def _from_data(status: int, data: Any, secret: str) -> _Found:
    layers = list(_layers(data))
    messages = [text for layer in layers if (text := _message(layer))]
    codes = [
        str(layer[key])
        for layer in layers
        for key in ("code", "type", "status", "reason")
        if isinstance(layer.get(key), str | int) and not isinstance(layer.get(key), bool)
    ]
    params = [layer["param"] for layer in layers if isinstance(layer.get("param"), str)]
    params += [place for layer in layers if (place := _place(layer))]
    delays = [layer["retryDelay"] for layer in layers if isinstance(layer.get("retryDelay"), str)]
    return _Found(
        _tidy(": ".join(dict.fromkeys(messages)), secret),
        " ".join(codes).lower(),
        params[0] if params else "",
        _span(delays[0]) if delays else None,
    )


def _layers(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects that may say something, from the outside in.

    The word is in the body itself, in `error` (object or string), in Azure's `innererror`, in the
    `metadata.raw` of a gateway, in a list of `details`, or in a validator's list under `detail`.
    """
    if depth > 4:
        return
    if isinstance(data, str) and data.startswith("{"):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return
    if isinstance(data, list):
        for each in data[:5]:
            yield from _layers(each, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in _INNER:
            yield from _layers(data.get(key), depth + 1)
        if isinstance(data.get("metadata"), dict):
            yield from _layers(data["metadata"].get("raw"), depth + 1)


def _message(layer: dict[str, Any]) -> str:
    for key in ("message", "msg", "detail", "error", "error_msg"):
        if isinstance(layer.get(key), str) and layer[key]:
            return str(layer[key])
    return ""


def _place(layer: dict[str, Any]) -> str:
    """Return where a validator found the fault: FastAPI's `loc`, without its first word "body"."""
    place = layer.get("loc")
    if not isinstance(place, list):
        return ""
    return ".".join(str(part) for part in place if part != "body")


def _status_in(data: Any) -> int:
    """Return the HTTP status that an error inside a stream gives as its code, else 0."""
    for layer in _layers(data):
        for key in ("code", "status", "status_code"):
            given = layer.get(key)
            if str(given).isdigit() and 400 <= int(str(given)) < 600:
                return int(str(given))
    return 0


def _tidy(message: str, secret: str) -> str:
    message = hide(" ".join(message.split()), secret)
    return message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…"


def _waiting(headers: Mapping[str, str], now: float) -> float | None:
    """Read Retry-After-Ms, then Retry-After as seconds or as a date (RFC 9110, section 10.2.3)."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    given = headers.get("retry-after", "")
    seconds = _number(given)
    if seconds is not None or not given:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _first(*waits: float | None) -> float | None:
    return next((wait for wait in waits if wait is not None), None)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _said_waiting(message: str) -> float | None:
    found = _AGAIN.search(message)
    return _span(found.group(1)) if found else None


def _span(text: str) -> float | None:
    """Read a span such as "120ms", "34.5s" or "1m30s" as seconds."""
    parts = [(_number(amount), unit.lower()) for amount, unit in _SPAN.findall(text)]
    known = [amount * _UNITS[unit] for amount, unit in parts if amount is not None]
    return sum(known) if known else None
