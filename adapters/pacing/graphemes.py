"""Where a text may be cut without tearing a character that people see as one.

A working subset of Unicode Annex 29: combining marks, joiners, variation selectors, emoji
modifiers and tags, flags, Hangul syllables, Indic conjuncts. Called when a cut is chosen.
"""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_VIRAMA = 9  # canonical combining class of the signs that bind two consonants


def is_boundary(text: str, at: int) -> bool:
    """Tell whether `text` may be cut in front of `text[at]`; both ends always may."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if after < "\u0300" and before < "\u0300":
        return not (before == "\r" and after == "\n")
    if _extends(after) or before == _JOINER:
        return False
    if _is_regional(after) and _is_regional(before):
        return _flags_before(text, at) % 2 == 0
    if unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo":
        return False
    return not _is_syllable(before, after)


def last_boundary(text: str, at: int, lowest: int) -> int:
    """Return the largest boundary in `lowest..at`, or `at` itself when there is none."""
    for place in range(at, lowest - 1, -1):
        if is_boundary(text, place):
            return place
    return at


def _extends(char: str) -> bool:
    if char == _JOINER or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if "\U000e0020" <= char <= "\U000e007f":
        return True
    return unicodedata.category(char) in ("Mn", "Mc", "Me")


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _is_regional(text[start - 1]):
        start -= 1
    return at - start


def _is_syllable(before: str, after: str) -> bool:
    """Tell whether two Hangul letters (or a syllable and a letter) make one block."""
    if not "\u1160" <= after <= "\u11ff":
        return "\u1100" <= before <= "\u115f" and "\u1100" <= after <= "\u115f"
    return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
