"""Bytes into text: Unicode by its marks, UTF-8, else Latin-1 and told; how its lines end. Pure."""

from __future__ import annotations

import codecs

from bot.review.material import LineEnd

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 8_000
"""Bytes that are looked at for what no text holds, as git does (buffer_is_binary)."""

_CONTROLS = frozenset(range(32)) - set(b"\t\n\x0b\x0c\r\x1b\x1c")


def decode(content: bytes) -> tuple[str, str]:
    """Return the text, and the encoding where it is not plain UTF-8: `utf16`, `utf32`, `latin1`.

    The text is empty and the encoding `binary` if it is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _marked(content, mark, encoding)
    if guessed := _unmarked_utf16(content):
        return guessed, "utf16"
    sample = content[:_SAMPLE]
    if b"\0" in sample:
        return "", "binary"
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if sum(byte in _CONTROLS for byte in sample) * 100 > len(sample):
        return "", "binary"
    return content.decode("latin-1"), "latin1"


def _marked(content: bytes, mark: bytes, encoding: str) -> tuple[str, str]:
    if encoding == "utf-8":
        return decode(content.removeprefix(mark))
    try:
        return content.decode(encoding), encoding.replace("-", "")
    except UnicodeDecodeError:
        return "", "binary"


def _unmarked_utf16(content: bytes) -> str:
    """Decode what PowerShell writes without a mark: every second byte of plain text is zero."""
    sample = content[: _SAMPLE // 2 * 2]
    if len(content) < 4 or len(content) % 2:
        return ""
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[start::2].count(0), sample[1 - start :: 2].count(0)
        if zeros * 10 > len(sample) // 2 * 9 and not others:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                return ""
    return ""


def ends_of(text: str) -> tuple[LineEnd, bool]:
    """Tell how the lines of a file end, and whether its last one does, by its exact text."""
    windows, all_of_them = text.count("\r\n"), text.count("\n")
    is_old = "\r" in text and not all_of_them  # as on a Macintosh; git sees one line
    line_end: LineEnd = "\r\n" if windows else "\n"
    if is_old or (windows and windows != all_of_them):
        line_end = ""
    return line_end, not text or text.endswith("\n")
