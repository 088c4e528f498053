"""A review as GitHub's workflow commands, which a workflow run shows beside the lines.

Form: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. A run shows
ten of each level at most, so that the gravest come first; a command is one line, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from bot.review.rendering import phrases
from bot.review.rendering.visible import visible
from bot.review.rendering.worded import worded
from bot.review.values import SEVERITIES, Finding, Review, Severity

Level: TypeAlias = Literal["error", "warning", "notice"]

LEVELS: Mapping[Severity, Level] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "nit": "notice",
}

_LONGEST = 4_000
"""Characters of one message."""


def render(review: Review, locale: str = "en") -> str:
    """Write a command for each finding, and one for what was not reviewed."""
    living = (worded(each, locale) for each in phrases.living(review))
    found = sorted(living, key=lambda each: SEVERITIES.index(each.severity))
    lines = [_command(LEVELS[each.severity], _place(each), _told(each, locale)) for each in found]
    missing = [
        note for note in (phrases.model_note(review, locale), *phrases.gaps(review, locale)) if note
    ]
    if missing:
        level: Level = "warning" if review.coverage.llm in ("failed", "partial") else "notice"
        title = f"{phrases.score(review, locale)}, {phrases.verdict(review, locale)}"
        lines.append(_command(level, {"title": title}, "\n".join(missing)))
    return "".join(f"{line}\n" for line in lines)


def _place(finding: Finding) -> dict[str, str]:
    anchor = finding.anchor
    properties: dict[str, str] = {}
    if anchor.path:
        properties["file"] = anchor.path
    # Annotations stand in the file as it is now: lines of the old side would be others there.
    if anchor.start_line is not None and anchor.side == "new" and anchor.path:
        properties["line"] = str(anchor.start_line)
        end = anchor.end_line or anchor.start_line
        properties["endLine"] = str(end)
        if end == anchor.start_line and anchor.start_col is not None:
            properties["col"] = str(anchor.start_col)
            properties["endColumn"] = str(anchor.end_col or anchor.start_col)
    properties["title"] = " ".join(filter(None, (finding.title, phrases.cwes(finding))))
    return properties


def _told(finding: Finding, locale: str) -> str:
    place = finding.anchor
    parts = [finding.message.strip() or finding.title]
    is_shown = place.path and place.start_line is not None and place.side == "new"
    if not is_shown or place.status == "fuzzy":
        parts.insert(0, f"[{phrases.name(place.path, locale)}, {phrases.place(place, locale)}]")
    parts += [finding.suggestion.strip(), f"({phrases.sources(finding, locale)})"]
    return "\n".join(filter(None, parts))[:_LONGEST]


def _command(level: Level, properties: Mapping[str, str], message: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {written}::{_data(message)}"


def _data(text: str) -> str:
    """Escape as the runner's own toolkit does: nothing can begin a command of its own."""
    text = visible(text.replace("\r\n", "\n"))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
