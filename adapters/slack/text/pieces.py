"""What Slack's text and its rich text share: mentions, links, dates.

Pure; called by reading, richtext and beneath.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

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
