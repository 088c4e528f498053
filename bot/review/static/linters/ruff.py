"""ruff on Python: the rules of our table and no others, whatever the code beside says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from bot.review.static.linters import linter, python_frames
from bot.review.static.linters.frames import Frame, around, trimmed
from bot.review.static.linters.hits import Answer, Hit, items
from bot.review.static.rules import Rule, table
from bot.review.static.sandbox import ToolBroke
from bot.review.static.units import Unit

_TARGET = "py313"
"""What a later release brought is told as such, not as a mistake."""

_NEWER = "(syntax was added in Python"
_PROBLEMS = (0, 1)
"""docs.astral.sh/ruff/linter/#exit-codes: nothing found, something found; 2 is an error."""


class Ruff:
    """The linter of Python."""

    name = "ruff"
    package = "ruff"
    languages = frozenset({"python"})

    def rules(self) -> Mapping[str, Rule]:
        """Return the table of rules."""
        return table("ruff")

    def suffix(self, unit: Unit, attempt: int) -> str:
        """Tell stubs from code."""
        return ".pyi" if unit.source.path.endswith(".pyi") else ".py"

    def frame(
        self, unit: Unit, attempt: int, last: Frame | None, broken: Hit | None
    ) -> Frame | None:
        """Read a whole file as it is, a fragment in its frame, then without its broken edges."""
        if attempt == 0 and unit.is_whole:
            return around(unit)
        step = attempt - unit.is_whole
        if step == 0:
            return python_frames.listed(unit) or python_frames.framed(unit, 0, len(unit.rows))
        if step == 1 and (quotes := python_frames.odd_quotes(unit)):
            return python_frames.framed(unit, 0, len(unit.rows), inside=quotes)
        first, end = (0, len(unit.rows)) if last is None else (last.first, last.last)
        if last is not None:
            rest = trimmed(len(unit.rows), first, end, broken.row if broken else None)
            if rest is None:
                return None
            first, end = rest
        return python_frames.framed(unit, first, end)

    async def ask(self, files: Mapping[str, bytes]) -> dict[str, Answer]:
        """Run ruff on the files."""
        chosen = ",".join(rule for rule in self.rules() if rule[0].isupper())
        arguments = [
            *("check", "--isolated", "--ignore-noqa", "--no-cache", "--no-fix", "--quiet"),
            *("--no-respect-gitignore", "--preview", "--target-version", _TARGET),
            *("--output-format", "json", "--select", chosen, "--"),
        ]
        out = await linter.run("ruff", arguments, files, fine=_PROBLEMS)
        return await asyncio.to_thread(_answers, out, files)


def _answers(out: bytes, files: Mapping[str, bytes]) -> dict[str, Answer]:
    try:
        found: dict[str, list[Hit]] = {name: [] for name in files}
        for name, hit in _hits(items(out.decode())[1]):
            found[name].append(hit)
    except (ValueError, KeyError, TypeError) as error:
        raise ToolBroke("its answer could not be read") from error
    return {name: _answer(hits, files[name]) for name, hits in found.items()}


def _hits(told: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Hit]]:
    for each in told:
        start, end = each["location"], each["end_location"]
        rule, message = each["code"] or "invalid-syntax", each["message"]
        if rule == "invalid-syntax" and _NEWER in message:
            rule = "newer-syntax"
        yield (
            PurePath(each["filename"]).name,
            Hit(
                rule,
                message,
                start["row"] - 1,
                start["column"] - 1,
                end["row"] - 1,
                end["column"] - 1,
            ),
        )


def _answer(hits: list[Hit], content: bytes) -> Answer:
    broken = [hit for hit in hits if hit.rule == "invalid-syntax"]
    silent = {"invalid-syntax", *(_NAMES if _DYNAMIC.search(content) else ())}
    rows = content.decode(errors="replace").split("\n")
    others = (hit for hit in hits if hit.rule not in silent and not _is_prose(hit, rows))
    return Answer(tuple(others), broken[0] if broken else None)


def _is_prose(hit: Hit, rows: list[str]) -> bool:
    """Tell a text about passwords from a password: it has spaces, or is a pattern."""
    if hit.rule not in _PASSWORDS or hit.end_row != hit.row:
        return False
    return bool(_PROSE.search(rows[hit.row][hit.column : hit.end_column].strip("rbfu\"'")))


_PASSWORDS = frozenset({"S105", "S106", "S107"})
_PROSE = re.compile(r"[\s|{}()\[\]<>/]|^\w{0,30}_(?:key|token|secret|password)$|^$", re.IGNORECASE)
_NAMES = frozenset({"F821", "F822"})
_DYNAMIC = re.compile(rb"\b(?:globals|vars|setattr|install|_convert_)\(|\bimport \*|\b__builtins__")
"""With one of these a module may well have names that nobody can see."""
