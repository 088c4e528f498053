"""Which lines belong to a hunk, settled by its counts: that is what keeps numbers right. Pure.

Counts that come out exactly prove a reading. Where they do not, lines are kept as far as nothing
speaks against them; where something is missing at an unknown place, the hunk is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.review.diffs import paths

Standing: TypeAlias = Literal["exact", "short", "recounted", "cut", "refused"]
"""`exact`: as many lines as promised. `short`: fewer, and the next header or the text's end comes.
`recounted`: more, so that the header was wrong. `cut`: it stops at a line that is none of a diff.
`refused`: which line has which number cannot be told."""

Row: TypeAlias = tuple[str, str]
"""A line's mark, one of `+`, `-`, a space and a backslash, and its text."""

_HEADER = re.compile(
    r"@@\s*-(\d{1,9})(?:,(\d{1,9}))?\s+\+(\d{1,9})(?:,(\d{1,9}))?\s*@@(?: ?)(?P<heading>.*)"
)
_BOUNDARY = re.compile(
    r"diff --(?:git|cc|combined) |diff -[a-zA-Z]|@@|Index: \S|```|~~~|={60}"
    r"|commit [0-9a-f]{7,40}\b|From [0-9a-f]{40} |# HG changeset patch|Only in |Binary files "
    r"|Property changes on: "
)
"""What begins something new. Lines inside a hunk open with their mark and never look like this."""

_SIGNATURE = re.compile(r"-- ?$")
"""Ends a mail from `git format-patch` (RFC 3676, 4.3); chat strips its space."""

_TURNED = {"\xa0": " ", "−": "-", "–": "-", "‒": "-"}
_STRAIGHT = str.maketrans({"\xa0": " ", "\u202f": " ", "−": "-", "–": "-", "‒": "-"})
_UNMARKED_END = "no newline at end of file"


@dataclass(frozen=True, slots=True)
class Header:
    """The numbers behind `@@`: where the hunk begins on either side and how many lines it has."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    heading: str


@dataclass(frozen=True, slots=True)
class Body:
    """A hunk's lines, where the text goes on behind them, and what is to be thought of them.

    `missing` counts the lines that the header promises on both sides, 0 where the sides differ.
    """

    rows: tuple[Row, ...]
    end: int
    standing: Standing
    missing: int = 0
    is_bare: bool = False
    """Context lines had lost their leading space."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How the whole text was treated: whether no line at all begins with a space any more."""

    spaces_lost: bool = False


def header(line: str) -> Header | None:
    """Read a hunk's header, a typographer's minus and no-break spaces forgiven."""
    if not line.startswith("@@"):
        return None
    found = _HEADER.fullmatch(line) or _HEADER.fullmatch(line.translate(_STRAIGHT))
    if found is None:
        return None
    old_start, old_count, new_start, new_count = found.group(1, 2, 3, 4)
    return Header(
        int(old_start),
        1 if old_count is None else int(old_count),
        int(new_start),
        1 if new_count is None else int(new_count),
        found["heading"].rstrip(),
    )


def body(lines: Sequence[str], at: int, head: Header, manners: Manners) -> Body:
    """Read the lines behind a hunk's header, which stands at `at - 1`."""
    read = _counted(lines, at, head, bare=False)
    in_doubt = manners.spaces_lost and head.old_count > 0 and head.new_count > 0
    if read.standing == "cut" or (in_doubt and read.standing != "exact"):
        as_bare = _counted(lines, at, head, bare=True)
        if as_bare.standing == "exact":
            return as_bare
        if in_doubt:  # what looks like a change may be context with a dash of its own
            return Body((), as_bare.end, "refused")
    return read


def mark_of(line: str) -> str:
    """Return a line's mark; an empty string for an empty line, `?` for what no diff holds."""
    if not line:
        return ""
    first = line[0]
    if first in "+- \\":
        return first
    if first == "—":  # two dashes that a keyboard made one
        return "-"
    return _TURNED.get(first, "?")


