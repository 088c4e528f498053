"""What was read in full, in part, and not at all, and why: in stable words. Pure.

Reasons are a word, or a word and its detail behind a colon, several joined by `; `. In part:
`lines:1-400` (only those were shown to the model), `static_only` (the model had no room for it),
`no_answer` (the model's answer about it is missing), `not_linted` (a static tool had no room for
it), `long_lines`, and the notes of reading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.review.asking.pack import Bundle, Packed, Section
from bot.review.material import MISSING, Material
from bot.review.values import Coverage, Part, ToolRun

_SKIPPED_FOR = {"damaged": "damaged_hunks", "unnumbered": "unnumbered_hunks"}
"""Notes by the reason for which a file was skipped, where the two are not the same word."""


def covered(
    material: Material,
    tools: Sequence[ToolRun],
    packed: Packed | None = None,
    answered: Collection[Bundle] = (),
    *,
    llm: Part = "off",
    detail: str = "",
    dropped: int = 0,
    unlinted: Sequence[str] = (),
) -> Coverage:
    """Tell what was read; without `packed` no model was asked, and the static tools count."""
    paths = dict.fromkeys(source.path for source in material.sources)
    partial = {path: why for path, why in material.partial.items() if path in paths}
    missing = _unplaced(material, partial)
    if missing and len(paths) == 1 and not material.skipped and "files_left_out" not in missing:
        only = next(iter(paths))
        partial, missing = {only: _both(partial.get(only, ""), "; ".join(missing))}, []
    for path in dict.fromkeys(path for tool in tools for path in tool.unread if path in paths):
        partial[path] = _both(partial.get(path, ""), "not_linted")
    for path, why in (_unread(packed, answered) if packed is not None else {}).items():
        partial[path] = _both(partial.get(path, ""), why)
    return Coverage(
        files_total=len({*paths, *material.skipped}),
        full=tuple(path for path in paths if path not in partial),
        partial=partial,
        skipped=dict(material.skipped),
        missing=tuple(missing),
        unlinted=tuple(unlinted),
        tools=tuple(tools),
        llm=llm,
        llm_detail=detail,
        dropped_findings=dropped,
    )


def _unplaced(material: Material, partial: Mapping[str, str]) -> list[str]:
    """Return the notes of what is missing that no file accounts for."""
    told = {word for why in partial.values() for word in why.split("; ")}
    told |= {_SKIPPED_FOR.get(why, why) for why in material.skipped.values()}
    return [note for note in MISSING if note in material.notes and note not in told]


def _both(first: str, second: str) -> str:
    return "; ".join(filter(None, (first, second)))


def _unread(packed: Packed, answered: Collection[Bundle]) -> dict[str, str]:
    read: dict[str, list[Section]] = {}
    unread: dict[str, list[str]] = {}
    for bundle in packed.bundles:
        is_read = any(bundle is each for each in answered)
        for section in bundle.sections:
            if is_read:
                read.setdefault(section.source.path, []).append(section)
            else:
                unread.setdefault(section.source.path, []).append("no_answer")
    for section in packed.left_out:
        unread.setdefault(section.source.path, []).append("static_only")
    reasons = {path: _reason(read.get(path, []), why) for path, why in unread.items()}
    for path, sections in read.items():
        if path not in reasons and any(section.is_cut for section in sections):
            reasons[path] = "long_lines"
    return reasons


def _reason(read: Sequence[Section], why: Sequence[str]) -> str:
    if not read:
        return why[0]
    ranges = _ranges(sorted((section.first, section.last) for section in read))
    words = [f"lines:{ranges}"]
    if "no_answer" in why:
        words.append("no_answer")
    return "; ".join(words)


def _ranges(pairs: Sequence[tuple[int, int]]) -> str:
    """Write ranges of lines, those that follow each other as one."""
    joined: list[tuple[int, int]] = []
    for first, last in pairs:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return ",".join(f"{first}-{last}" for first, last in joined)
