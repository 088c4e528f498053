"""What is meant to deceive a reader: words to an automated reviewer, hidden characters.

Pure. Reported as findings, so that they are seen by people; what the code says to a model never
decides anything. What words count is the business of `speaking`; lines are read one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.review.static import speaking
from bot.review.static.findings import Seen
from bot.review.static.rules import READS, table
from bot.review.static.units import Row, Unit

NAME = "tripwires"

# Unicode Standard Annex 9, explicit directional formatting and isolates.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMOJI = r"[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff\ufe0f\u200d\u20e3]"
_JOINERS = "\u200c\u200d"
"""Part of Persian and Indic spelling and of emoji; suspicious only beside ASCII."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2064\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a]"
    f"|(?<=[!-~])[{_JOINERS}]|[{_JOINERS}](?=[!-~])"
)
# Tags (flags of regions put some behind a black flag) and runs of variation selectors.
_SPELLED = re.compile(
    "(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
    "|[\U000e0100-\U000e01ef]{2,}|[\ufe00-\ufe0f]{3,}|[\u200b-\u200d\u2060\ufeff]{8,}"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\x1b]|\r(?!$)")

# Letters of other scripts that look like Latin ones (Unicode Technical Standard 39, confusables).
_ALIKE = "аеорсухіјѕԁһӏԛԝАВЕЗКМНОРСТУХІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧνα"
_MIXED = re.compile(rf"(?<![\w])(?=\w{{0,60}}[A-Za-z])\w{{0,60}}[{_ALIKE}]\w{{0,60}}")


def seen(unit: Unit) -> Iterator[Seen]:
    """Find what is meant to deceive on the new side, and in the file's name."""
    if unit.rows and speaking.phrase(_words(unit.source.path)):
        yield _seen(unit, "injection-in-name", 0)
    for number, row in enumerate(unit.rows):
        text = row.text
        if place := speaking.phrase(text):
            yield _seen(unit, "injection", number, *place)
        if not text.isascii() or _CONTROL.search(text):
            yield from _characters(unit, number, row)


def _words(path: str) -> str:
    """Read a file's name as people do."""
    return re.sub(r"[_./\\-]+", " ", path)


def _characters(unit: Unit, number: int, row: Row) -> Iterator[Seen]:
    text = row.text
    if number == 0 and row.line.new == 1:
        text = text.removeprefix("\ufeff").rjust(len(text))
    if found := _BIDI.search(text):
        yield _seen(unit, "bidi", number, *found.span(), shown=text)
    if found := _SPELLED.search(text):
        yield _seen(unit, "invisible-text", number, *found.span(), shown=text)
    elif found := _INVISIBLE.search(text):
        yield _seen(unit, "invisible", number, *found.span(), shown=text)
    if found := _CONTROL.search(text):
        yield _seen(unit, "control", number, *found.span(), shown=text)
    for found in _MIXED.finditer(text):
        if _is_mixed(found[0]):
            yield _seen(unit, "homoglyph", number, *found.span(), shown=found[0])
            break


def _is_mixed(word: str) -> bool:
    """Tell whether a name mixes Latin with another script that is there only to look like it.

    A word that also holds letters unlike any Latin one (`Δx`, `имяUser`) is honest.
    """
    others = [letter for letter in word if not letter.isascii() and letter.isalpha()]
    return (
        any(letter.isascii() and letter.isalpha() for letter in word)
        and all(letter in _ALIKE for letter in others)
        and len(word) > 2
    )


def _seen(unit: Unit, rule: str, row: int, start: int = 0, end: int = 1, shown: str = "") -> Seen:
    message = f"{READS}{visible(shown)[:300]}" if shown else ""
    return Seen(unit, NAME, table(NAME)[rule], row, row, start, end, message)


def visible(text: str) -> str:
    """Write what cannot be seen as its code point, such as ⟨U+202E⟩."""
    return "".join(
        f"⟨U+{ord(letter):04X}⟩"
        if unicodedata.category(letter) in ("Cf", "Cc", "Co", "Cn", "Zl", "Zp")
        or _INVISIBLE.match(letter)
        or "\ufe00" <= letter <= "\ufe0e"
        or "\U000e0100" <= letter <= "\U000e01ef"
        else letter
        for letter in text
    )
