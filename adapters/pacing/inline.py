"""Markdown inside a line: tokens, open emphasis, and what is still unfinished at the end.

`tokens` is shared by the pager (where not to cut, what to close) and by renderers. Emphasis is
read as people mean it, not by the letter of CommonMark: `**注意：**内容` is bold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A held-back token may grow this long before it is shown unfinished, so that a stray bracket
# never stalls a stream for long.
_HELD = 400
_PEELS = 12  # unfinished tokens nested or side by side at the end; more are shown as they are

_TOKEN = re.compile(
    r"""
      (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<ticks>`++)
    | (?P<link>!?\[(?P<label>(?:[^\[\]\\\n]|\\.|!?\[(?:[^\[\]\\\n]|\\.){0,300}\]
            (?:\([^()\s]{0,2000}\))?){0,1000}+)\]
        \([ ]*+(?P<target>(?:[^()\s\\<>]|\\.|\((?:[^()\s\\]|\\.){0,500}\)){0,4000}+
            |<[^<>\n]{0,4000}>)
        (?:[ ]++(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'))?[ ]*+\))
    | (?P<angle><[^<>\s][^<>\n]{0,2000}>)
    | (?P<url>https?://[^\s<>`"|\\\u3000-\u303f\uff00-\uffef]{1,4000}+)
    | (?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)
    | (?P<marks>\*++|_++|~~++)
    """,
    re.VERBOSE,
)
_OPENING = {")": "(", "]": "["}
_URL_END = "*_~.,;:!?'\""

_TICKS = re.compile(r"`++")
_UNFINISHED = (
    # A label, and its target when that has begun.
    re.compile(
        r"!?\[(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]{0,120}\]){0,120}+"
        r"(?:\](?:\([^()\n]*+(?:\([^()\n]*+\)?+[^()\n]*+)?+)?+)?+\Z"
    ),
    re.compile(r"<(?:[^<>\s][^<>\n]{0,200})?\Z"),
    re.compile(r"&[#A-Za-z0-9]{0,32}\Z"),
    re.compile(r"(?<![^\W_])h(?:t(?:t(?:p(?:s?(?::(?:/(?:/\S*)?)?)?)?)?)?)?\Z"),
    re.compile(r"(?:\*++|_++|~++|`++|\\)\Z"),
    # A joiner: the rest of the character is on its way.
    re.compile(r"\S[\ufe0e\ufe0f]?\u200d\Z"),
)
_BARE_MARKER = re.compile(r"[ \t]*+(?:[-+*_=~`#>|:]++[ \t]*+)*+(?:\d{1,9}[.)]?[ \t]*+)?\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of inline syntax; `match` has the groups of a link, or None for a code span."""

    kind: str  # escape, code, link, angle, url, entity, marks, ticks (a run without its partner)
    start: int
    end: int
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is open at the end of a text, and the spans that should stay whole."""

    open: tuple[str, ...]
    whole: tuple[tuple[int, int], ...]


def tokens(text: str) -> Iterator[Token]:
    """Yield the inline tokens of a paragraph from left to right; what lies between is text."""
    at, lonely = 0, set[int]()
    while found := _TOKEN.search(text, at):
        kind, start, end = found.lastgroup or "", found.start(), found.end()
        if kind == "ticks":
            closing = None if end - start in lonely else _partner(text, end, end - start)
            if closing is None:
                lonely.add(end - start)
            else:
                kind, end = "code", closing
        elif kind in ("label", "target"):
            kind = "link"
        elif kind == "url":
            end = start + len(trim_url(found[0]))
        yield Token(kind, start, end, found)
        at = end


def trim_url(url: str) -> str:
    """Cut what follows a bare address in prose: punctuation, closing brackets, emphasis."""
    surplus = {close: url.count(close) - url.count(_OPENING[close]) for close in _OPENING}
    end = len(url)
    while end and (url[end - 1] in _URL_END or surplus.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in surplus:
            surplus[url[end]] -= 1
    return url[:end]


def read(text: str, opened: tuple[str, ...] = ()) -> Reading:
    """Read a paragraph that starts inside the `opened` marks."""
    stack = list(opened)
    whole: list[tuple[int, int]] = []
    at = 0
    if stack and stack[-1][0] == "`":
        closing = _partner(text, 0, len(stack[-1]))
        if closing is None:
            return Reading(tuple(stack), ((0, len(text)),))
        stack.pop()
        at = closing
    for token in tokens(text[at:] if at else text):
        start, end = token.start + at, token.end + at
        if token.kind == "marks":
            _balance(stack, text, start, end)
        elif token.kind == "ticks":
            stack.append(text[start:end])
            whole.append((start, len(text)))
            return Reading(tuple(stack), tuple(whole))
        if end - start > 1:
            whole.append((start, end))
    return Reading(tuple(stack), tuple(whole))


def _partner(text: str, at: int, length: int) -> int | None:
    """Return the end of the next run of exactly `length` backticks."""
    for found in _TICKS.finditer(text, at):
        if found.end() - found.start() == length:
            return found.end()
    return None


def can_open(text: str, start: int, end: int) -> bool:
    """Tell whether the run of marks `text[start:end]` may start emphasis."""
    if end >= len(text) or text[end].isspace():
        return False
    return text[start] != "_" or not (start and _is_word(text[start - 1]))


def can_close(text: str, start: int, end: int) -> bool:
    """Tell whether the run of marks `text[start:end]` may end emphasis."""
    if start == 0 or text[start - 1].isspace():
        return False
    return text[start] != "_" or not (end < len(text) and _is_word(text[end]))


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _balance(stack: list[str], text: str, start: int, end: int) -> None:
    """Close what the run `text[start:end]` closes, and open what is left of it."""
    char, count = text[start], end - start
    if can_close(text, start, end):
        while count and any(mark[0] == char for mark in stack):
            while stack[-1][0] != char:
                stack.pop()
            used = min(count, len(stack[-1]))
            rest = stack.pop()[used:]
            count -= used
            if rest:
                stack.append(rest)
    mark = char * count
    # The same mark inside itself is literal more often than not, and the stack stays small.
    if 0 < count <= 3 and mark not in stack and can_open(text, start, end):
        stack.append(mark)


def shown_end(text: str, opened: tuple[str, ...] = ()) -> int:
    """Return how much of an unfinished paragraph may be shown without flicker.

    Held back: half a link, address, tag or entity, dangling marks, a line that is so far only a
    marker, the first half of a joined character.
    """
    line = text.rfind("\n") + 1
    end = line if _BARE_MARKER.match(text, line) else len(text)
    lowest = max(0, end - _HELD)
    code = _open_code(text[:end], opened)
    for _ in range(_PEELS):
        before = end
        for pattern in _UNFINISHED:
            found = pattern.search(text, lowest, end)
            # In a code span nothing but its closing marks is syntax.
            if found and found.start() < end and (found.start() <= code or found[0][0] == "`"):
                end = found.start()
        if end == before:
            break
    return end


def _open_code(text: str, opened: tuple[str, ...]) -> int:
    """Return where the code span starts that is open at the end, or else the end."""
    reading = read(text, opened)
    in_code = reading.open and reading.open[-1][0] == "`"
    return reading.whole[-1][0] if in_code else len(text)
