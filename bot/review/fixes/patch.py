"""Writes changes down as patches that `git apply` takes. Pure.

Only lines that were reviewed are context: what a diff leaves out is never made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal

from bot.guard.masking import mask
from bot.review.fixes.edits import Row, applied, piece_of, rows_of
from bot.review.material import Material, Piece, Source
from bot.review.values import SEVERITIES, Edit, Finding

CONTEXT = 3
"""Lines around a change, as git shows them."""

NAMELESS = "snippet"

_NO_NEWLINE = "\\ No newline at end of file\n"
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


@dataclass(frozen=True, slots=True)
class Ends:
    """How the lines of a file end, and whether its last one does."""

    mark: Literal["\n", "\r\n"] = "\n"
    final: bool = True


@dataclass(frozen=True, slots=True)
class Combined:
    """Several fixes as one patch, and the ids of findings whose fixes did not fit beside others."""

    text: str
    left_out: tuple[str, ...] = ()


def ends_of(text: str) -> Ends:
    """Tell how the lines of a file end, by its exact text."""
    windows = text.count("\r\n") * 2 > text.count("\n")
    return Ends("\r\n" if windows else "\n", not text or text.endswith("\n"))


def patch(source: Source, edits: Sequence[Edit], ends: Ends | None = None) -> str:
    """Write edits as a patch on what stands after the change; `ends` are the source's own unless
    somebody knows better. Empty if they do not fit, and if the lines around them hold a secret:
    hidden, it would not apply, and it is not to be said aloud."""
    if applied(source, edits) is None:
        return ""
    if ends is None and not source.line_end:
        return ""  # some lines end so and some so: whatever is written, git would not take it
    ends = ends or Ends(source.line_end or "\n", source.final_newline)
    hunks = list(_hunks(source, edits))
    if not hunks or any(hangs for _, _, hangs in hunks):
        return ""
    body = "".join(_hunk(rows, shift, ends) for rows, shift, _ in hunks)
    return _header(source.path or NAMELESS) + body if mask(body) == body else ""


def combined(
    material: Material, findings: Iterable[Finding], ends: Mapping[str, Ends] | None = None
) -> Combined:
    """Write all verified fixes as one patch, the gravest first where two will not go together."""
    chosen: dict[int, list[Edit]] = {}
    left_out: list[str] = []
    fixed = [each for each in findings if each.fix is not None and each.fix.verified]
    for finding in sorted(fixed, key=lambda each: SEVERITIES.index(each.severity)):
        assert finding.fix is not None  # noqa: S101  # chosen by that
        edits = finding.fix.edits
        for number, source in enumerate(material.sources):
            together = [*chosen.get(number, ()), *edits]
            if source.path == finding.anchor.path and patch(source, together):
                chosen[number] = together
                break
        else:
            left_out.append(finding.id)
    known = ends or {}
    texts = (
        patch(source, chosen[number], known.get(source.path))
        for number, source in enumerate(material.sources)
        if number in chosen
    )
    return Combined("".join(texts), tuple(left_out))


def _hunks(source: Source, edits: Sequence[Edit]) -> Iterator[tuple[list[Row], int, bool]]:
    """Yield the rows of each hunk, how far the hunks before it have moved its lines, and whether it
    ends with a change though the file may go on, which git takes for the file's end."""
    shift = 0
    for number, piece in enumerate(source.pieces or (Piece(()),)):
        mine = [edit for edit in edits if piece_of(source, edit) == number]
        if not mine:
            continue
        rows = _compared(piece, mine, is_end=_is_end(source, number))
        changed = [at for at, row in enumerate(rows) if row.mark != " "]
        while changed:
            end = 1
            while end < len(changed) and changed[end] - changed[end - 1] <= 2 * CONTEXT:
                end += 1
            first, last = max(0, changed[0] - CONTEXT), changed[end - 1] + CONTEXT
            hunk = rows[first : last + 1]
            yield hunk, shift, hunk[-1].mark != " " and _goes_on(source, piece)
            shift += sum(row.mark == "+" for row in hunk) - sum(row.mark == "-" for row in hunk)
            changed = changed[end:]


