"""Reads the little of YAML that models answer in when they were asked for JSON. Pure.

A list of items with plain, quoted or block texts, below a key or by itself; nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_TOP = re.compile(r"(?P<key>[A-Za-z_][\w -]{0,40}?)\s*:(?:\s+(?P<value>.*))?")
_FIELD = re.compile(r"(?P<key>[A-Za-z_][\w -]{0,40}?)\s*:(?:\s+(?P<value>.*))?")
_ITEM = re.compile(r"(?P<indent>\s*)-\s+(?P<rest>\S.*)")
_BLOCK = re.compile(r"[|>][+-]?\d?\s*")


def read(text: str, *, ended: bool) -> dict[str, Any] | None:
    """Read an answer as lists and fields by their keys; None if it is none.

    Nothing closes a list in YAML: if the answer did not end by itself, its last item is left out.
    """
    fences = [i for i, line in enumerate(text.split("\n")) if _FENCE.match(line)]
    lines = text.expandtabs(4).split("\n")
    if fences:
        ended = ended or len(fences) > 1
        lines = lines[fences[0] + 1 : fences[1] if len(fences) > 1 else None]
    found: dict[str, Any] = {}
    at = 0
    while at < len(lines):
        if _ITEM.fullmatch(lines[at]):
            items, at = _items(lines, at)
            found.setdefault("findings", items)
            continue
        top = _TOP.fullmatch(lines[at])
        at += 1
        if top is None:
            continue
        key = top["key"].lower()
        if not top["value"] and at < len(lines) and _ITEM.fullmatch(lines[at]):
            found[key], at = _items(lines, at)
        else:
            found[key], at = _value(lines, at, top["value"] or "", 0)
    last = found.get("findings") or found.get("issues")
    if not isinstance(last, list) or not any(isinstance(item, dict) for item in last):
        return None
    if not ended:
        last.pop()
    return found


def _items(lines: Sequence[str], at: int) -> tuple[list[Any], int]:
    """Read a list whose first item stands at `at`."""
    first = _ITEM.fullmatch(lines[at])
    indent = len(first["indent"]) if first else 0
    items: list[Any] = []
    while at < len(lines):
        found = _ITEM.fullmatch(lines[at])
        if found is None or len(found["indent"]) != indent:
            break
        if _FIELD.fullmatch(found["rest"]):
            item, at = _fields(lines, at, indent)
            items.append(item)
        else:
            items.append(_plain(found["rest"]))
            at += 1
        while at < len(lines) and not lines[at].strip():
            at += 1
    return items, at


def _fields(lines: Sequence[str], at: int, indent: int) -> tuple[dict[str, Any], int]:
    """Read an item's fields; the first one stands behind its dash."""
    item: dict[str, Any] = {}
    line = lines[at].replace("-", " ", 1)
    inner = len(line) - len(line.lstrip())
    while True:
        field = _FIELD.fullmatch(line.strip())
        at += 1
        if field is not None:
            item[field["key"]], at = _value(lines, at, field["value"] or "", inner)
        while at < len(lines) and not lines[at].strip():
            at += 1
        if at >= len(lines) or _indent(lines[at]) <= indent or _indent(lines[at]) < inner:
            return item, at
        line = lines[at]


def _value(lines: Sequence[str], at: int, value: str, indent: int) -> tuple[Any, int]:
    """Read what stands behind a key, and the deeper lines below it that belong to it."""
    below: list[str] = []
    while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > indent):
        below.append(lines[at])
        at += 1
    if not _BLOCK.fullmatch(value):
        return _plain(" ".join([value, *(line.strip() for line in below)])), at
    margin = min((_indent(line) for line in below if line.strip()), default=0)
    return "\n".join(line[margin:] for line in below).rstrip("\n"), at


def _plain(text: str) -> Any:
    """Read a text that may be quoted, or a number."""
    text = text.strip()
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        inner = text[1:-1]
        return inner.replace("''", "'") if text[0] == "'" else inner.replace('\\"', '"')
    if re.fullmatch(r"\d{1,9}", text):
        return int(text)
    return float(text) if re.fullmatch(r"\d{1,9}\.\d{1,9}", text) else text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
