"""Takes out of a model's answer whatever findings stand in it, whole ones only. Pure.

An answer that says "nothing found" and one that says nothing are told apart: the second must never
pass for the first. What was lost on the way is counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.review.salvage import lenient, yamlish
from bot.review.salvage.lenient import Read
from bot.review.salvage.raw import RawFinding, finding_of, looks_like_one, says_none
from bot.review.salvage.scores import score_of
from bot.review.salvage.wrapped import nested, straightened, unescaped

MOST_FINDINGS = 100
LONGEST = 400_000
"""Characters of an answer that are looked at."""

_MOST_TRIES = 40
"""Places in prose that look like the beginning of an object."""

_MOST_READ = 1_000_000
"""Characters that all these tries together may read: no more than a second."""

_DEEPEST = 3
"""Objects around the list of findings: `{"result": {"review": {…}}}`."""

_LONGEST_NUMBER = 300
"""Digits; what is longer is a model that could not stop, and nothing is lost with it."""

_LISTS = ("findings", "issues", "comments", "problems", "review_comments", "code_suggestions")
_WORDS = frozenset({*_LISTS, "summary", "score", "recommendations", "verdict"})
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCED = re.compile(
    r"\s*(?:```|~~~)[\w-]*[ \t]*\n(?P<inner>.*?)\n?[ \t]*(?:```|~~~)\s*", re.DOTALL
)
_BEGINS = re.compile(r"""\{\s*(?:["'“}]|//|[A-Za-z_$][\w$-]{0,40}\s*:)|\[\s*(?:\{|//)""")

State: TypeAlias = Literal["whole", "partial", "none"]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What an answer held. `state`: all of it was understood, a part, or nothing at all.

    `missing` tells what went wrong, in stable words: `empty`, `no_json`, `no_findings_list`, `cut`,
    `unreadable_findings`, `too_many_findings`. `lost` counts findings that were begun and not told
    to their end, or said nothing.
    """

    findings: tuple[RawFinding, ...] = ()
    summary: str = ""
    recommendations: tuple[str, ...] = ()
    score: float | None = None
    language: str = ""
    state: State = "none"
    missing: tuple[str, ...] = ()
    lost: int = 0


def salvage(text: str, *, ended: bool = True) -> Salvaged:
    """Read an answer; `ended` is False if the model was cut off by a limit or a lost line."""
    text = _THOUGHT.sub("", text[:LONGEST].replace("\ufeff", "")).strip()
    if not text:
        return Salvaged(missing=("empty",))
    collected = _Collected()
    for read in _roots(text):
        collected.take(read)
    for plain in (unescaped(text), straightened(text)) if not collected.roots else ():
        for read in _roots(plain):
            collected.take(read)
    if not collected.roots and (value := yamlish.read(text, ended=ended)) is not None:
        collected.take(Read(value, len(text)))
    if not collected.roots:
        return Salvaged(missing=("no_json",))
    if not ended:
        collected.missing["cut"] = None
    return collected.salvaged()


def objects(text: str) -> list[dict[str, Any]]:
    """Return the whole objects of an answer of another form, the outermost ones and, where one was
    cut, those in its lists."""
    text = _THOUGHT.sub("", text[:LONGEST]).strip()
    found: list[dict[str, Any]] = []
    for read in _scanned(text, lambda _: True):
        values = read.value if isinstance(read.value, list) else [read.value]
        for value in values:
            if isinstance(value, dict) and read.is_sure(value):
                found.append(value)
            elif isinstance(value, dict):
                lists = (item for item in value.values() if isinstance(item, list))
                found += (
                    item
                    for items in lists
                    for item in items
                    if isinstance(item, dict) and read.is_sure(item)
                )
    return found


# -- where it stands ---------------------------------------------------------------------------


def _roots(text: str, depth: int = 0) -> Iterator[Read]:
    """Yield what is meant as the answer: all of the text, what is wrapped in it, or found in it."""
    inner = found["inner"] if (found := _FENCED.fullmatch(text)) else text
    for candidate in (text, inner):
        value = _loaded(candidate)
        if _is_relevant(value):
            yield Read(value, len(text))
            return
        for told in nested(value):
            if roots := list(_roots(told, depth + 1)) if depth < _DEEPEST else []:
                yield from roots
                return
    yield from _scanned(text, _is_relevant)


def _loaded(text: str) -> Any:
    """Read whole JSON; None for anything else, and for what no answer holds."""
    try:
        return json.loads(text, strict=False, parse_constant=lambda _: None, parse_int=_integer)
    except (ValueError, RecursionError):
        return None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _scanned(text: str, is_wanted: Any) -> Iterator[Read]:
    """Try to read at every place that looks like the beginning of an object."""
    at = tries = spent = 0
    while tries < _MOST_TRIES and spent < _MOST_READ and (found := _BEGINS.search(text, at)):
        tries += 1
        read = lenient.read(text, found.start())
        spent += read.end - found.start()
        if is_wanted(read.value):
            yield read
            at = max(read.end, found.end())
        else:
            at = found.start() + 1


def _is_relevant(value: object, depth: int = 0) -> bool:
    """Tell whether a value is an answer, or a finding, or wraps one."""
    if isinstance(value, list):
        return any(looks_like_one(item) for item in value)
    if not isinstance(value, Mapping):
        return False
    if _WORDS & {str(key).lower() for key in value} or looks_like_one(value):
        return True
    return depth < _DEEPEST and any(
        _is_relevant(item, depth + 1) for item in value.values() if isinstance(item, Mapping | list)
    )


# -- what it says --------------------------------------------------------------------------------


class _Collected:
    """Puts together what the roots of an answer hold."""

    def __init__(self) -> None:
        self.roots = 0
        self.findings: dict[RawFinding, None] = {}
        self.told: dict[str, Any] = {}
        self.missing: dict[str, None] = {}
        self.lost = 0
        self.has_list = False

    def take(self, read: Read) -> None:
        """Take one root."""
        self.roots += 1
        self._take(read, read.value, 0)
        if read.unsure:
            self.missing["cut"] = None

    def _take(self, read: Read, value: Any, depth: int) -> None:
        if isinstance(value, list):
            self._take_list(read, value)
            return
        named = {str(key).lower(): item for key, item in value.items()}
        lists = [named[key] for key in _LISTS if isinstance(named.get(key), list)]
        for items in lists:
            self._take_list(read, items)
        if not lists and looks_like_one(value) and not ({"score", "recommendations"} & set(named)):
            self._take_list(read, [value])
        elif not lists and depth < _DEEPEST:
            for item in value.values():
                if isinstance(item, Mapping | list) and _is_relevant(item, depth + 1):
                    self._take(read, item, depth + 1)
        self.told |= {key: item for key, item in named.items() if key in _WORDS | {"language"}}

    def _take_list(self, read: Read, items: list[Any]) -> None:
        self.has_list = True
        for item in items:
            if says_none(item):
                continue
            finding = finding_of(item) if read.is_sure(item) else None
            if finding is None:
                self.lost += 1
                if read.is_sure(item):
                    self.missing["unreadable_findings"] = None
            elif len(self.findings) < MOST_FINDINGS or finding in self.findings:
                self.findings[finding] = None
            else:
                self.missing["too_many_findings"] = None

    def salvaged(self) -> Salvaged:
        """Return all of it as one answer."""
        if not self.has_list:
            self.missing["no_findings_list"] = None
        told = self.told.get("recommendations")
        advice = told if isinstance(told, list) else [told]
        return Salvaged(
            findings=tuple(self.findings),
            summary=_line(self.told.get("summary")),
            recommendations=tuple(line for item in advice[:20] if (line := _line(item))),
            score=score_of(self.told.get("score")),
            language=_line(self.told.get("language")),
            state="partial" if self.missing else "whole",
            missing=tuple(self.missing),
            lost=self.lost,
        )


def _line(value: object) -> str:
    """Return a text in one paragraph, of whatever was said instead."""
    if isinstance(value, Mapping):
        value = next((item for item in value.values() if isinstance(item, str)), "")
    if not isinstance(value, str):
        return ""
    return " ".join(value.encode("utf-8", "replace").decode().split())[:2_000]
