"""In what order files are worth a model's time: what may do most harm comes first. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from bot.review.material import Line, Source
from bot.review.values import Finding, Severity

_DANGER = re.compile(
    r"auth|login|logon|session|passw|secret|token|crypt|sign|permission|privileg|admin|sudo|payment"
    r"|billing|invoice|money|upload|download|migrat|deserial|pickle|eval|exec|subprocess|sql|query"
    r"|lock|thread|concurren|retry|transaction|delete|webhook|proxy|cors|csrf|sanitiz|escape|parse",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|fixtures)/|(?:^|/)test_|[._-](?:test|spec)\."
)
_PROSE = frozenset({"markdown", "text", "rst", ""})
_DATA = frozenset({"json", "yaml", "toml", "xml", "css", "csv", "ini"})

_WEIGHTS: Mapping[Severity, float] = {
    "critical": 2.0,
    "high": 1.0,
    "medium": 0.5,
    "low": 0.2,
    "nit": 0.0,
}
_MOST_FOUND = 3.0
_MOST_WORDS = 6
"""Different words of danger; a file that holds more is not yet more dangerous."""
_LOOKED_AT = 60_000
"""Characters of changed lines in which words are looked for."""


def ranked(sources: Sequence[Source], findings: Iterable[Finding] = ()) -> list[Source]:
    """Return the sources, those that matter most first; equal ones as they came."""
    found: dict[str, float] = {}
    for finding in findings:
        path = finding.anchor.path
        found[path] = min(_MOST_FOUND, found.get(path, 0.0) + _WEIGHTS[finding.severity])
    return sorted(sources, key=lambda source: -(risk(source) + found.get(source.path, 0.0)))


def risk(source: Source) -> float:
    """Guess how much harm a mistake here may do, from 0 to about 6."""
    changed = [
        line.text for piece in source.pieces for line in piece.lines if _is_new(source, line)
    ]
    words = {word.lower() for word in _DANGER.findall("\n".join(changed)[:_LOOKED_AT])}
    named = 1.0 if _DANGER.search(source.path) else 0.0
    weight = named + min(len(words), _MOST_WORDS) / _MOST_WORDS + _size(len(changed))
    return weight * _kind(source)


def _is_new(source: Source, line: Line) -> bool:
    """In a diff only what the change touches counts."""
    return not source.is_diff or line.is_added or line.is_removed


def _size(lines: int) -> float:
    return math.log2(1 + lines) / 4


def _kind(source: Source) -> float:
    if source.change == "deleted":
        return 0.3
    if _TESTS.search(source.path.lower()):
        return 0.5
    if source.language in _PROSE and source.path:
        return 0.3
    return 0.6 if source.language in _DATA else 1.0
