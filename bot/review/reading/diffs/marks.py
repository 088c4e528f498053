"""What a line can be that stands where a hunk may be: changed, context, or the start of something
else. Pure; looks at most two lines ahead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.review.reading.diffs import paths
from bot.review.reading.diffs.mending import straight

UNKNOWN = "?"
"""The mark of a line that no hunk holds."""

_BOUNDARY = re.compile(
    r"diff --(?:git|cc|combined) |diff -[a-zA-Z]|@@|Index: \S|```|~~~|={60}"
    r"|commit [0-9a-f]{7,40}\b|From [0-9a-f]{40} |# HG changeset patch|Only in |Binary files "
    r"|Property changes on: "
)
"""What begins something new. Lines inside a hunk open with their mark and never look like this."""

_SIGNATURE = re.compile(r"-- ?$")
_VERSION = re.compile(r"\d+\.\d")
"""Ends a mail from `git format-patch` (RFC 3676, 4.3); chat strips its space."""

_TURNED = {"\xa0": " ", "−": "-", "–": "-", "‒": "-", "—": "-"}
_END_OF_FILE = "no newline at end of file"


def mark_of(line: str) -> str:
    """Return a line's mark: `+`, `-`, a space, a backslash, nothing for an empty line, or `?`."""
    first = line[:1]
    if not first or first in "+- \\":
        return first
    return _TURNED.get(first, UNKNOWN)


def text_of(line: str) -> str:
    """Return what stands behind the mark; a long dash is two that a keyboard made one."""
    return "-" + line[1:] if line[:1] == "—" else line[1:]


def is_boundary(line: str) -> bool:
    """Tell whether something new begins, so that a hunk cannot go on."""
    return _BOUNDARY.match(line) is not None


def is_end_mark(line: str) -> bool:
    """Recognise `\\ No newline at end of file`, also if a chat ate its backslash."""
    return line.startswith("\\") or line.strip().lower() == _END_OF_FILE


def is_signature(lines: Sequence[str], at: int, *, lacking: bool = False) -> bool:
    """Tell whether a mailed patch ends here: two dashes, then git's version, which may be cut off
    unless the hunk is still `lacking` lines."""
    if not _SIGNATURE.match(lines[at]):
        return False
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return _VERSION.match(following) is not None if following else not lacking


def begins_file(lines: Sequence[str], at: int, old: int = 0, new: int = 0) -> bool:
    """Tell whether `--- ` opens the next file, and is no removed line that begins with dashes.

    `old` and `new` are the lines that the hunk still lacks. The header may be the last thing before
    the text was cut.
    """
    line = straight(lines[at])
    following = lines[at + 1] if at + 1 < len(lines) else None
    if following is None:
        return not (old or new) and (line.startswith("--- ") or "--- ".startswith(line))
    if not line.startswith("--- "):
        return False
    if not (old or new):
        is_last = at + 2 == len(lines)
        return following.startswith("+++ ") or (is_last and "+++ ".startswith(following))
    if not following.startswith("+++ ") or not "".join(lines[at + 2 : at + 3]).startswith("@@"):
        return False
    return (old, new) != (1, 1) or paths.alike(line[4:], following[4:])
