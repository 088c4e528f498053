"""Reads JSON as models write it: cut off, badly quoted, with comments, trailing or missing commas.

What was not closed is known as such, so that nobody takes half an object for a whole one. Linear
in the text, and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

DEEPEST = 40
"""Levels; nothing that is asked for is nested deeper. What is ends the reading there."""

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*)+", re.DOTALL)
_BARE = re.compile(r"[^,{}\[\]\n\r]*")
_LONGEST_BARE = 2_000
"""Characters of a word or number; what is longer says nothing."""

_BARE_KEY = re.compile(r"[^\s:=,{}\[\]\"']{1,200}")
_NUMBER = re.compile(r"[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,4})?")
_WORDS = {"true": True, "false": False, "null": None, "none": None, "nil": None, "undefined": None}
_NO_NUMBERS = frozenset(
    {"nan", "+nan", "-nan", "infinity", "-infinity", "+infinity", "inf", "-inf"}
)

_CLOSERS = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "„": "“", "«": "»"}
_KEY = r"""(?:"(?:[^"\\]|\\.){0,200}"|'(?:[^'\\]|\\.){0,200}'|“[^”]{0,200}”|[\w$-]{1,200})"""
_CUT_KEY = r"""(?:"(?:[^"\\]|\\.){0,200}\\?|'(?:[^'\\]|\\.){0,200}\\?|[\w$-]{0,200})\Z"""
_REST = r"\s*(?:(?://|\#)[^\n]{0,200}\n\s*)?"
_AFTER_MEMBER = re.compile(
    rf"{_REST}(?:[}}\]]|\Z|,{_REST}(?:[}}\]]|\Z|{_KEY}\s*(?::|\Z)|{_CUT_KEY})|{_KEY}\s*:)",
    re.DOTALL,
)
_AFTER_ITEM = re.compile(
    rf"{_REST}(?:[}}\]]|\Z|,{_REST}(?:[\"'“\[{{}}\]\d-]|(?:true|false|null|None|[tfn]\w{{0,4}}\Z)|\Z))"
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\"}
_ESCAPES |= {'"': '"', "'": "'", "\n": ""}

_Where: TypeAlias = Literal["key", "member", "item"]


class _Cut:
    """Stands for a value that the text ended in."""


_CUT = _Cut()


@dataclass(slots=True)
class Read:
    """What was read: the value, where it ended, and which containers were never closed or hold
    something that could not be read, by their `id`."""

    value: Any
    end: int
    unsure: Mapping[int, object] = field(default_factory=dict)

    def is_sure(self, container: object) -> bool:
        """Tell whether an object or array was read to its end without a doubt."""
        return id(container) not in self.unsure


def read(text: str, at: int = 0) -> Read:
    """Read one object or array that begins at `at`."""
    reader = _Reader(text, at)
    value = reader.value(0)
    return Read(None if value is _CUT else value, reader.at, reader.unsure)


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.unsure: dict[int, object] = {}

    def value(self, depth: int, where: _Where = "item") -> Any:
        """Read any value; `_CUT` where the text ends within it."""
        self._space()
        first = self.text[self.at : self.at + 1]
        if first in ("{", "[") and depth >= DEEPEST:
            self.at = len(self.text)  # nobody means this, and reading it could take for ever
            return _CUT
        if first == "{":
            return self._object(depth + 1)
        if first == "[":
            return self._array(depth + 1)
        if first in _CLOSERS and first:
            return self._string(first, where)
        return self._bare()

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while True:
            self._space(",;")
            mark = self.text[self.at : self.at + 1]
            if mark == "}":
                self.at += 1
                return found
            if mark in ("", "]"):
                self.unsure[id(found)] = found
                return found
            key = self._key()
            if key is None:
                self.unsure[id(found)] = found
                continue
            value = self.value(depth, "member")
            if value is _CUT:
                self.unsure[id(found)] = found
            else:
                found[key] = value

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        while True:
            self._space(",;")
            mark = self.text[self.at : self.at + 1]
            if mark == "]":
                self.at += 1
                return found
            if mark in ("", "}"):
                self.unsure[id(found)] = found
                return found
            before = self.at
            value = self.value(depth)
            if value is _CUT or self.at == before:
                self.unsure[id(found)] = found
                self.at += self.at == before
            else:
                found.append(value)

    def _key(self) -> str | None:
        """Read a key and the colon behind it; None, and a step forward, if there is none."""
        first = self.text[self.at]
        if first in _CLOSERS:
            key = self._string(first, "key")
        elif found := _BARE_KEY.match(self.text, self.at):
            key = found[0]
            self.at = found.end()
        else:
            self.at += 1
            return None
        self._space()
        if key is _CUT or self.text[self.at : self.at + 1] not in (":", "="):
            return None
        self.at += 2 if self.text.startswith("=>", self.at) else 1
        return str(key)

    def _string(self, first: str, where: _Where) -> Any:
        """Read a string. A quote ends it only where something may follow that ends strings: models
        forget to escape the quotes of the code that they cite."""
        if self.text.startswith(first * 3, self.at) and first in "\"'`":
            return self._long_string(first * 3)
        closer = _CLOSERS[first]
        stops = re.compile(rf"[\\{re.escape(closer)}]")
        parts: list[str] = []
        at = self.at + 1
        while found := stops.search(self.text, at):
            parts.append(self.text[at : found.start()])
            at = found.end()
            if found[0] == "\\":
                part, at = self._escape(at)
                parts.append(part)
            elif self._ends(at, where):
                self.at = at
                return "".join(parts)
            else:
                parts.append(closer)
        self.at = len(self.text)
        return _CUT

    def _long_string(self, mark: str) -> Any:
        end = self.text.find(mark, self.at + 3)
        if end < 0 and self.text[self.at + 2 : self.at + 3] == mark[0]:
            # An empty string before a quote that is out of place.
            self.at += 2
            return ""
        start, self.at = self.at + 3, end + 3
        return self.text[start:end]

    def _ends(self, at: int, where: _Where) -> bool:
        if where == "key":
            return True
        after = _AFTER_MEMBER if where == "member" else _AFTER_ITEM
        return after.match(self.text, at) is not None

    def _escape(self, at: int) -> tuple[str, int]:
        """Read what stands behind a backslash; one that means nothing stands for itself."""
        mark = self.text[at : at + 1]
        if mark == "u":
            digits = self.text[at + 1 : at + 5]
            if len(digits) == 4 and all(digit in "0123456789abcdefABCDEF" for digit in digits):
                return self._character(int(digits, 16), at + 5)
            return "\\", at
        if mark in _ESCAPES:
            return _ESCAPES[mark], at + 1
        return "\\", at

    def _character(self, code: int, at: int) -> tuple[str, int]:
        """Join surrogates (RFC 8259, section 7); half a pair is no character."""
        low = re.compile(r"\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE).match(self.text, at)
        if 0xD800 <= code < 0xDC00 and low:
            return chr(0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00), low.end()
        return ("\ufffd" if 0xD800 <= code < 0xE000 else chr(code)), at

    def _bare(self) -> Any:
        """Read a number or word; at the very end of the text it may be the beginning of one."""
        found = _BARE.match(self.text, self.at)
        assert found is not None  # noqa: S101  # it matches nothing, too
        self.at = found.end()
        if self.at >= len(self.text):
            return _CUT
        if len(found[0]) > _LONGEST_BARE:
            return None
        word = found[0].partition("//")[0].strip()
        if word.lower() in _WORDS:
            return _WORDS[word.lower()]
        if word.lower() in _NO_NUMBERS:
            return None
        if _NUMBER.fullmatch(word):
            return _number(word)
        return word

    def _space(self, also: str = "") -> None:
        while True:
            before = self.at
            if found := _SPACE.match(self.text, self.at):
                self.at = found.end()
            while also and self.text[self.at : self.at + 1] in also and self.at < len(self.text):
                self.at += 1
            if self.at == before:
                return


def _number(word: str) -> float | int | None:
    value = float(word)
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
