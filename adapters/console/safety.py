"""What a model wrote, made harmless for a terminal: control characters shown, secrets hidden.

Pure. Every text of a reply passes here before it is coloured and printed.
"""

from __future__ import annotations

from bot.guard.masking import mask

WINDOW = 4_000
"""Characters before a word that are looked at to tell whether it is a secret."""

OPEN = 4
"""Characters of a word that are shown before its end is known: enough to see an answer move, too
few to give a secret away."""

_LONGEST_HELD = 20_000
"""Characters of an endless word after which it is shown: longer than any secret that is known."""

# Every control character but line break and tab becomes its picture (Unicode, Control Pictures), so
# that no text can move the cursor, colour, retitle or answer for the person (ECMA-48).
_TABLE: dict[int, str | None] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t\r"},
    ord("\r"): None,  # half of a line break, else a way to write over what stands there
    0x7F: "␡",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), None),  # turn text around
}


def inert(text: str) -> str:
    """Return `text` without anything that a terminal would obey."""
    return text.translate(_TABLE)


class Veil:
    """Hides secrets in a text that arrives piece by piece.

    The end of a word that is still growing is held back: only whole can it be told from a secret.
    """

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    def feed(self, piece: str) -> str:
        """Take the next piece and return what may be shown now."""
        self._text += piece
        start = end = len(self._text)
        while start > 0 and end - start < _LONGEST_HELD and "!" <= self._text[start - 1] <= "~":
            start -= 1
        if end - start < _LONGEST_HELD:
            end = min(end, start + OPEN)
        return self._give(end)

    def end(self) -> str:
        """Return the rest."""
        return self._give(len(self._text))

    def _give(self, end: int) -> str:
        if end <= self._given:
            return ""
        shown = mask(self._text)[self._given : end]
        self._given = end
        if self._given > 2 * WINDOW:
            cut = self._given - WINDOW
            self._text, self._given = self._text[cut:], self._given - cut
        return shown
