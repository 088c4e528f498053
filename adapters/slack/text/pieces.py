"""What Slack's text and its rich text share: mentions, links, dates, and safe ways into payloads of
strangers. Pure; called by reading, richtext and beneath.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Names: TypeAlias = Callable[[str, str], str | None]
"""The shown name of a ("user" | "channel" | "usergroup", id), or None when it is not known."""


def mention(kind: str, id: str, label: str, names: Names) -> str:
    """Return a mention as people see it."""
    sign = "#" if kind == "channel" else "@"
    return sign + (label or names(kind, id) or id).removeprefix(sign)


def link(target: str, label: str) -> str:
    """Return a link as Markdown; only its address when the label says nothing else."""
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (target, bare) or target.split("://", 1)[-1].rstrip("/") == label:
        return bare
    label = label.replace("[", "\\[").replace("]", "\\]")
    return f"[{label}]({target})"


def moment(seconds: object) -> str:
    """Return a time (seconds since the epoch) for a reader whose zone nobody knows."""
    try:
        when = dt.datetime.fromtimestamp(int(str(seconds)), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return str(seconds or "")
    return f"{when:%Y-%m-%d %H:%M} UTC"


def string(value: Mapping[str, Any], key: str) -> str:
    """Return a field if it is text, else nothing."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def number(value: Mapping[str, Any], key: str) -> int:
    """Return a field if it is a positive number, else 0."""
    found = value.get(key)
    return found if isinstance(found, int) and found > 0 else 0


def items(value: Mapping[str, Any], key: str) -> Sequence[Any]:
    """Return a field if it is a list, else an empty one."""
    found = value.get(key)
    return found if isinstance(found, list | tuple) else ()


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object if it is one, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def sound(text: str) -> str:
    """Replace halves of characters, which no network or store can carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
