"""Answers that stand as text within something else: a JSON string, a call's arguments, a message;
or whose quotes are all escaped, or a typographer's. Pure; called by `pieces`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_HOLDERS = frozenset(
    {
        *("arguments", "content", "text", "output", "output_text", "response", "result", "answer"),
        *("input", "parameters", "review", "json", "message", "value", "data", "body"),
    }
)
"""Keys under which services and models put an answer as text."""

_AROUND = frozenset({"choices", "tool_calls", "function", "function_call", "tool_call", "messages"})
"""Keys of what stands around these."""

_DEEPEST = 6
_MOST = 20
"""Texts that are tried."""

_ESCAPED = re.compile(r"[{\[]\s*(?:\\[nrt]\s*)*(?:[{\[]\s*(?:\\[nrt]\s*)*)?\\[\"']")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CURVED = re.compile(r"[{\[,]\s*[“”„‟]")
_CURVES = str.maketrans(dict.fromkeys("“”„‟", '"'))
_MEANT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/"}


def nested(value: Any) -> list[str]:
    """Return the texts in a value that may hold an answer."""
    return [text for text, _ in zip(_texts(value, 0), range(_MOST), strict=False)]


def unescaped(text: str) -> str:
    """Return a text in which the quotes of an object are escaped without them; empty for any
    other."""
    found = _ESCAPED.search(text)
    if found is None:
        return ""
    return _ESCAPE.sub(lambda escape: _MEANT.get(escape[1], escape[0]), text[found.start() :])


def straightened(text: str) -> str:
    """Return a text in which quotes of a typographer stand around keys with plain ones; empty for
    any other."""
    return text.translate(_CURVES) if _CURVED.search(text) else ""


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if "{" in value or "[" in value:
            yield value
    elif depth >= _DEEPEST:
        return
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if str(key).lower() in _HOLDERS | _AROUND:
                yield from _texts(item, depth + 1)
