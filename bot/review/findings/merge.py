"""Says once what several sources saw: tool and tool, tool and model, model and model. Pure.

Two findings are the same only if place and subject agree: two faults on one line stay two. What a
tool found keeps its id, its title and at least its severity, whatever a model says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.review.values import SEVERITIES, Finding, Fix

LLM = "llm"

CLOSE = 3
"""Lines between two findings that may still be about the same."""

ALIKE = 0.5
ALIKE_APART = 0.7
"""Share of words that two titles have in common, on the same lines and some lines apart."""

SUREST = 0.99

_KINDS: tuple[frozenset[int], ...] = (
    *map(frozenset, ({77, 78, 88}, {89, 564, 943}, {79, 80, 116}, {22, 23, 36, 73}, {94, 95, 96})),
    *map(frozenset, ({259, 321, 547, 798}, {326, 327, 328, 916}, {295, 297}, {377, 378, 379})),
    *map(frozenset, ({502, 915}, {611, 776, 827}, {330, 338}, {362, 367}, {369, 682}, {125, 787})),
    *map(frozenset, ({400, 770, 1333}, {391, 703, 754, 755}, {404, 772, 775}, {476, 690})),
)
"""Weaknesses that one fault is filed under, now as one and now as another (cwe.mitre.org)."""

_STEMS = re.compile(r"(?:ing|ed|es|s|ation|ion|able|ible)$")
_NO_SUBJECT = """
a an and are as at be by can code could do does for from has if in into is it its may might must no
not of on or should that the this to use used when which will with without would possible potential
missing issue problem error bug risk function line value
"""
_COMMON = frozenset(_NO_SUBJECT.split())
_CODE = re.compile(r"`([\w.]{2,60})(?:\(\))?`")
_WORD = re.compile(r"[a-z0-9_]{2,40}|[\u3040-\u9fff]")


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Put together what is the same, tools' findings first, and sort the rest by gravity."""
    by_side: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=is_models_alone):
        kept = by_side.setdefault((finding.anchor.path, finding.anchor.side), [])
        at = next((i for i, other in enumerate(kept) if is_same(other, finding)), None)
        if at is None:
            kept.append(finding)
        else:
            kept[at] = joined(kept[at], finding)
    return ordered(each for kept in by_side.values() for each in kept)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings as people read them: gravest first, what was changed first, then by place."""
    return sorted(
        findings,
        key=lambda each: (
            SEVERITIES.index(each.severity),
            not each.in_change,
            -round(each.confidence, 1),
            each.anchor.path,
            each.anchor.start_line or 0,
            each.id,
        ),
    )


def is_models_alone(finding: Finding) -> bool:
    """Tell whether no tool confirms a finding."""
    return all(source == LLM for source in finding.sources)


def is_same(first: Finding, second: Finding) -> bool:
    """Tell whether two findings are about the same fault."""
    if (first.anchor.path, first.anchor.side) != (second.anchor.path, second.anchor.side):
        return False
    if set(first.sources) & set(second.sources) - {LLM} and first.rule_id == second.rule_id:
        return first.anchor == second.anchor
    distance = _distance(first, second)
    if distance is None:
        return first.type == second.type and _alike(first, second) >= ALIKE_APART
    if distance == 0:
        return (
            _is_same_kind(first, second)
            or _alike(first, second) >= ALIKE
            or _names_the_same(first, second)
        )
    both_told = is_models_alone(first) and is_models_alone(second)
    if distance > CLOSE or not (both_told or is_models_alone(second)):
        return False
    # Some lines apart, equal words are equal faults in a row as often as one fault told twice.
    return (
        first.anchor.quote != second.anchor.quote
        and first.type == second.type
        and _alike(first, second) >= ALIKE_APART
    )


def joined(first: Finding, second: Finding) -> Finding:
    """Make one of two: the first's name and place, everybody's explanation, the graver severity."""
    sure = 1 - (1 - first.confidence) * (1 - second.confidence)
    independent = set(first.sources).isdisjoint(second.sources)
    confidence = min(SUREST, sure) if independent else max(first.confidence, second.confidence)
    return first.model_copy(
        update={
            "severity": min(first.severity, second.severity, key=SEVERITIES.index),
            "rule_id": first.rule_id or second.rule_id,
            "cwe": tuple(dict.fromkeys((*first.cwe, *second.cwe))),
            "sources": tuple(dict.fromkeys((*first.sources, *second.sources))),
            "confidence": confidence,
            "message": _both(first, second),
            "trigger": first.trigger or second.trigger,
            "suggestion": _suggested(first, second),
            "fix": _better(first, second),
            "in_change": first.in_change or second.in_change,
            "more": max(first.more, second.more),
        }
    )


# -- comparing ---------------------------------------------------------------------------------


def _distance(first: Finding, second: Finding) -> int | None:
    """Return how many lines lie between two findings, 0 where they overlap; None if one of them
    stands nowhere."""
    a, b = first.anchor, second.anchor
    if a.start_line is None or b.start_line is None:
        return 0 if set(a.candidates) & set(b.candidates) else None
    a_end, b_end = a.end_line or a.start_line, b.end_line or b.start_line
    return max(0, a.start_line - b_end, b.start_line - a_end)


def _is_same_kind(first: Finding, second: Finding) -> bool:
    """Compare rules and weaknesses; a weakness that both name decides, the kind it is of too."""
    if first.rule_id and first.rule_id == second.rule_id:
        return True
    a, b = set(first.cwe), set(second.cwe)
    return bool(a & b) or any(kind & a and kind & b for kind in _KINDS)


def _names_the_same(tools: Finding, models: Finding) -> bool:
    """Tell whether a model that names no weakness objects to what a tool's title names as code."""
    if is_models_alone(tools) or not is_models_alone(models):
        return False
    if tools.type != models.type or (tools.cwe and models.cwe):
        return False
    named = {name.rpartition(".")[2].lower() for name in _CODE.findall(tools.title)}
    return bool(named & set(_WORD.findall(models.title.lower())))


