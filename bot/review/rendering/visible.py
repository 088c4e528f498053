"""Makes what strangers wrote safe to look at: nothing invisible, nothing that steers a terminal or
turns the reading direction. Pure; every rendering for people passes its texts through here.
"""

from __future__ import annotations

import re
import unicodedata

_HARMLESS = re.compile(
    r"[\n\t\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u3000-\u3163\u3165-\u9fff\uff01-\uff5e]*"
)
"""What most texts consist of."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
"""Letters, signs and marks that show nothing (the Hangul fillers, an empty Braille cell, ...)."""


def visible(text: str) -> str:
    """Return `text` with what cannot be seen written as `<U+202E>`; line ends and tabs stay."""
    if _HARMLESS.fullmatch(text):
        return text
    return "".join(
        f"<U+{ord(character):04X}>" if _is_hidden(text, at) else character
        for at, character in enumerate(text)
    )


def one_line(text: str, most: int = 0) -> str:
    """Return `text` on one line, visible, cut to `most` characters if that is given."""
    line = visible(" ".join(text.split()))
    return line if not most or len(line) <= most else line[: most - 1] + "…"


def _is_hidden(text: str, at: int) -> bool:
    character = text[at]
    if character in "\n\t":
        return False
    if character == "\u200d":  # joins the parts of an emoji
        return at == 0 or unicodedata.category(text[at - 1]) not in ("So", "Sk", "Mn")
    if "\ufe00" <= character <= "\ufe0f":  # chooses how the character before it looks
        return at == 0 or unicodedata.category(text[at - 1]) not in ("So", "Sm", "Po", "Nd")
    return unicodedata.category(character) in _HIDDEN or character in _BLANK_LETTERS