def _is_end(source: Source, number: int) -> bool:
    """Tell whether a piece is known to hold the file's last line."""
    return not source.is_diff or (not source.final_newline and number == len(source.pieces) - 1)


def _goes_on(source: Source, piece: Piece) -> bool:
    """Tell whether a file may go on behind what a diff shows of it: with as many unchanged lines at
    the end as usual. With fewer, the file ends there, and where its last line has no end."""
    if not source.final_newline and piece is source.pieces[-1]:
        return False
    below = takewhile(lambda line: line.new and line.old, reversed(piece.lines))
    return source.is_diff and sum(1 for _ in below) >= CONTEXT


def _compared(piece: Piece, edits: Sequence[Edit], *, is_end: bool) -> list[Row]:
    """Return a piece's lines as rows; what an edit only repeats is context."""
    rows: list[Row] = []
    block: list[Row] = []
    for each in (*rows_of(piece, edits), None):
        if isinstance(each, Row):
            block.append(each)
            continue
        rows += _refined(block)
        block = []
        if each is not None and each.new is not None:
            rows.append(Row(" ", each.text, each.new))
    if is_end:
        # Of the new lines only one that was added lacks its end: what was there had one.
        before = max((at for at, row in enumerate(rows) if row.mark != "+"), default=-1)
        after = max((at for at, row in enumerate(rows) if row.mark != "-"), default=-1)
        ends = {before, after if rows[after].mark == "+" else before}
        rows = [replace(row, is_last=at in ends) for at, row in enumerate(rows)]
    return rows


def _refined(block: Sequence[Row]) -> list[Row]:
    old = [row for row in block if row.mark == "-"]
    new = [row for row in block if row.mark == "+"]
    texts = [row.text for row in old], [row.text for row in new]
    rows: list[Row] = []
    for tag, a, b, c, d in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [replace(row, mark=" ") for row in old[a:b]]
        else:
            rows += [*old[a:b], *new[c:d]]
    return rows


def _hunk(rows: Sequence[Row], shift: int, ends: Ends) -> str:
    """Write a hunk; where the file's last line has no end, that is part of the line."""
    old = [row for row in rows if row.mark != "+"]
    new = [row for row in rows if row.mark != "-"]
    start = old[0].number if old else max(0, rows[0].number - 1)
    begins = (start if old else start + 1) + shift
    head = f"@@ -{start},{len(old)} +{begins if new else max(0, begins - 1)},{len(new)} @@\n"
    return head + "".join(_written(row, rows, ends) for row in rows)


def _written(row: Row, rows: Sequence[Row], ends: Ends) -> str:
    text = row.text.removesuffix("\r") + (ends.mark if not row.text.endswith("\r") else "\r\n")
    if ends.final or not row.is_last:
        return row.mark + text
    bare = text.removesuffix("\n").removesuffix("\r")
    if row.mark != " " or rows[-1] is row:
        return f"{row.mark}{bare}\n{_NO_NEWLINE}"
    # Lines follow now: it gets an end, which makes it another line.
    return f"-{bare}\n{_NO_NEWLINE}+{text}"


def _header(path: str) -> str:
    old, new = (_name(f"{side}/{path.lstrip('/')}") for side in "ab")
    tab = "\t" if " " in path and not old.startswith('"') else ""
    return f"diff --git {old} {new}\n--- {old}{tab}\n+++ {new}{tab}\n"


def _name(path: str) -> str:
    """Spell a name as git does: quoted if anything in it is not plain (git-config, quotePath)."""
    raw = path.encode("utf-8", "surrogateescape")
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in raw):
        return path
    return '"' + "".join(map(_byte, raw)) + '"'


def _byte(byte: int) -> str:
    if byte in _ESCAPES:
        return f"\\{_ESCAPES[byte]}"
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
