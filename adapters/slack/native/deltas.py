"""What one native stream has been told, and what may be added to it.

Pure. A stream only grows: what is appended must read the same whatever follows, and text that has
been taken back, or that the pager moves to the next part, is not for it. Used by `streams`.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack.text.markdown import standing, to_markdown
from bot.guard.masking import mask

FULL = 0.8
"""A part that is filled this far grows by whole blocks or lines only: where the pager cuts it, and
what it then moves to the next part, lies behind the last of them."""


@dataclass(slots=True)
class Told:
    """The text that stands in a stream, and the bytes of everything sent to it."""

    text: str = ""
    size: int = 0

    def further(self, markdown: str, fill: float) -> str | None:
        """Return what a snapshot allows to append now, maybe nothing; None when it does not go on
        from what stands. `fill` is how full the part is, from 0 to 1."""
        rendered = written(markdown)
        text = standing(rendered)
        if fill >= FULL:
            text = _whole(text)
        if text.startswith(self.text):
            return text[len(self.text) :]
        # A snapshot may hold back what an earlier one showed: a line that may yet head a table.
        waits = self.text.startswith(text) or rendered.startswith(self.text)
        return "" if waits else None

    def rest(self, markdown: str) -> str | None:
        """Return what is missing of a text that is complete; None when it does not go on from what
        stands."""
        rendered = written(markdown)
        return rendered[len(self.text) :] if rendered.startswith(self.text) else None

    def add(self, delta: str, chunks: object) -> None:
        """Note what was appended, within these chunks."""
        self.text += delta
        self.size += weight(chunks)


def written(markdown: str) -> str:
    """Return a part as Slack is told it."""
    return to_markdown(mask(markdown))


def weight(chunks: object) -> int:
    """Return about how many bytes chunks take in Slack's store."""
    return len(repr(chunks).encode("utf-8", "replace"))


def _whole(text: str) -> str:
    """Return a text up to the end of its last whole block, or of its last line."""
    for end in (text.rfind("\n\n"), text.rfind("\n")):
        if end >= len(text) // 2 > 0:
            return text[:end]
    return text
