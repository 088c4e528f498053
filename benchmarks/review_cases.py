"""Cases for the quality of reviews: code with known faults, and code without any. Pure but for
reading files that somebody names.

A set is JSON Lines (jsonlines.org), one case each:

    {"id": "…", "path": "app.py", "text": "…", "expected": [{"line": 3, "kind": "bug"}]}

`diff` takes the place of `text` for a change; `path` is then the file that `expected` is about, and
each of those may name its own. `end_line` and `cwe` (a list) may follow, and so may `what`, a few
words for people. `kind` is a finding's type, or `any`. An empty `expected` says that there is
nothing to find.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, get_args

from bot.review.material import Material
from bot.review.reading.classify import read
from bot.review.reading.posted import Posted
from bot.review.values import FindingType

SEEDED = Path(__file__).with_name("review_seeded.jsonl")
"""A few cases of our own, so that the script runs at once; too few to say much."""

KINDS = ("any", *get_args(FindingType))


class BadSet(Exception):
    """A set that cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A known fault: lines of the new side, both ends included."""

    path: str
    line: int
    end_line: int
    kind: str = "bug"
    cwe: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Something to review, and what is known to be wrong with it."""

    id: str
    posted: Posted
    expected: tuple[Expected, ...]

    def material(self) -> Material:
        """Read it as the command line would."""
        return read([self.posted])


def read_set(path: Path) -> list[Case]:
    """Read a set. Raises `BadSet`."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise BadSet(f"{path} cannot be read: {error}") from None
    cases = [_case(line, f"{path}:{at}") for at, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise BadSet(f"{path} holds no case")
    return cases


def _case(line: str, where: str) -> Case:
    try:
        told = json.loads(line)
        is_diff = "diff" in told
        path = str(told.get("path", ""))
        expected = tuple(_expected(one, path) for one in told["expected"])
        content = str(told["diff"] if is_diff else told["text"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSet(f"{where} is no case: {type(error).__name__}: {error}") from None
    posted = Posted("" if is_diff else path, content.encode(), fence_tag="diff" if is_diff else "")
    return Case(str(told.get("id", where)), posted, expected)


def _expected(told: dict[str, Any], path: str) -> Expected:
    line, kind = int(told["line"]), str(told.get("kind", "any"))
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is none of {', '.join(KINDS)}")
    cwe = tuple(int(number) for number in told.get("cwe", ()))
    end = int(told.get("end_line", line))
    return Expected(str(told.get("path", path)), line, end, kind, cwe)


# -- a public set --------------------------------------------------------------------------------


def quixbugs(folder: Path) -> list[Case]:
    """Convert a checkout of QuixBugs (github.com/jkoppel/QuixBugs, MIT): forty small programs with
    a fault of one line in Python, and mostly the same in Java, each beside its correct form.

    The wrong program is what is reviewed; expected are the lines in which the two differ. Models
    may know the set by heart. Raises `BadSet`.
    """
    cases = [
        case
        for language, suffix in (("python", ".py"), ("java", ".java"))
        for case in _pairs(folder, language, suffix)
    ]
    if not cases:
        raise BadSet(f"{folder} holds no python_programs beside correct_python_programs")
    return cases


def _pairs(folder: Path, language: str, suffix: str) -> Iterator[Case]:
    for right in sorted((folder / f"correct_{language}_programs").glob(f"*{suffix}")):
        wrong = folder / f"{language}_programs" / right.name
        if not wrong.is_file():
            continue
        text = wrong.read_text("utf-8")
        if differing := changed_lines(_code(text), _code(right.read_text("utf-8"))):
            expected = tuple(Expected(wrong.name, a, b, "any") for a, b in differing)
            yield Case(f"{language}/{right.stem}", Posted(wrong.name, text.encode()), expected)


def _code(text: str) -> list[str]:
    """Return the program without the description that stands behind it, nor package and imports."""
    lines = text.split("\n")
    ends = (at for at, line in enumerate(lines) if at and line.startswith(('"""', "'''")))
    kept = lines[: next(ends, len(lines))]
    return ["" if line.startswith(("package ", "import ")) else line.rstrip() for line in kept]


def changed_lines(wrong: list[str], right: list[str]) -> list[tuple[int, int]]:
    """Return the ranges of lines of `wrong` that differ; where something is missing, the two lines
    between which it belongs."""
    ranges: list[tuple[int, int]] = []
    matcher = SequenceMatcher(None, wrong, right, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal" or not "".join([*wrong[a:b], *right[c:d]]).strip():
            continue
        ranges.append((a + 1, b) if b > a else (max(1, a), min(len(wrong), a + 1)))
    return ranges
