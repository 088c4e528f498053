"""Where one piece of an answer ends and the next begins: paragraphs between rounds of tools, and
no seam at all where an answer was cut by its length.

Pure; `bot.engine` uses it.
"""

from __future__ import annotations

from typing import Protocol

LONGEST_OVERLAP = 240
"""Characters at the beginning of a continuation that may repeat the end of what it continues."""

SHORTEST_OVERLAP = 8
"""Fewer equal characters are chance: "the " may rightly follow "the "."""

FENCE = "```"


class Joint(Protocol):
    """Joins what comes to the text before it, which its maker is called with."""

    def __init__(self, before: str) -> None: ...

    def feed(self, text: str) -> str:
        """Take the next piece and return what is to be shown of it."""

    def finish(self) -> str:
        """Return what still waits."""


def paragraph_after(text: str) -> str:
    """Return what has to stand between `text` and a new paragraph."""
    if not text.strip():
        return ""
    return "\n" * (2 - min(2, len(text) - len(text.rstrip("\n"))))


class Paragraph:
    """Begins a new paragraph: after a round of tools, or an answer's first."""

    def __init__(self, before: str) -> None:
        self._lead: str | None = paragraph_after(before)

    def feed(self, text: str) -> str:
        """Take the next piece; blanks before the first word are dropped."""
        if self._lead is None:
            return text
        begun = text.lstrip("\r\n") if text.strip() else ""
        if begun:
            begun, self._lead = self._lead + begun, None
        return begun

    def finish(self) -> str:
        """Nothing waits."""
        return ""


class Continuation:
    """Continues a text that was cut by its length: drops what the model says a second time."""

    def __init__(self, before: str) -> None:
        self._before = before
        self._begun: str | None = ""

    def feed(self, text: str) -> str:
        """Take the next piece and return what is new in it; the beginning waits a little."""
        if self._begun is None:
            return text
        self._begun += text
        return self._joined() if self._decided(self._begun) else ""

    def finish(self) -> str:
        """Return what still waits."""
        return "" if self._begun is None else self._joined()

    def _decided(self, begun: str) -> bool:
        if len(begun) >= LONGEST_OVERLAP:
            return True
        # As soon as the beginning stands nowhere near the end, it can be no repetition of it.
        return not (
            begun in self._before[-LONGEST_OVERLAP:]
            or _overlap(self._before, begun)
            or begun.lstrip().startswith(FENCE[: len(begun.lstrip())])
        )

    def _joined(self) -> str:
        begun, self._begun = self._begun or "", None
        if repeated := _overlap(self._before, begun):
            return begun[repeated:]
        return _without_fence(begun) if _in_fence(self._before) else begun


def _overlap(before: str, begun: str) -> int:
    """Return how many characters of `begun` repeat the end of `before`."""
    most = min(len(before), len(begun), LONGEST_OVERLAP)
    for length in range(most, SHORTEST_OVERLAP - 1, -1):
        if before.endswith(begun[:length]):
            return length
    return 0


def _in_fence(text: str) -> bool:
    return sum(line.lstrip().startswith(FENCE) for line in text.splitlines()) % 2 == 1


def _without_fence(begun: str) -> str:
    """Drop the line with which a model opens the code block again that is still open."""
    stripped = begun.lstrip()
    line, newline, rest = stripped.partition("\n")
    if newline and line.startswith(FENCE) and line.strip("`").strip():
        return rest
    return begun
