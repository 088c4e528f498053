"""Materials and findings made by hand, for tests of what judges them."""

from __future__ import annotations

from typing import Any

from bot.review.material import Line, Material, Piece, Source
from bot.review.values import Anchor, Finding


def source_of(path: str, text: str, language: str = "") -> Source:
    """Make a whole file."""
    lines = text.removesuffix("\n").split("\n") if text else []
    numbered = tuple(Line(line, new=number) for number, line in enumerate(lines, 1))
    return Source(path, (Piece(numbered),), language=language)


def file_of(path: str, text: str, language: str = "") -> Material:
    """Make a material of one whole file."""
    return Material("file", (source_of(path, text, language),))


def hunk(start: int, rows: str, *, old_start: int | None = None, position: int = 0) -> Piece:
    """Make a hunk of lines with their marks; numbers and positions count up from what is given."""
    new, old = start, start if old_start is None else old_start
    lines: list[Line] = []
    for at, row in enumerate(rows.removesuffix("\n").split("\n"), position + 1):
        mark, text = row[:1] or " ", row[1:]
        lines.append(
            Line(
                text,
                new=None if mark == "-" else new,
                old=None if mark == "+" else old,
                position=at,
            )
        )
        new += mark != "-"
        old += mark != "+"
    return Piece(tuple(lines))


def diff_of(path: str, *pieces: Piece, language: str = "") -> Material:
    """Make a material of one file's hunks."""
    return Material("diff", (Source(path, pieces, is_diff=True, language=language),))


def finding(**values: Any) -> Finding:
    """Make a finding of the model's, unless told otherwise."""
    usual: dict[str, Any] = {
        "id": "0" * 12,
        "severity": "high",
        "type": "bug",
        "sources": ("llm",),
        "confidence": 0.8,
        "title": "Something is wrong",
        "message": "It goes wrong.",
        "anchor": Anchor(path="a.py", start_line=1, end_line=1, status="exact"),
    }
    return Finding(**{**usual, **values})
