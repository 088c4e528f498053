"""What a browser sends, read within bounds, and how it is refused.

Everything here comes from a stranger: sizes are bounded before anything is parsed.
"""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import web

LARGEST_JSON = 400_000
"""Bytes of a JSON body: the longest message in its widest spelling, and some."""

LONGEST_TEXT = 40_000
"""Characters of one message; more belongs into a file."""

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Refused(Exception):
    """The request cannot be served; `key` names the sentence that says why."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


async def read_body(
    request: web.Request, limit: int, key: str = "malformed", **values: object
) -> bytes:
    """Return the body of at most `limit` bytes; raises `Refused` (413) with the sentence `key`."""
    if (request.content_length or 0) > limit:
        raise Refused(413, key, **values)
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise Refused(413, key, **values)
    return bytes(body)


async def read_json(request: web.Request) -> dict[str, Any]:
    """Return the JSON object that was sent; raises `Refused`."""
    # Another site's form cannot send this type without asking first, which is never granted.
    if request.content_type != "application/json":
        raise Refused(415, "malformed")
    try:
        payload = json.loads(await read_body(request, LARGEST_JSON))
    except (ValueError, RecursionError) as error:
        raise Refused(400, "malformed") from error
    if not isinstance(payload, dict):
        raise Refused(400, "malformed")
    return payload


def string(payload: dict[str, Any], name: str, pattern: str) -> str:
    """Return the text field `name`, which must match all of `pattern`; raises `Refused`."""
    value = payload.get(name, "")
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise Refused(400, "malformed")
    return value


def message_text(payload: dict[str, Any]) -> str:
    """Return what a person wrote, without what no eye can see; raises `Refused`."""
    value = payload.get("text", "")
    if not isinstance(value, str):
        raise Refused(400, "malformed")
    text = clean(value).strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(413, "too_long", length=f"{len(text):,}", most=f"{LONGEST_TEXT:,}")
    return text


def clean(text: str) -> str:
    """Drop control characters and replace half characters, which no wire can carry."""
    return _UNSEEN.sub(_replacement, text.replace("\r\n", "\n"))


def _replacement(match: re.Match[str]) -> str:
    return "\ufffd" if match.group() >= "\ud800" else ""
