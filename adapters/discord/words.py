"""What people write in Discord as everybody reads it: mentions, emoji, times and commands by name.

Pure; takes any text and never raises. Called by inbound and carried. Discord's own text is Markdown
otherwise, and stays as it is. Source: https://discord.com/developers/docs/reference#message-formatting.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

Names: TypeAlias = Callable[[str, str], str]
"""The shown name of a ("user" | "role" | "channel", id), empty when it is not known."""

_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]+`", re.DOTALL)
_TOKEN = re.compile(
    r"<(?:(?P<user>@!?)(?P<user_id>\d{1,20})"
    r"|@&(?P<role>\d{1,20})"
    r"|#(?P<channel>\d{1,20})"
    r"|a?:(?P<emoji>\w{1,64}):\d{1,20}"
    r"|t:(?P<time>-?\d{1,16})(?P<style>:[a-zA-Z])?"
    r"|/(?P<command>[^<>:\n]{1,110}):\d{1,20}"
    r"|id:(?P<place>customize|browse|guide|linked-roles)(?::\d{1,20})?)>"
)
_STYLES = {"t": "%H:%M", "T": "%H:%M:%S", "d": "%Y-%m-%d", "D": "%Y-%m-%d"}
_PLACES = {
    "customize": "#Channels & Roles",
    "browse": "#Browse Channels",
    "guide": "#Server Guide",
    "linked-roles": "#Linked Roles",
}


def readable(text: str, names: Names) -> tuple[str, tuple[str, ...]]:
    """Return `text` as people see it, and the ids that stand in it as `@id` or `#id` because their
    names are not known. What stands in code stays as it was written."""
    unnamed: dict[str, None] = {}

    def spell(kind: str, id: str, sign: str) -> str:
        name = names(kind, id)
        if not name:
            unnamed[id] = None
        return sign + (name or id).removeprefix(sign)

    pieces: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        pieces += (_prose(text[at : code.start()], spell), code[0])
        at = code.end()
    pieces.append(_prose(text[at:], spell))
    return "".join(pieces), tuple(unnamed)


def _prose(text: str, spell: Callable[[str, str, str], str]) -> str:
    return _TOKEN.sub(lambda found: _token(found.groupdict(), spell), text) if "<" in text else text


def _token(found: Mapping[str, str | None], spell: Callable[[str, str, str], str]) -> str:
    if found["user_id"]:
        return spell("user", found["user_id"], "@")
    if found["role"]:
        return spell("role", found["role"], "@")
    if found["channel"]:
        return spell("channel", found["channel"], "#")
    if found["emoji"]:
        return f":{found['emoji']}:"
    if found["time"]:
        return _when(found["time"], (found["style"] or "").lstrip(":"))
    if found["command"]:
        return f"/{found['command']}"
    return _PLACES[found["place"] or "customize"]


def _when(seconds: str, style: str) -> str:
    """Return a time for a reader whose zone nobody knows."""
    try:
        when = dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return seconds
    return f"{when.strftime(_STYLES.get(style, '%Y-%m-%d %H:%M'))} UTC"
