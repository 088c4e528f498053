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


def inert(text: str) -> str:
    """Return `text` without lines that a build would take for its own commands and run: GitHub
    reads `::name …::` at the start of a line, blanks aside, and `##[name]` anywhere, as Azure
    Pipelines (`##vso[`) and TeamCity do. A blank within says the same to people."""
    return _COMMANDS.sub(r"\g<first> \g<rest>", text)


# github.com/actions/runner, ActionCommand.cs: both forms, and its commands by name; the words of
# code, such as `::std::move`, are none of them.
_COMMANDS = re.compile(
    r"(?m)(?P<first>^[^\S\n]{0,200}:(?=:)|#(?=#))(?P<rest>(?<=:):(?:error|warning|notice|debug|group|endgroup|echo|set-output|set-env|"
    r"save-state|add-path|add-mask|add-matcher|remove-matcher|stop-commands|"
    r"internal-set-repo-path)(?:[^\S\n]|::)|(?<=#)#(?:vso|teamcity)?\[)",
    re.IGNORECASE,
)


def escaped(text: str) -> str:
    """Return a JSON text in which what cannot be seen is written as `\\u202e`: the same JSON, safe
    to look at (RFC 8259, 7)."""
    if _HARMLESS.fullmatch(text):
        return text
    return "".join(
        _units(character) if _is_hidden(text, at) else character
        for at, character in enumerate(text)
    )


def _units(character: str) -> str:
    """Write a character as UTF-16 does, which is what JSON's escapes are."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _is_hidden(text: str, at: int) -> bool:
    character = text[at]
    if character in "\n\t":
        return False
    if character == "\u200d":  # joins the parts of an emoji
        return at == 0 or unicodedata.category(text[at - 1]) not in ("So", "Sk", "Mn")
    if "\ufe00" <= character <= "\ufe0f":  # chooses how the character before it looks
        return at == 0 or unicodedata.category(text[at - 1]) not in ("So", "Sm", "Po", "Nd")
    return unicodedata.category(character) in _HIDDEN or character in _BLANK_LETTERS
