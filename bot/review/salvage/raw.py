"""What a model said of one finding, put into our words: other names, spellings and units. Pure.

Nothing is checked against the code here, and nothing made up: what is missing stays empty.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.review.findings.quotes import Side
from bot.review.values import LONGEST_TITLE, FindingType, Severity

LONGEST_TEXT = 4_000
LONGEST_CODE = 20_000
"""Characters of one field; what is longer is cut."""

CONFIDENCE = 0.5
"""Of a finding whose own is not said."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "path": ("path", "file", "filename", "file_path", "filepath", "relevant_file", "file_name"),
    "line": ("line", "start_line", "line_start", "lines", "line_number", "lineno", "start"),
    "end_line": ("end_line", "line_end", "end"),
    "quote": (
        "quote",
        "code",
        "existing_code",
        "snippet",
        "code_snippet",
        "quoted_code",
        "excerpt",
    ),
    "side": ("side",),
    "severity": ("severity", "level", "priority", "impact"),
    "type": ("type", "category", "kind", "label"),
    "title": ("title", "summary", "header", "name", "issue", "problem", "headline"),
    "message": ("message", "explanation", "description", "body", "details", "comment", "content"),
    "trigger": ("trigger", "scenario", "failing_input", "example", "input"),
    "suggestion": ("suggestion", "recommendation", "advice", "how_to_fix", "remediation"),
    "confidence": ("confidence", "certainty", "probability"),
    "cwe": ("cwe", "cwes", "cwe_id", "cwe_ids"),
    "fix": ("fix", "edit", "patch", "suggested_fix", "improved_code", "replacement"),
    "old": ("old", "before", "existing_code", "original", "quote", "search"),
    "new": ("new", "after", "replacement", "improved_code", "code", "replace", "suggested_code"),
}
_SEVERITIES: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "blocker", "severe", "p0", "urgent", "严重", "致命"), "critical"),
    **dict.fromkeys(("high", "major", "error", "important", "p1", "高"), "high"),
    **dict.fromkeys(("medium", "moderate", "warning", "warn", "normal", "p2", "中"), "medium"),
    **dict.fromkeys(("low", "minor", "p3", "低"), "low"),
    **dict.fromkeys(("nit", "info", "informational", "note", "trivial", "suggestion", "p4"), "nit"),
}
_TYPES: Mapping[str, FindingType] = {
    **dict.fromkeys(("bug", "defect", "correctness", "logic", "functional", "error"), "bug"),
    **dict.fromkeys(("security", "vulnerability", "privacy", "injection"), "security"),
    **dict.fromkeys(("performance", "efficiency", "speed", "memory"), "performance"),
    **dict.fromkeys(
        ("reliability", "robustness", "concurrency", "race", "error handling", "resource"),
        "reliability",
    ),
    **dict.fromkeys(
        ("maintainability", "design", "refactor", "readability", "complexity", "best practice"),
        "maintainability",
    ),
    **dict.fromkeys(("tests", "test", "testing", "coverage"), "tests"),
    **dict.fromkeys(("docs", "doc", "documentation", "comment", "comments"), "docs"),
    **dict.fromkeys(("style", "naming", "format", "formatting", "nit", "lint"), "style"),
}
_WORDS = {
    "very high": 0.95,
    "high": 0.9,
    "medium": 0.6,
    "moderate": 0.6,
    "low": 0.3,
    "certain": 1.0,
}
_PLACE = re.compile(
    r"(?P<path>.*?)(?:[:#]L?|\s*,?\s*lines?\s*)(?P<line>\d+(?:\s*[-–:]\s*L?\d+)?)\s*"
)
_DIGITS = re.compile(r"(?<!\d)\d{1,7}(?!\d)")
_SAID = re.compile(
    r"(?P<path>[^\s:,]{0,300}?)(?:[:#]?L?|\s*,?\s*[Ll]ines?\s*)(?P<line>\d{1,7}(?:\s*[-–]\s*L?\d{1,7})?)"
    r"\s*(?:[:,)]|[-–—]\s)\s*(?P<rest>\S.*)",
    re.DOTALL,
)
"""A finding told in a text: `a.py:3: …`, `Line 3: …`."""

