"""What became of a damaged diff: every line right, some of them left out, or a line wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from unidiff import PatchSet
from unidiff.errors import UnidiffParseError

from bot.review.diffs import read_diff
from tests.bot.review.patches import Patch

Row: TypeAlias = tuple[str, int | None, int | None, str]
"""A line of a hunk: its file, its number before and after, and its text without spaces."""

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

Verdict: TypeAlias = Literal["right", "part", "wrong", "refused"]


@dataclass(frozen=True, slots=True)
class Expected:
    """A line that a reader should find: where it stands in the diff, and its hunk's header."""

    row: Row
    at: int
    header_at: int


def expected(patch: Patch) -> list[Expected]:
    """Return the lines of an undamaged diff: git's counts are true, and git itself names the files.

    A test holds this against the files' contents, and against unidiff.
    """
    found: list[Expected] = []
    paths, path = iter(patch.edited), ""
    old = new = old_left = new_left = header_at = 0
    for at, line in enumerate(patch.text.split("\n"), start=1):
        if old_left or new_left:
            if (mark := line[:1]) == "\\":
                continue
            numbers = (None if mark == "+" else old, None if mark == "-" else new)
            found.append(Expected((path, *numbers, squeezed(line[1:])), at, header_at))
            old, old_left = old + (mark != "+"), old_left - (mark != "+")
            new, new_left = new + (mark != "-"), new_left - (mark != "-")
        elif line.startswith("+++ "):
            path = next(paths)
        elif head := _HUNK.match(line):
            old, new, header_at = int(head[1]), int(head[3]), at
            old_left, new_left = int(head[2] or 1), int(head[4] or 1)
    return found


def ours(text: str) -> list[Row] | None:
    """Read a diff with the tolerant reader; None if it finds nothing."""
    material = read_diff(text)
    if material is None:
        return None
    return [
        (source.path, line.old, line.new, squeezed(line.text))
        for source in material.sources
        for piece in source.pieces
        for line in piece.lines
    ]


def theirs(text: str) -> list[Row] | None:
    """Read a diff with unidiff as its manual shows; None if it raises. Names are left out: it keeps
    prefixes other than git's usual ones."""
    try:
        files = PatchSet(text)
    except (UnidiffParseError, ValueError, IndexError):
        return None
    return [
        _row("", line)
        for file in files
        for hunk in file
        for line in hunk
        if line.line_type in "+- "
    ]


def judge(wanted: Iterable[Expected], damaged: str, rows: list[Row] | None, cut: str) -> Verdict:
    """Hold what was read against what should be. `cut` is `end` or `beginning` where the damage
    took lines away, `names` where it took the files' names, else empty.

    Empty lines of context may be missing, since nothing depends on them.
    """
    wanted = list(wanted)
    if not rows:
        return "refused" if any(_needed(wanted, damaged, cut)) else "right"
    known = {row for one in wanted for row in (one.row, ("", *one.row[1:]))}
    wrong = [row for row in rows if row not in known]
    if cut == "end" and wrong and wrong == rows[-1:]:
        wrong = [] if any(_is_cut(rows[-1], one.row) for one in wanted) else wrong
    if wrong:
        return "wrong"
    got = set(rows)
    for row in _needed(wanted, damaged, cut):
        if row not in got and ("", *row[1:]) not in got:
            return "part"
    return "right"


def _needed(wanted: list[Expected], damaged: str, cut: str) -> Iterable[Row]:
    lines = damaged.count("\n")
    total = max((one.at for one in wanted), default=0)
    for one in wanted:
        is_blank = not one.row[3] and one.row[1] is not None and one.row[2] is not None
        is_gone = (cut == "end" and one.at > lines) or (
            cut == "beginning" and one.header_at <= total - lines
        )
        if not (is_blank or is_gone):
            yield one.row


def _is_cut(row: Row, whole: Row) -> bool:
    return row[:3] == whole[:3] and whole[3].startswith(row[3])


def _row(path: str, line: object) -> Row:
    old = line.source_line_no if not line.is_added else None  # type: ignore[attr-defined]
    new = line.target_line_no if not line.is_removed else None  # type: ignore[attr-defined]
    return (path, old, new, squeezed(line.value))  # type: ignore[attr-defined]


def squeezed(text: str) -> str:
    """Return a text without spaces, which chat changes, and with links and quotes undone."""
    return re.sub(r"[\s\u200b]+", "", text)
