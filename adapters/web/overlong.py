"""An answer that is longer than a page shows: its beginning to read, and all of it in files. Pure.

Nothing is lost and no line is cut in two; `outbound.py` attaches the files.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.replies import File
from bot.store.files import LARGEST

LONGEST = 200_000
"""Characters of an answer that a page still shows without effort."""


def beginning(text: str) -> str:
    """Return as many whole lines of `text` as fit on a page."""
    return text if len(text) <= LONGEST else text[: _line_end(text)].rstrip("\n")


def as_files(text: str) -> Iterator[File]:
    """Yield all of `text` if it does not fit on a page: in one file, or in several of whole lines,
    each as large as the store keeps."""
    if len(text) <= LONGEST:
        return
    parts = list(_parts(text.encode()))
    for number, part in enumerate(parts, start=1):
        name = "answer.md" if len(parts) == 1 else f"answer-{number}.md"
        yield File(name, "text/markdown", part)


def _parts(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        end = at + LARGEST
        if end < len(content):
            end = content.rfind(b"\n", at, end) + 1 or _character_end(content, end)
        yield content[at:end]
        at = end


def _character_end(content: bytes, end: int) -> int:
    """Step back to where no character of UTF-8 is cut (RFC 3629, section 3)."""
    while content[end] & 0xC0 == 0x80:
        end -= 1
    return end


def _line_end(text: str) -> int:
    """Return where the last whole line ends; of a single endless one, its last whole word."""
    for mark in ("\n", " "):
        if (found := text.rfind(mark, 0, LONGEST)) >= 0:
            return found + 1
    return LONGEST