_FEWEST_WORDS = 3
_CHINESE = re.compile(r"[\u3040-\u9fff]")
_NOTHING = re.compile(
    r"(?:no|none|n/?a|nothing|没有|沒有|无|無)"
    r"(?:\s*\b(?:major|serious|further|critical|to|report|issues?|problems?|findings?|bugs?|found|were))*"
    r"(?:发现|發現|问题|問題)*\s*[.!。]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RawFix:
    """A proposed change: `old`, empty for the quoted code itself, is to read `new`."""

    old: str
    new: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class RawFinding:
    """A finding as the model told it; `line` is what it cites, by whatever count."""

    path: str
    line: int | None
    end_line: int | None
    side: Side
    quote: str
    severity: Severity
    type: FindingType
    title: str
    message: str
    trigger: str = ""
    suggestion: str = ""
    confidence: float = CONFIDENCE
    cwe: tuple[int, ...] = ()
    fix: RawFix | None = None


def looks_like_one(value: object) -> bool:
    """Tell whether an object is meant as a finding: it says something about some code."""
    if not isinstance(value, Mapping):
        return False
    folded = _folded(value)
    says = any(_text(_first(folded, name)) for name in ("title", "message"))
    about = ("path", "line", "quote", "severity", "type")
    return says and any(_first(folded, name) is not None for name in about)


def finding_of(value: object) -> RawFinding | None:
    """Read an object, or a text, as a finding; None if it says nothing."""
    if isinstance(value, str):
        value = _told(value)
    if not isinstance(value, Mapping):
        return None
    told = _folded(value)
    if isinstance(inner := told.get("location") or told.get("anchor"), Mapping):
        told = {**_folded(inner), **told}
    title, message = (_text(_first(told, name)) for name in ("title", "message"))
    if not (title or message):
        return None
    path, line, end = _where(told)
    return RawFinding(
        path=path,
        line=line,
        end_line=end,
        side="old" if _text(_first(told, "side")).lower() in ("old", "left", "before") else "new",
        quote=_text(_first(told, "quote"), LONGEST_CODE),
        severity=_severity(_first(told, "severity")),
        type=_type(_first(told, "type")),
        title=titled(title or message),
        message=message or title,
        trigger=_text(_first(told, "trigger")),
        suggestion=_text(_first(told, "suggestion")),
        confidence=_confidence(_first(told, "confidence")),
        cwe=_numbers(_first(told, "cwe")),
        fix=_fix(_first(told, "fix")),
    )


def says_none(value: object) -> bool:
    """Tell whether what stands in a list of findings says that there are none."""
    return isinstance(value, str) and _NOTHING.fullmatch(value.strip()[:200]) is not None


def _told(text: str) -> Mapping[str, Any]:
    """Take the place off the beginning of a text, if one stands there; a word is no finding."""
    if found := _SAID.fullmatch(text.strip()[:LONGEST_TEXT]):
        return {"path": found["path"], "line": found["line"], "message": found["rest"]}
    is_sentence = len(text.split()) >= _FEWEST_WORDS or len(_CHINESE.findall(text[:200])) > 5
    return {"message": text} if is_sentence else {}


def titled(text: str) -> str:
    """Shorten a text to one line that fits as a title."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    sentence = re.split(r"(?<=[.!?])\s+|(?<=[。！？])", line, maxsplit=1)[0]
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    return f"{line[: LONGEST_TITLE - 1].rstrip()}…"


# -- fields ------------------------------------------------------------------------------------


def _folded(value: Mapping[Any, Any]) -> dict[str, Any]:
    """Spell names alike: `startLine`, `Start Line` and `start-line` are `start_line`."""
    return {
        re.sub(r"[\s-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(key).strip())).lower(): item
        for key, item in value.items()
    }


def _first(told: Mapping[str, Any], name: str) -> Any:
    """Return what stands under the first of a field's names that is not empty."""
    return next((told[key] for key in _NAMES[name] if told.get(key) not in (None, "", [])), None)


def _text(value: object, most: int = LONGEST_TEXT) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, list | tuple):
        text = "\n".join(item for item in value if isinstance(item, str))
    elif isinstance(value, bool | int | float):
        text = str(value)
    else:
        return ""
    text = text.encode("utf-8", "replace").decode()[:most]
    return text.strip("\n") if most == LONGEST_CODE else text.strip()


def _where(told: Mapping[str, Any]) -> tuple[str, int | None, int | None]:
    path = _text(_first(told, "path"))
    numbers = _numbers(_first(told, "line"))
    if not path and isinstance(place := told.get("location"), str):
        path = place.strip()
    if (found := _PLACE.fullmatch(path[:1_000])) and not numbers:
        path, numbers = found["path"], _numbers(found["line"])
    ends = _numbers(_first(told, "end_line")) or numbers[1:2]
    line = numbers[0] if numbers else None
    end = ends[0] if ends and line is not None and ends[0] >= line else line
    return path, line, end


def _numbers(value: object) -> tuple[int, ...]:
    """Read numbers out of whatever they are written in; none is zero or negative."""
    if isinstance(value, bool) or value is None:
        return ()
    if isinstance(value, int | float):
        return (int(value),) if math.isfinite(value) and 1 <= value < 10_000_000 else ()
    if isinstance(value, str):
        found: Iterable[int] = (int(digits) for digits in _DIGITS.findall(value[:200]))
    elif isinstance(value, list | tuple):
        found = (number for item in value[:20] for number in _numbers(item))
    else:
        return ()
    return tuple(dict.fromkeys(number for number in found if number > 0))


def _severity(value: object) -> Severity:
    word = _text(value).lower()
    words = re.findall(r"\w+", word)
    return next((_SEVERITIES[each] for each in (word, *words) if each in _SEVERITIES), "medium")


def _type(value: object) -> FindingType:
    word = re.sub(r"[_-]+", " ", _text(value).lower())
    words = re.findall(r"\w+", word)
    return next((_TYPES[each] for each in (word, *words) if each in _TYPES), "bug")


def _confidence(value: object) -> float:
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _WORDS:
            return _WORDS[word]
        found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?)\s*(%)?(?:\s*/\s*(\d{1,3}))?", word)
        if found is None:
            return CONFIDENCE
        value = float(found[1]) / (float(found[3]) or 1.0 if found[3] else 100 if found[2] else 1)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return CONFIDENCE
    # Above one it is meant as a percentage, or out of ten.
    share = value if value <= 1 else value / 10 if value <= 10 else value / 100
    return min(1.0, max(0.0, float(share)))


def _fix(value: object) -> RawFix | None:
    if isinstance(value, str):
        new = _text(value, LONGEST_CODE)
        return RawFix("", new) if new else None
    if not isinstance(value, Mapping):
        return None
    told = _folded(value)
    described = _text(told.get("description") or told.get("explanation"))
    old = _text(_first(told, "old"), LONGEST_CODE)
    key = next((key for key in _NAMES["new"] if isinstance(told.get(key), str)), None)
    if key is None or (not told[key] and not old):
        return None
    return RawFix(old, _text(told[key], LONGEST_CODE), described)
