"""Undoes what was done to a diff as a whole, before it is read: quoting, indentation, doubled
lines, typographers' marks in headers. Pure; lines are never split at anything but a line feed,
since code may hold form feeds and Unicode's line separators.
"""

from __future__ import annotations

import re

from bot.review.reading.chat import line_ends, undo, without_colour

_HEADER = re.compile(r"(?P<lead>[>\s]*)@@+\s*[-−–]\d")
_HEADER_ENDS = re.compile(r"^(?:@@ [^\r\n]{0,400}|(?:---|\+\+\+) [^\r\n]{1,4096})\r$", re.MULTILINE)
"""A header that ends as Windows does: something has rewritten the whole diff."""

_GIT = re.compile(r"(?P<lead>[>\s]*)(?:diff --|Index: |rename from |Binary files )")
_DASHES = re.compile(r"[-—–−]{2,3}(?= ?\S)")
_STRAIGHT = str.maketrans({"\xa0": " ", "\u202f": " ", "\u200b": "", "\ufeff": "", "—": "--"})


def mend(text: str, *, pasted: bool = True) -> list[str]:
    """Return the lines of a diff as they were before chat, mail or a terminal got hold of them.

    A carriage return at a line's end is left where it belongs to the code.
    """
    text = undo(text) if pasted else _plain(text)
    lines = text.removesuffix("\n").split("\n")
    if not _any_at_margin(lines) and (lead := _lead(lines)):
        lines = [_peeled(line, lead) for line in lines]
    if _is_doubled(lines):
        lines = lines[::2]
    return lines


def _plain(text: str) -> str:
    """Return a diff that came as a file. Where only lines of code end with a carriage return, and
    headers do not, it is the code's own: `files` takes it off and remembers it."""
    text = text.removeprefix("\ufeff")
    if "\r" in text and _HEADER_ENDS.search(text) is None:
        return without_colour(text)
    return without_colour(line_ends(text))


def straight(line: str) -> str:
    """Return a header line with plain spaces and dashes."""
    if line.isascii():
        return line
    line = line.translate(_STRAIGHT)
    found = _DASHES.match(line)
    return "---" + line[found.end() :] if found and not line.startswith("-- ") else line


def _any_at_margin(lines: list[str]) -> bool:
    return any(line.startswith(("@@", "diff --git ")) for line in lines)


def _lead(lines: list[str]) -> str:
    """Return what stands before the headers: quote marks, indentation or both."""
    for pattern in (_HEADER, _GIT):
        for line in lines:
            if found := pattern.match(line):
                return found["lead"]
    return ""


def _peeled(line: str, lead: str) -> str:
    """Take the lead off; of an empty line, chat left only what is no space."""
    if line.startswith(lead):
        return line[len(lead) :]
    return "" if lead.startswith(line.rstrip()) else line


def _is_doubled(lines: list[str]) -> bool:
    """Tell whether an empty line was put behind each line: a diff's headers have none between."""
    between = lines[1::2]
    return len(between) > 2 and not any(map(str.strip, between))
