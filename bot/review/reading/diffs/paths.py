"""File names as diffs write them: quoted, prefixed, followed by dates or revisions. Pure."""

from __future__ import annotations

import re

NOWHERE = "/dev/null"
"""The name of the side on which a file does not exist."""

UNTOLD = ""
"""The name of a side whose header is missing."""

_OPENING, _CLOSING = '"“”„', '"”“'
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13}

_PREFIXES = frozenset(
    pair
    for one, other in ("ab", "iw", "ci", "cw", "ow", "12", "oi")
    for pair in ((one, other), (other, one))
)
"""Old and new side as git marks them by default and under `diff.mnemonicPrefix` (git-config)."""

_AFTER_NAME = re.compile(
    r"\t.*"
    r"|\s{1,9}\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*"
    r"|\s{1,9}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d .*"
    r"|\s{1,9}\((?:revision \d+|rev \d+|working copy|nonexistent|\.\.\. .*)\)",
    re.DOTALL,
)
"""What GNU diff, Mercurial and Subversion write behind a name."""

_GONE = re.compile(r"\(nonexistent\)|\bThu Jan 01 00:00:00 1970 \+0000|\b1970-01-01 .*00:00")
"""How Subversion, Mercurial and `diff -N` date a file that is not there."""


def name(written: str) -> str:
    """Return the name that stands behind `--- ` or `+++ `, prefix included."""
    if _GONE.search(written):
        return NOWHERE
    if (quoted := _unquoted(written)) is not None:
        return quoted
    found = _AFTER_NAME.search(written)
    return (written[: found.start()] if found else written).strip()


def plain(written: str) -> str:
    """Return a name that stands alone on its line, as behind `rename from `."""
    quoted = _unquoted(written)
    return written.strip() if quoted is None else quoted


def git_pair(written: str) -> tuple[str, str]:
    """Split what stands behind `diff --git `: two names, with spaces in them or not.

    Returns two empty names where they cannot be told apart, as in a rename with spaces.
    """
    written = _straight(written.strip())
    if first := _QUOTED.match(written):
        second = plain(written[first.end() :])
        return ("", "") if second.startswith('"') else (_decoded(first[1]), second)
    if (quote := written.find(' "')) >= 0 and written.endswith('"'):
        return written[:quote], plain(written[quote + 1 :])
    middle = len(written) // 2
    old, new = written[:middle], written[middle + 1 :]
    if len(written) % 2 and written[middle] == " " and _same(old, new):
        return old, new
    pieces = written.split(" ")
    if len(pieces) == 2:
        return pieces[0], pieces[1]
    return "", ""


def without_prefixes(old: str, new: str, *, alike: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Take the prefixes off two names where there are any.

    `alike` are the names in the line `diff --git`, which shows the prefixes of both sides even for
    a file that one side lacks.
    """
    lacking = (NOWHERE, UNTOLD)
    if (old in lacking or new in lacking) and all(alike):
        stripped = without_prefixes(*alike)
        return (
            old if old in lacking else stripped[0],
            new if new in lacking else stripped[1],
        )
    if old in lacking:
        return old, new[2:] if new[:2] in ("b/", "w/", "i/") else new
    if new in lacking:
        return old[2:] if old[:2] in ("a/", "i/", "c/") else old, new
    prefixed = old[1:2] == new[1:2] == "/" and (old[:1], new[:1]) in _PREFIXES
    return (old[2:], new[2:]) if prefixed else (old, new)


def alike(old: str, new: str) -> bool:
    """Tell whether two written names look like the two sides of one file."""
    first, second = without_prefixes(name(old), name(new))
    return NOWHERE in (first, second) or first == second


def _same(old: str, new: str) -> bool:
    return old == new or (old[1:] == new[1:] and (old[:1], new[:1]) in _PREFIXES)


def _unquoted(written: str) -> str | None:
    found = _QUOTED.match(_straight(written.strip()))
    return _decoded(found[1]) if found else None


def _straight(written: str) -> str:
    """Straighten quotes that chat turned. Git quotes only what needs a backslash: where there is
    none, a round quote belongs to the name."""
    if "\\" in written and any(mark in written for mark in "“”„"):
        for mark in _OPENING + _CLOSING:
            written = written.replace(mark, '"')
    return written


def _decoded(quoted: str) -> str:
    """Undo git's quoting: octal bytes of UTF-8, and the escapes of C (git-config, quotePath)."""
    raw = _ESCAPE.sub(_byte, quoted.encode("utf-8", "surrogatepass"))
    return raw.decode("utf-8", "replace")


def _byte(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    if escaped[:1].isdigit() and escaped[:1] < b"8":
        return bytes([int(escaped, 8) & 0xFF])
    return bytes([_LETTERS[escaped]]) if escaped in _LETTERS else escaped
