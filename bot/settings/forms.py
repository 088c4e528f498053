"""The forms that values of settings may take: text in, checked value out, or a ValueError that says
what is wrong with it.

Pure, except that INSTRUCTIONS may name a file. Only the model and the faults use it; messages here
never quote a value, because it may be a secret.
"""

from __future__ import annotations

import base64
import binascii
import math
import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

INSTRUCTIONS_LIMIT = 32_768
"""Bytes of instructions: about 8,000 tokens, which every turn pays for."""

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d{1,9})\s*([smhdw]?)")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_SLACK_TOKENS = {
    "xoxb-": "a bot token",
    "xoxe.xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user token",
    "xoxe-": "a refresh token",
    "xoxa-": "a legacy workspace token",
}

_T = TypeVar("_T", int, float)


def plain(value: object) -> str:
    """Return the text of a value, a masked one included, without space around it."""
    get = getattr(value, "get_secret_value", None)
    return str(get() if get else value).strip()


def whole_number(low: int, high: int | None = None) -> Callable[[object], int]:
    """Make a reader of whole numbers from `low` to `high`."""

    def read(value: object) -> int:
        text = str(value)
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise ValueError("it is not a whole number")
        return _in_range(int(text), low, high)

    return read


def number(low: float, high: float | None = None) -> Callable[[object], float]:
    """Make a reader of decimal numbers from `low` to `high`."""

    def read(value: object) -> float:
        try:
            parsed = float(str(value))
        except ValueError:
            raise ValueError("it is not a number") from None
        if not math.isfinite(parsed):
            raise ValueError("it is not a finite number")
        return _in_range(parsed, low, high)

    return read


def _in_range(value: _T, low: float, high: float | None) -> _T:
    if value < low:
        raise ValueError(f"it is below {low:g}")
    if high is not None and value > high:
        raise ValueError(f"it is above {high:g}")
    return value


def duration(value: object) -> int:
    """Read `3600`, `90m`, `12h`, `30d` or `2w` as seconds, from a minute to ten years."""
    match = _DURATION.fullmatch(str(value).strip().lower())
    if match is None:
        raise ValueError("it is not a duration")
    return _in_range(int(match[1]) * _SECONDS[match[2]], 60, 3650 * 86_400)


def switch(value: object) -> bool:
    """Read 1/0, true/false, yes/no, on/off."""
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in _TRUE | _FALSE:
        raise ValueError("it is neither yes nor no")
    return word in _TRUE


def switch_or_auto(value: object) -> str:
    """Read a switch or `auto`; returns `on`, `off` or `auto`."""
    if str(value).lower() == "auto":
        return "auto"
    return "on" if switch(value) else "off"


def one_of(*words: str) -> Callable[[object], str]:
    """Make a reader of one of `words`, in any case."""
    known = {word.lower(): word for word in words}

    def read(value: object) -> str:
        word = known.get(str(value).lower())
        if word is None:
            raise ValueError("that is not one of the known values")
        return word

    return read


def words(value: object) -> tuple[str, ...]:
    """Read a list that commas separate; a leading `#` of a channel's name is dropped."""
    items: Iterable[object] = value.split(",") if isinstance(value, str) else _several(value)
    cleaned = (str(item).strip().removeprefix("#") for item in items)
    return tuple(item for item in cleaned if item)


def numbers(value: object) -> tuple[int, ...]:
    """Read a list of whole numbers that commas separate."""
    read = whole_number(0, 1_000_000)
    return tuple(read(word) for word in words(value))


def _several(value: object) -> Iterable[object]:
    if isinstance(value, tuple | list):
        return value
    raise ValueError("it is not a list")


def secret(value: object) -> str:
    """Read a key or token: it travels in an HTTP header, so visible ASCII without spaces."""
    text = plain(value)
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("it holds a space, a line break or a character outside ASCII")
    return _unquoted(text)


def password(value: object) -> str:
    """Read a password that people type: any language's letters, and spaces within."""
    text = plain(value)
    if any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in text):
        raise ValueError("it holds a line break or another control character")
    return _unquoted(text)


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] in "\"'" and text[-1] == text[0]:
        raise ValueError("it stands in quotation marks")
    return text


def discord_token(value: object) -> str:
    """Read a Discord bot token, without the word `Bot` that the header puts before it."""
    if re.match(r"(bot|bearer) ", plain(value), re.IGNORECASE):
        raise ValueError("it begins with the header's word; leave that out")
    return secret(value)


def slack_token(*prefixes: str) -> Callable[[object], str]:
    """Make a reader of Slack tokens of one kind (docs.slack.dev/authentication/tokens)."""

    def read(value: object) -> str:
        text = secret(value)
        if text.startswith(prefixes):
            return text
        for prefix, kind in _SLACK_TOKENS.items():
            if text.startswith(prefix):
                raise ValueError(f"it begins with {prefix}, so it is {kind}")
        raise ValueError("it is no Slack token of that kind")

    return read


def name(value: object) -> str:
    """Read a name: one line."""
    text = plain(value)
    if not text.isprintable():
        raise ValueError("it holds a line break or another control character")
    return text


def signing_secret(value: object) -> str:
    """Read Slack's signing secret, which no token is."""
    text = secret(value)
    for prefix, kind in _SLACK_TOKENS.items():
        if text.startswith(prefix):
            raise ValueError(f"it begins with {prefix}, so it is {kind}")
    return text


def encryption_keys(value: object) -> str:
    """Check that each key holds 32 bytes, in base64 (either alphabet) or 64 hex digits."""
    text = secret(re.sub(r"\s*,\s*", ",", plain(value)))
    key_bytes(text)
    return text


def key_bytes(text: str) -> tuple[bytes, ...]:
    """Read keys that commas separate."""
    return tuple(_key(one) for one in text.split(","))


def _key(text: str) -> bytes:
    try:
        if re.fullmatch(r"[0-9a-fA-F]{64}", text):
            return bytes.fromhex(text)
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("it is neither base64 nor 64 hex digits") from None
    if len(raw) != 32:
        raise ValueError(f"it holds {len(raw)} bytes and not 32")
    return raw


def folder(value: object) -> Path:
    """Read a folder's path; `~` is the home folder. It need not exist yet."""
    path = Path(os.path.expanduser(plain(value))).absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("there is a file of that name, and no folder")
    return path


def instructions(value: object) -> str:
    """Read instructions: the text itself, or what the named file holds (UTF-8)."""
    text = plain(value)
    path = _named_file(text)
    if path is None:
        return _bounded(text)
    try:
        with path.open("rb") as file:
            content = file.read(INSTRUCTIONS_LIMIT + 1)
        return _bounded(content.decode("utf-8-sig").strip())
    except UnicodeDecodeError:
        raise ValueError("the file is not UTF-8 text") from None
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise ValueError(f"the file cannot be read: {reason}") from None


def _bounded(text: str) -> str:
    if len(text.encode(errors="replace")) > INSTRUCTIONS_LIMIT:
        raise ValueError(f"it is longer than {INSTRUCTIONS_LIMIT:,} bytes")
    return text


def _named_file(text: str) -> Path | None:
    """Return the path that `text` is, existing or not; None when it reads as instructions."""
    if "\n" in text or len(text) > 1000:
        return None
    path = Path(os.path.expanduser(text))
    if path.is_file():
        return path
    rooted = re.match(r"(~|\.{1,2})?/", text) is not None
    suffixed = re.search(r"\.(md|markdown|txt)$", text) is not None
    spaced = re.search(r"\s", text) is not None
    return path if (rooted and (suffixed or not spaced)) or (suffixed and not spaced) else None
