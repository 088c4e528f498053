"""The static part of a review: every tool that knows the language, all at once, and what each did.

The linters run as processes in the sandbox; secrets, tripwires and our own rules are read here, in
a thread. Nothing here asks a model or a platform.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.review.findings.identity import identified
from bot.review.material import Material
from bot.review.static import cliches, secrets, tripwires, units
from bot.review.static.findings import Seen, finding, in_order
from bot.review.static.linters.hits import Hit
from bot.review.static.linters.linter import Linter, lint
from bot.review.static.linters.oxlint import Oxlint
from bot.review.static.linters.ruff import Ruff
from bot.review.static.linters.shellcheck import ShellCheck
from bot.review.static.rules import Rule
from bot.review.static.units import Unit
from bot.review.values import SECRETS, SEVERITIES, Anchor, Finding, Part, ToolRun

_log = logging.getLogger(__name__)

_LINTERS: tuple[Linter, ...] = (Ruff(), Oxlint(), ShellCheck())
_READERS: tuple[tuple[str, Callable[[Unit], Iterable[Seen]]], ...] = (
    (secrets.NAME, secrets.seen),
    (tripwires.NAME, tripwires.seen),
    (cliches.NAME, cliches.seen),
)
_NO_CODE = frozenset(
    {*("text", "markdown", "diff", "json", "yaml", "toml", "ini", "xml", "html"), "css", "scss"}
)
"""Languages of what is no program; nobody expects a linter there."""

_SECONDS = 3.0
"""For each of our own readers; what is unread by then is told."""

_MOST_OF_A_RULE = 25
"""Findings of one rule in one file; the rest say the same, and are counted."""

MOST_FINDINGS = 300
"""Of one review, the gravest; of the others the first of each rule, and how many more there are."""


async def examine(
    material: Material, on_secret: Callable[[Anchor], None] | None = None
) -> tuple[list[Finding], tuple[ToolRun, ...]]:
    """Read everything that stands after the change; a tool that failed is told, never passed over.

    Findings come in the order of their places. A tool that knows none of the languages has no run.
    `on_secret` is given each place of a literal that a tool calls a secret, also where that is said
    so often that it is only counted.
    """
    parts, asked = await asyncio.to_thread(_asked, material)
    read, linted = await asyncio.gather(
        asyncio.to_thread(_all_read, parts),
        asyncio.gather(*(_linted(linter, chosen) for linter, chosen in asked if chosen)),
    )
    results = [*linted, *read]
    seen = [each for found, _ in results for each in found]
    runs = tuple(run for _, run in results)
    return await asyncio.to_thread(_said, material, seen, on_secret), runs


def _asked(material: Material) -> tuple[list[Unit], list[tuple[Linter, list[Unit]]]]:
    """Cut the material into what is read, all of it and what each linter knows."""
    parts = units.units(material)
    return parts, [
        (each, [part for part in parts if part.source.language in each.languages])
        for each in _LINTERS
    ]


def _said(
    material: Material, seen: Sequence[Seen], on_secret: Callable[[Anchor], None] | None
) -> list[Finding]:
    if on_secret is not None:
        for each in seen:
            if SECRETS & set(each.rule.cwe) and each.source != secrets.NAME:
                on_secret(finding(each).anchor)
    return identified(material, in_order(finding(each) for each in _fewer(seen)))


def unlinted(material: Material) -> tuple[str, ...]:
    """Return the languages of the code that no linter knows; `unknown` for what has no name."""
    known = frozenset[str]().union(_NO_CODE, *(linter.languages for linter in _LINTERS))
    languages = dict.fromkeys(source.language or "unknown" for source in material.sources)
    return tuple(language for language in languages if language not in known)


async def _linted(linter: Linter, parts: Sequence[Unit]) -> tuple[list[Seen], ToolRun]:
    hits, run = await lint(linter, parts)
    return await asyncio.to_thread(_all_seen, linter, hits), run


def _all_seen(linter: Linter, hits: Sequence[tuple[Unit, Hit]]) -> list[Seen]:
    rules = linter.rules()
    return [_seen(linter.name, rules[hit.rule], part, hit) for part, hit in hits]


def _seen(source: str, rule: Rule, part: Unit, hit: Hit) -> Seen:
    return Seen(
        unit=part,
        source=source,
        rule=rule,
        row=hit.row,
        end_row=hit.end_row,
        column=hit.column,
        end_column=hit.end_column,
        message=hit.message,
    )


def _all_read(parts: Sequence[Unit]) -> list[tuple[list[Seen], ToolRun]]:
    """Let our own readers read, one after the other: side by side they would be no faster, and
    whatever else the process does would wait for each of them."""
    return [_read(name, reader, parts) for name, reader in _READERS] if parts else []


def _read(
    name: str, reader: Callable[[Unit], Iterable[Seen]], parts: Sequence[Unit]
) -> tuple[list[Seen], ToolRun]:
    """Let one of our own readers read part after part, as long as its time lasts."""
    begun = time.monotonic()
    seen: list[Seen] = []
    unread: list[tuple[str, str]] = []
    for part in parts:
        reason = part.too_large
        if not reason and time.monotonic() - begun > _SECONDS:
            reason = "there was no time left"
        if not reason:
            try:
                seen += reader(part)
            except (RecursionError, MemoryError, ValueError, IndexError, KeyError) as error:
                # A mistake of ours in one rule; the review goes on and says what is missing.
                _log.exception("%s could not read a part", name)
                reason = f"failed ({type(error).__name__})"
        if reason:
            unread.append((part.source.path, reason))
    state: Part = "ok"
    if unread:
        state = "failed" if len(unread) == len(parts) else "partial"
    return seen, ToolRun(
        name=name,
        state=state,
        files=len({id(part.source) for part in parts}) if state != "failed" else 0,
        seconds=round(time.monotonic() - begun, 4),
        detail="; ".join(dict.fromkeys(reason for _, reason in unread)),
        unread=tuple(dict.fromkeys(path for path, _ in unread if state == "partial")),
    )


def _fewer(seen: Sequence[Seen]) -> list[Seen]:
    """Keep the first of what a rule says of one file again and again, then the gravest of all; what
    is left out is counted with the last one of its rule that is kept."""
    kept: dict[tuple[object, ...], list[Seen]] = {}
    once: dict[tuple[object, ...], Seen] = {}
    for each in seen:
        once.setdefault((id(each.unit), each.source, each.rule.id, each.row), each)
    for each in once.values():
        here = kept.setdefault((id(each.unit.source), each.source, each.rule.id), [])
        if len(here) < _MOST_OF_A_RULE:
            here.append(each)
        else:
            here[-1] = replace(here[-1], more=here[-1].more + 1)
    by_gravity = sorted(
        (each for here in kept.values() for each in here),
        key=lambda each: SEVERITIES.index(each.rule.severity),
    )
    told: dict[tuple[str, str], list[Seen]] = {}
    count = 0
    for each in by_gravity:
        mine = told.setdefault((each.source, each.rule.id), [])
        if count < MOST_FINDINGS or not mine:
            mine.append(each)
            count += 1
        else:
            mine[-1] = replace(mine[-1], more=mine[-1].more + 1 + each.more)
    return [each for mine in told.values() for each in mine]
