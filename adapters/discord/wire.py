"""How a call of Discord's API is spelled, and how its answer is read. Pure; called by `client`.

Source: https://docs.discord.com/developers/reference.
"""

from __future__ import annotations

import hashlib
import json as codec
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from adapters.discord.limits import ROUTES


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


def token_place(token: str) -> str:
    """Name the allowances of one interaction; its token itself is a secret."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def place_of(where: Mapping[str, str]) -> str:
    """Name the place whose window a call counts in."""
    return token_place(where["token"]) if "token" in where else where.get("channel_id", "")


def spelled(method: str, where: Mapping[str, str]) -> tuple[str, str]:
    """Return the verb and the path of a method, filled in by `where`."""
    verb, path = ROUTES[method]
    return verb, path.format_map({name: quote(part, safe="@") for name, part in where.items()})


def body(json: Any, files: Sequence[Upload]) -> dict[str, Any]:
    """Return a request's body as aiohttp takes it: JSON, with files as a form beside it."""
    if not files:
        return {} if json is None else {"json": json}
    form = aiohttp.FormData(quote_fields=False)  # Discord takes no escaped brackets
    form.add_field("payload_json", codec.dumps(json or {}), content_type="application/json")
    for index, file in enumerate(files):
        form.add_field(
            f"files[{index}]",
            file.content,
            filename=file.name,
            content_type=file.media_type or "application/octet-stream",
        )
    return {"data": form}


def parsed(raw: bytes) -> Any:
    """Read an answer; None where it is empty or no JSON."""
    try:
        return codec.loads(raw) if raw else None
    except ValueError:
        return None
