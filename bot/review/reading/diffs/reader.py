"""From a text to files with numbered lines: finds headers, hands the hunks over, numbers lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.review.material import MISSING, Material, Source
from bot.review.reading.diffs import hunks, paths
from bot.review.reading.diffs.files import Draft, Hunk
from bot.review.reading.diffs.mending import mend, straight

_HG = re.compile(r"diff (?:-r [0-9a-f]{12,40} ){1,2}(?P<path>.+)")
_BINARY = re.compile(r"(?:Binary files|Files) (?P<old>.+) and (?P<new>.+) differ$")
_SVN_BINARY = "Cannot display: file marked as a binary type."
_UNNUMBERED = re.compile(r"@@(?! ?-\d).*@@|@@\s*$|@@ \.\.\.")

LONGEST_HEADER = 10_000
"""Characters of a header line: two names of at most 4,096 bytes (Linux, PATH_MAX), and words."""

FEWEST_SHORT = 2
"""Hunks that end early inside of the text from which on dropped empty lines are suspected; a single
one is more likely a header that was miscounted."""


def read_diff(text: str, *, pasted: bool = True) -> Material | None:
    """Read a unified diff in whatever state it is; None if there is none in the text.

    `pasted` tells that it came through a chat's text box, which escapes and quotes.

    Files whose content is not there are in `skipped` by reason: `binary`, `combined_diff`, `cut`,
    `damaged`, `unnumbered`; those of which something is missing in `partial`, by the notes that
    mean it. Notes tell what was noticed: `combined_diff`, `wrong_counts`, `cut`,
    `markers_lost`, `broken_lines`, `damaged_hunks`, `lines_missing`, `headers_missing`,
    `unnumbered_hunks`, `repeated_path`.
    """
    lines = mend(text, pasted=pasted)
    reader = _Reader(lines)
    reader.read()
    if reader.met_unmarked and _spaces_lost(lines):
        reader = _Reader(lines, spaces_lost=True)
        reader.read()
    return reader.material()


def read_hunks(text: str, draft: Draft) -> Source | None:
    """Read hunks without file headers, as code hosts give them per file; None if there are none.

    `draft` tells what is known of the file; the text is taken as it is, no damage is expected.
    """
    reader = _Reader(text.split("\n"))
    reader.file = draft
    reader.read(only_hunks=True)
    draft.settle(lines_missing=False)
    return draft.source() if draft.hunks else None


class _Reader:
    """One pass over the lines; `file` is the one whose headers or hunks are being read."""

    def __init__(self, lines: Sequence[str], *, spaces_lost: bool = False) -> None:
        self.lines = lines
        self.file: Draft | None = None
        self.files: list[Draft] = []
        self.notes: dict[str, None] = {}
        self.at = 0
        self.spaces_lost = spaces_lost
        self.met_unmarked = False
        """Within a hunk stood a line that no hunk holds."""

    def read(self, *, only_hunks: bool = False) -> None:
        """Go through all lines."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.startswith("@@"):
                self._hunk(line)
            elif not only_hunks and line:
                self._outside(line)

    def material(self) -> Material | None:
        """Put together what was found."""
        files = [file for file in self.files if file.is_known]
        has_blank = any(file.has_blank_context for file in files)
        shortened = sum(hunk.is_shortened for file in files for hunk in file.hunks)
        counts_wrong = any(hunk.is_miscounted for file in files for hunk in file.hunks)
        lines_missing = shortened >= FEWEST_SHORT and not (has_blank or counts_wrong)
        sources: list[Source] = []
        skipped: dict[str, str] = {}
        partial: dict[str, str] = {}
        for file in files:
            file.settle(lines_missing=lines_missing)
            self.notes.update(dict.fromkeys(file.notes))
            if reason := file.skipped:
                skipped[file.path or "diff"] = reason
                continue
            sources.append(file.source())
            if missing := [note for note in MISSING if note in file.notes]:
                partial[file.path] = "; ".join(missing)
        if not sources and not skipped:
            return None
        if len({source.path for source in sources}) < len(sources):
            self.notes["repeated_path"] = None
        return Material("diff", tuple(sources), skipped, tuple(self.notes), partial)

    # -- headers ---------------------------------------------------------------------------------

    def _outside(self, line: str) -> None:
        """Read a line between hunks: a header, or something that is none of the diff's."""
        if len(line) > LONGEST_HEADER:
            return
        line = straight(line)
        if line.startswith("diff "):
            self._diff_line(line)
        elif line.startswith("--- "):
            self._old_name(line[4:])
        elif line.startswith("+++ "):
            self._new_name(line[4:])
        elif line.startswith("Index: "):
            self._begin().index = paths.plain(line[7:])
        elif line.startswith(("Binary", "Files")) and (found := _BINARY.match(line)):
            self._binary(found["old"], found["new"])
        elif self.file is not None and not self.file.hunks:
            if line.startswith(("GIT binary patch", _SVN_BINARY)):
                self.file.is_binary = True
            else:
                self.file.extended(line)

    def _begin(self) -> Draft:
        self.file = Draft()
        self.files.append(self.file)
        return self.file

    def _diff_line(self, line: str) -> None:
        if line.startswith("diff --git "):
            file = self._begin()
            file.is_git = True
            file.alike = paths.git_pair(line[11:])
        elif line.startswith(("diff --cc ", "diff --combined ")):
            file = self._begin()
            file.is_combined = True
            file.index = paths.plain(line.split(" ", 2)[2])
        elif line.startswith("diff -"):
            found = _HG.match(line)
            self._begin().index = paths.plain(found["path"]) if found else ""

    def _old_name(self, written: str) -> None:
        """Take `--- `, which opens a file where no other header did."""
        following = straight(self.lines[self.at]) if self.at < len(self.lines) else ""
        if not following.startswith(("+++ ", "@@")) and following:
            return
        if self.file is None or self.file.hunks or self.file.old or self.file.is_binary:
            self._begin()
        assert self.file is not None  # noqa: S101  # opened just now, which the type does not show
        self.file.old = paths.name(written)

    def _new_name(self, written: str) -> None:
        following = self.lines[self.at] if self.at < len(self.lines) else ""
        if self.file is None or self.file.hunks or self.file.new:
            if not following.startswith("@@"):
                return
            self._begin()
        assert self.file is not None  # noqa: S101  # as above
        self.file.new = paths.name(written)

    def _binary(self, old: str, new: str) -> None:
        if self.file is None or self.file.hunks or not (self.file.is_git or self.file.index):
            self._begin()
        assert self.file is not None  # noqa: S101  # as above
        self.file.is_binary = True
        self.file.old, self.file.new = paths.name(old), paths.name(new)

    # -- hunks -----------------------------------------------------------------------------------

    def _hunk(self, line: str) -> None:
        if line.startswith("@@@"):
            (self.file or self._begin()).is_combined = True
            return
        head = hunks.header(line)
        if head is None:
            if _UNNUMBERED.match(line) and self.at < len(self.lines):
                (self.file or self._begin()).notes.append("unnumbered_hunks")
            return
        if self.file is None or self._is_other_file(head):
            self._begin()
        assert self.file is not None  # noqa: S101  # as above
        body = hunks.body(self.lines, self.at, head, spaces_lost=self.spaces_lost)
        is_last = body.end >= len(self.lines)
        self.at = body.end
        self.met_unmarked = self.met_unmarked or body.standing in ("cut", "refused")
        self.file.hunks.append(Hunk(head, body, is_last=is_last))

    def _is_other_file(self, head: hunks.Header) -> bool:
        """Tell whether a hunk begins before the last one's end: its own file's header is gone."""
        assert self.file is not None  # noqa: S101  # asked only then
        last = self.file.hunks[-1] if self.file.hunks else None
        if last is None or head.new_start >= last.new_end or head.old_start >= last.old_end:
            return False
        if self.file.is_named:
            self.notes["headers_missing"] = None
        return True


def _spaces_lost(lines: Sequence[str]) -> bool:
    """Tell whether no line behind the first hunk's header begins with a space."""
    behind = False
    for line in lines:
        if behind and line[:1] in (" ", "\xa0") and line.strip():
            return False
        behind = behind or line.startswith("@@ ")
    return True
