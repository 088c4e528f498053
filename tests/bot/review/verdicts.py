"""What became of a damaged diff: every line right, some of them left out, or a line wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from unidiff import PatchSet
from unidiff.errors import UnidiffParseError

from bot.review.reading.diffs import read_diff
from tests.bot.review.patches import Patch

Row: TypeAlias = tuple[str, int | None, int | None, str]
"""A line of a hunk: its file, its number before and after, and its text without spaces."""

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

Place: TypeAlias = tuple[str, int | None, int | None]

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
        if line.line_type in ("+", "-", " ")
    ]


def judge(
    wanted: Sequence[Expected], text: str, damaged: str, rows: list[Row] | None, taken: str
) -> Verdict:
    """Hold what was read from `damaged` against what `text` says; `taken` is of `damage.TAKEN`.

    Nothing is asked of lines that the damage took away, and a line that it broke may end there.
    Empty lines of context may be missing, since nothing depends on them; a file's name may, where
    its header is gone.
    """
    needed = list(_needed(wanted, text, damaged, taken))
    if not rows:
        return "refused" if needed else "right"
    known: dict[Place, set[str]] = {}
    for one in wanted:
        path, old, new, said = one.row
        for name in (path, ""):
            known.setdefault((name, old, new), set()).add(said)
    may_end = taken in ("end", "lines")
    for path, old, new, said in rows:
        texts = known.get((path, old, new), ())
        if said not in texts and not (may_end and any(whole.startswith(said) for whole in texts)):
            return "wrong"
    got = {place for path, old, new, _ in rows for place in ((path, old, new), ("", old, new))}
    return "right" if all((("", *row[1:3])) in got for row in needed) else "part"


def _needed(wanted: Sequence[Expected], text: str, damaged: str, taken: str) -> Iterable[Row]:
    before, after = text.split("\n"), damaged.split("\n")
    kept = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    gone = len(before) - len(after)
    for one in wanted:
        is_blank = not one.row[3] and None not in one.row[1:3]
        is_taken = (taken == "end" and one.at > kept) or (
            taken == "beginning" and one.header_at <= gone
        )
        if not (is_blank or is_taken):
            yield one.row


def _row(path: str, line: object) -> Row:
    old = line.source_line_no if not line.is_added else None  # type: ignore[attr-defined]
    new = line.target_line_no if not line.is_removed else None  # type: ignore[attr-defined]
    return (path, old, new, squeezed(line.value))  # type: ignore[attr-defined]


def squeezed(text: str) -> str:
    """Return a text without spaces, which chat changes, and with links and quotes undone."""
    return re.sub(r"[\s\u200b]+", "", text)
