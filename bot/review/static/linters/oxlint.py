"""oxlint on JavaScript and TypeScript, with the rules of our table and no others."""

from __future__ import annotations

import asyncio
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import PurePath
from typing import Any

from bot.review.static.linters import linter, script_frames
from bot.review.static.linters.frames import Frame, around
from bot.review.static.linters.hits import Answer, Hit, items
from bot.review.static.rules import Rule, table
from bot.review.static.sandbox import ToolBroke
from bot.review.static.units import SCRIPTS, Unit

_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in ("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro")
)
_TYPED = frozenset({"typescript", "tsx"})
_PARTIAL = frozenset({".vue", ".svelte", ".astro"})
"""Only the script inside of these is read; they cannot be framed."""

_MARKUP = re.compile(r"</[A-Za-z>]|/>")
_CATEGORIES = (
    *("correctness", "suspicious", "pedantic", "perf"),
    *("style", "restriction", "nursery"),
)
_PROBLEMS = (0, 1)
_CONFIG = "oxlint.json"


class Oxlint:
    """The linter of JavaScript and TypeScript."""

    name = "oxlint"
    package = "oxlint"
    languages = frozenset(SCRIPTS)
    """Pages that hold scripts among them."""

    def rules(self) -> Mapping[str, Rule]:
        """Return the table of rules."""
        return table("oxlint")

    def suffix(self, unit: Unit, attempt: int) -> str:
        """Keep a known suffix, because it decides what may be written; else look for markup."""
        suffix = PurePath(unit.source.path).suffix.lower()
        language = unit.source.language
        if suffix in _SUFFIXES:
            return suffix
        if f".{language}" in _PARTIAL:
            return f".{language}"
        if language not in _TYPED:
            return ".jsx"
        return ".tsx" if language == "tsx" or _MARKUP.search(unit.text) else ".ts"

    def frame(
        self, unit: Unit, attempt: int, last: Frame | None, broken: Hit | None
    ) -> Frame | None:
        """Read it as it is, then as what a function, a class or an object may hold."""
        if attempt == 0:
            return around(unit)
        if self.suffix(unit, attempt) in _PARTIAL:
            return None
        return script_frames.framed(unit, attempt, broken.row if broken else None)

    async def ask(self, files: Mapping[str, bytes]) -> dict[str, Answer]:
        """Run oxlint on the files."""
        arguments = [
            *("-c", _CONFIG, "--disable-nested-config", "--no-ignore"),
            *("--threads=1", "--format=json"),
        ]
        given = {**files, _CONFIG: self._config()}
        out = await linter.run("oxlint", arguments, given, fine=_PROBLEMS, names=list(files))
        return await asyncio.to_thread(_read, out, files)

    def _config(self) -> bytes:
        """Switch every category off and the table's rules on."""
        chosen = [rule for rule in self.rules() if "/" in rule]
        named = (rule.removeprefix("eslint/") for rule in chosen)
        config = {
            "plugins": sorted({rule.partition("/")[0] for rule in chosen} - {"eslint"}),
            "categories": dict.fromkeys(_CATEGORIES, "off"),
            "rules": {name: _OPTIONS.get(name, "error") for name in named},
            "ignorePatterns": [],
        }
        return json.dumps(config).encode()


_OPTIONS: dict[str, Any] = {
    # `== null` is the usual way to ask for null and undefined at once.
    "eqeqeq": ["error", "always", {"null": "ignore"}],
    "no-empty": ["error", {"allowEmptyCatch": False}],
    "no-unused-expressions": ["error", {"allowShortCircuit": True, "allowTernary": True}],
    # A parameter or a caught error that is not used is no mistake.
    "no-unused-vars": ["error", {"args": "none", "caughtErrors": "none"}],
    "no-constant-condition": ["error", {"checkLoops": False}],
    "no-inner-declarations": "off",
}


@dataclass(frozen=True)
class _Text:
    """What oxlint read. Its offsets count bytes of UTF-8, columns as well; ours characters."""

    content: bytes

    @cached_property
    def rows(self) -> list[bytes]:
        """The rows, without their ends."""
        return self.content.split(b"\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each row begins."""
        return list(accumulate((len(row) + 1 for row in self.rows), initial=0))

    def place(self, offset: int) -> tuple[int, int]:
        """Return the row and column of an offset."""
        offset = min(max(0, offset), len(self.content))
        row = min(bisect_right(self.starts, offset), len(self.rows)) - 1
        before = self.rows[row][: offset - self.starts[row]]
        return row, len(before.decode(errors="replace"))


def _read(out: bytes, files: Mapping[str, bytes]) -> dict[str, Answer]:
    try:
        told, diagnostics = items(out.decode(), "diagnostics")
        return _answers(told, diagnostics, {name: _Text(each) for name, each in files.items()})
    except (ValueError, KeyError, TypeError) as error:
        raise ToolBroke("its answer could not be read") from error


def _answers(
    told: Mapping[str, Any], diagnostics: Iterable[dict[str, Any]], files: Mapping[str, _Text]
) -> dict[str, Answer]:
    """Sort by file. A complaint without a file is about a file that was not read at all."""
    if told["number_of_files"] != len(files):
        raise ToolBroke(f"it read {told['number_of_files']} of {len(files)} files")
    hits: dict[str, list[Hit]] = {name: [] for name in files}
    broken: dict[str, Hit] = {}
    for each in diagnostics:
        if "filename" not in each:
            raise ToolBroke("it could not read a file")
        name = PurePath(each["filename"]).name
        hit = _hit(each, files[name])
        if hit.rule == "syntax":
            broken.setdefault(name, hit)
        elif not _is_idle(hit, files[name]):
            hits[name].append(hit)
    return {name: Answer(tuple(hits[name]), broken.get(name)) for name in files}


def _is_idle(hit: Hit, text: _Text) -> bool:
    """Tell whether it says that a snippet does not use what it defines for others to use."""
    if hit.rule != "eslint/no-unused-vars":
        return False
    row = text.rows[hit.row].decode(errors="replace")
    return not row[:1].isspace() and not row.startswith("import")


_CODE = re.compile(r"([\w-]+)\(([\w-]+)\)")


def _hit(told: dict[str, Any], text: _Text) -> Hit:
    code = _CODE.fullmatch(told.get("code", ""))
    rule = f"{_plugin(code[1])}/{code[2]}" if code else "syntax"
    spans = [label["span"] for label in told["labels"]]
    if not spans:
        return Hit(rule, told["message"], 0)
    start, length = spans[0]["offset"], spans[0]["length"]
    row, column = text.place(start)
    end_row, end_column = text.place(start + length)
    return Hit(rule, told["message"], row, column, end_row, end_column)


def _plugin(name: str) -> str:
    return {"eslint-plugin-react-hooks": "react"}.get(name, name.removeprefix("eslint-plugin-"))
