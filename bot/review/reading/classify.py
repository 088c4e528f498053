"""From what was posted to what is reviewed: decodes, tells diffs from files from snippets, names
the language, and sorts out what is not worth reading, with the reason. Pure; trusts no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.review.material import Kind, Line, LineEnd, Material, Piece, Source
from bot.review.reading import unread
from bot.review.reading.chat import line_ends, undo
from bot.review.reading.decoding import decode, ends_of
from bot.review.reading.dialects import dialect
from bot.review.reading.diffs import read_diff
from bot.review.reading.fragments import is_cut, is_fragment
from bot.review.reading.languages import by_name, by_word, detect
from bot.review.reading.posted import Posted

__all__ = ["MOST_DIFF", "MOST_PARTS", "Posted", "read"]

MOST_DIFF = 5_000_000
"""Characters of a diff that are read at all."""

MOST_PARTS = 50
"""Things posted at once that are read; the others are named."""

_CODE_SHARE = 0.5
"""Of an unnamed text's lines must belong to a diff for it to be one: code may quote a diff."""


def read(parts: Sequence[Posted]) -> Material:
    """Read everything that was posted as one review's material.

    Reasons in `partial` are those of diffs. Reasons in `skipped`: `binary`, `empty`, `huge`,
    `minified`, `generated`, `vendored`, `lock`, `too_many`, `not_unified`, and those of `diffs`.
    Notes: `latin1`, `utf16`, `utf32`, and those of diffs. Of several snippets without names each
    gets one, such as `snippet 2`.
    """
    reading = _Reading(nameless=sum(not part.name for part in parts))
    for part in parts[:MOST_PARTS]:
        reading.add(part)
    for part in parts[MOST_PARTS:]:
        reading.skip(part.name, "too_many")
    return reading.material()


class _Reading:
    """What was found so far."""

    def __init__(self, nameless: int) -> None:
        self.several_nameless = nameless > 1
        self.sources: list[Source] = []
        self.skipped: dict[str, str] = {}
        self.partial: dict[str, str] = {}
        self.notes: dict[str, None] = {}
        self.kinds: set[Kind] = set()
        self.taken: dict[str, int] = {}

    def add(self, part: Posted) -> None:
        """Read one thing that was posted."""
        text, encoding = ("", "") if isinstance(part.content, str) else decode(part.content)
        if isinstance(part.content, str):
            text = part.content
        if encoding == "binary":
            self.skip(part.name, "binary")
            return
        if encoding:
            self.notes[encoding] = None
        if not text.strip():
            self.skip(part.name, "empty")
        elif len(text) > MOST_DIFF:
            self.skip(part.name, "huge")
        elif (diff := _as_diff(part, text)) is not None:
            self._add_diff(diff)
        else:
            self._add_file(part, text)

    def skip(self, name: str, reason: str) -> None:
        """Note that something is not read."""
        self.skipped[self._path(name)] = reason

    def material(self) -> Material:
        """Return all of it. A diff among several things makes the whole a diff."""
        kinds: tuple[Kind, ...] = ("diff", "file")
        kind: Kind = next((kind for kind in kinds if kind in self.kinds), "snippet")
        notes = tuple(self.notes)
        return Material(kind, tuple(self.sources), self.skipped, notes, self.partial)

    def _add_diff(self, diff: Material) -> None:
        self.kinds.add("diff")
        finished = finish_diff(diff)
        self.sources += finished.sources
        self.skipped.update(finished.skipped)
        self.partial.update(finished.partial)
        self.notes.update(dict.fromkeys(finished.notes))

    def _add_file(self, part: Posted, text: str) -> None:
        ends: tuple[LineEnd, bool] = ("\n", True) if part.is_pasted else ends_of(text)
        text = undo(text) if part.is_pasted else line_ends(text)
        if reason := unread.by_name(part.name) or unread.by_text(text):
            self.skip(part.name, reason)
            return
        self.kinds.add("file" if part.name else "snippet")
        text = text.strip("\n") if part.is_pasted else text.removesuffix("\n")
        told = detect(text, tag=part.fence_tag, name=part.name, hint=part.media_type)
        language = dialect(text, told)
        lines = tuple(Line(line, number) for number, line in enumerate(text.split("\n"), start=1))
        whole = bool(part.name) and not part.is_pasted
        self.sources.append(
            Source(
                path=self._path(part.name),
                pieces=(Piece(lines),),
                language=language,
                is_fragment=is_cut(text, language) if whole else is_fragment(text, language),
                line_end=ends[0],
                final_newline=ends[1],
            )
        )

    def _path(self, name: str) -> str:
        """Return a path that no other source has."""
        path = name or ("snippet 1" if self.several_nameless else "")
        count = self.taken[path] = self.taken.get(path, 0) + 1
        if count == 1:
            return path
        return f"snippet {count}" if not name else f"{name} ({count})"


def finish_diff(diff: Material) -> Material:
    """Name the languages of a diff's files and sort out what is not worth reading."""
    sources: list[Source] = []
    skipped = dict(diff.skipped)
    for source in diff.sources:
        if reason := unread.by_name(source.path) or unread.by_text(source.text()):
            skipped[source.path] = reason
            continue
        language = by_name(source.path)
        if not language and not source.path:
            language = detect(source.text())
        sources.append(replace(source, language=language))
    return replace(diff, sources=tuple(sources), skipped=skipped)


def _as_diff(part: Posted, text: str) -> Material | None:
    """Read a text as a diff if it is one: by its name or tag, or else by its looks."""
    told = by_word(part.fence_tag) or by_name(part.name)
    if told == "diff":
        unread_diff = Material("diff", (), {part.name or "diff": "not_unified"})
        return read_diff(text, pasted=part.is_pasted) or unread_diff
    if told not in ("", "text") or ("@@" not in text and "diff --git" not in text):
        return None
    diff = read_diff(text, pasted=part.is_pasted)
    if diff is None:
        return None
    counted = sum(len(piece.lines) for source in diff.sources for piece in source.pieces)
    begins = text.lstrip().startswith(("diff --", "--- ", "Index: ", "@@ ", "From ", "commit "))
    written = sum(bool(line.strip()) for line in text.split("\n"))
    return diff if begins or counted >= written * _CODE_SHARE else None
