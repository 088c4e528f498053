"""A model whose answers can be judged: each repeats the tokens of what it was asked, and ends."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.model import ModelRequest, Reply, says

TOKEN = re.compile(r"msg-\d{5}")
END = "(end)"


def token(number: int) -> str:
    return f"msg-{number:05d}"


def asked(request: ModelRequest) -> list[str]:
    """Return the tokens of what waits for this answer: everything since the last answer."""
    found: list[str] = []
    for message in request.messages:
        if message.get("role") == "assistant" and not message.get("tool_calls"):
            found = []
        elif message.get("role") == "user":
            found += TOKEN.findall(_text(message.get("content")))
    return list(dict.fromkeys(found))


def answers(request: ModelRequest, pause: float = 0.0) -> Reply:
    """Answer in several pieces, so that there is something to be interrupted."""
    pieces: list[str | float] = ["Heard "]
    for one in asked(request):
        pieces += [f"{one} ", pause]
    return says(*pieces, END)


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content)
    return str(content or "")