def _counted(lines: Sequence[str], at: int, head: Header, *, bare: bool) -> Body:
    """Take lines until both counts are used up."""
    rows: list[Row] = []
    old, new = head.old_count, head.new_count
    start, found_bare = at, False
    while at < len(lines) and (old > 0 or new > 0):
        line = lines[at]
        mark = mark_of(line)
        if mark == "?":
            if _BOUNDARY.match(line):
                break
            if _is_end_mark(line) and (old == 0 or new == 0):
                rows.append(("\\", line))
                at += 1
                continue
            if not bare:
                return _ended(rows, at, "cut")
            found_bare = True
        elif mark == "-" and _begins_file(lines, at, old, new):
            break
        elif mark == " " and (old == 0 or new == 0) and _is_end_mark(line):
            mark = "\\"
        needs_old, needs_new = mark not in "+\\" or not mark, mark not in "-\\" or not mark
        if (needs_old and not old) or (needs_new and not new):
            return _recounted(lines, start)
        old, new = old - needs_old, new - needs_new
        rows.append((mark or " ", line) if mark == "?" else _row(mark, line))
        at += 1
    if old or new:
        return _ended(rows, at, "short", missing=old if old == new else 0)
    while at < len(lines) and (mark_of(lines[at]) == "\\" or _is_end_mark(lines[at])):
        rows.append(("\\", lines[at]))
        at += 1
    if _goes_on(lines, at):
        return _ended(rows, at, "cut") if found_bare else _recounted(lines, start)
    return Body(tuple(_settled(rows)), at, "exact", is_bare=found_bare)


def _row(mark: str, line: str) -> Row:
    if line[:1] == "—":
        return mark, "-" + line[1:]
    return mark or " ", line[1:]


def _settled(rows: Sequence[Row]) -> list[Row]:
    return [(" ", text) if mark == "?" else (mark, text) for mark, text in rows]


def _ended(rows: list[Row], at: int, standing: Standing, missing: int = 0) -> Body:
    """End a hunk before its count. Empty lines at its end are as likely the space behind it."""
    while rows and rows[-1] == (" ", ""):
        rows.pop()
        missing += bool(missing)
    return Body(tuple(_settled(rows)), at, standing, missing)


def _recounted(lines: Sequence[str], at: int) -> Body:
    """Take lines as their marks say, since the counts are wrong, up to whatever begins next."""
    rows: list[Row] = []
    standing: Standing = "recounted"
    while at < len(lines):
        line = lines[at]
        mark = mark_of(line)
        if mark == "?":
            standing = "recounted" if _BOUNDARY.match(line) else "cut"
            break
        if (mark == "-" and _begins_file(lines, at, 0, 0)) or _is_signature(lines, at):
            break
        rows.append(_row(mark, line))
        at += 1
    return _ended(rows, at, standing)


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Tell whether lines of a hunk follow where its counts say that it is over.

    Behind an empty line they count only with context among them and nothing else up to the next
    header: prose with a list below a diff must not become part of it.
    """
    if at >= len(lines):
        return False
    mark = mark_of(lines[at])
    if mark == "?" or (mark == "-" and _begins_file(lines, at, 0, 0)) or _is_signature(lines, at):
        return False
    if mark:
        return True
    has_context = False
    for position in range(at, len(lines)):
        mark, line = mark_of(lines[position]), lines[position]
        if mark == "?":
            return has_context and _BOUNDARY.match(line) is not None
        if mark == "-" and (_begins_file(lines, position, 0, 0) or _is_signature(lines, position)):
            break
        has_context = has_context or (mark == " " and bool(line.strip()))
    return has_context


def _begins_file(lines: Sequence[str], at: int, old: int, new: int) -> bool:
    """Tell whether `--- ` opens the next file, and is no removed line that begins with dashes.

    `old` and `new` are the lines that the hunk still lacks. A header may be the last thing before
    the text was cut.
    """
    line = lines[at]
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


def _is_signature(lines: Sequence[str], at: int) -> bool:
    if not _SIGNATURE.match(lines[at]):
        return False
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return not following or following[0].isdigit()


def _is_end_mark(line: str) -> bool:
    """Recognise `\\ No newline at end of file` whose backslash a chat ate."""
    return line.strip().lower() == _UNMARKED_END