def _alike(first: Finding, second: Finding) -> float:
    """Return how much two findings say the same: their titles, else all they say."""
    titles = _share(_words(first.title), _words(second.title))
    if titles >= ALIKE:
        return titles
    return _share(_words(first.title, first.message), _words(second.title, second.message))


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    if min(len(first), len(second)) < 2:
        return float(first == second and bool(first))
    return len(first & second) / len(first | second)


@lru_cache(maxsize=2_048)  # everything is compared with everything near it
def _words(*texts: str) -> frozenset[str]:
    """Return the words that carry meaning, roughly stemmed; Chinese by its characters."""
    words = _WORD.findall(" ".join(texts).lower()[:2_000])
    return frozenset(_STEMS.sub("", word) or word for word in words if word not in _COMMON)


# -- joining -----------------------------------------------------------------------------------


def _both(first: Finding, second: Finding) -> str:
    """Keep what was said first; a model may add to what a tool says, and never replace it."""
    if is_models_alone(first):
        return max(first.message, second.message, key=len)
    if second.message in first.message or not is_models_alone(second):
        return first.message
    said = first.message.rstrip()
    stop = "" if said.endswith((".", "!", "?", "。", "！", "？", ":")) else "."  # linters set none
    return f"{said}{stop}\n\n{second.message}"


def _suggested(first: Finding, second: Finding) -> str:
    if is_models_alone(second) and not is_models_alone(first):
        return second.suggestion or first.suggestion
    return first.suggestion or second.suggestion


def _better(first: Finding, second: Finding) -> Fix | None:
    fixes = [each.fix for each in (first, second) if each.fix is not None]
    return next((fix for fix in fixes if fix.verified), fixes[0] if fixes else None)
