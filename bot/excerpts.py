"""What the model may read of a file: text with a limit, an image as it is, anything else by name.

Pure. The bytes come from a platform's download; nothing here trusts a name or a declared type. What
could not be read is told to the model in an excerpt's note, and to people by `told`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.events import Attachment
from bot.guard.masking import mask
from bot.models.port import Image
from bot.platform import Download, Problem
from bot.turns import Excerpt
from bot.wording import say

MOST_BYTES = 5_000_000
"""Bytes of a file that are fetched at all."""

MOST_TEXT = 40_000
"""Characters of a text file that the model reads: about 10,000 tokens."""

MOST_FILES = 10
"""Files of one message that are read; the others are named."""

NOTES = {
    "file_too_large": "not read: larger than 5 MB",
    "file_gone": "not read: the file is gone",
    "file_forbidden": "not read: the bot has no access to it",
    "file_unreachable": "not read: it could not be fetched",
    "file_binary": "not read: not a text file",
    "file_image": "an image; this model cannot see images",
    "files_too_many": "not read: too many files",
}
"""What the model is told of a file that it cannot read, by the key of the sentence for people."""

_PART = "only the first "
_PROBLEMS = {
    Problem.TOO_LARGE: "file_too_large",
    Problem.GONE: "file_gone",
    Problem.FORBIDDEN: "file_forbidden",
    Problem.UNREACHABLE: "file_unreachable",
}
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_LOOK_AHEAD = 1_000
"""Characters behind the cut that are looked at, so that a secret is hidden that lies across it."""


def read(
    attachment: Attachment,
    download: Download,
    *,
    sees_images: bool,
    hide: Callable[[str], str] = mask,
) -> tuple[Excerpt, Image | None]:
    """Return what the model is shown of a downloaded file, and the picture if it is one."""
    name = attachment.name
    if download.problem is not None:
        return _unread(attachment, _PROBLEMS[download.problem]), None
    if image := image_type(download.content):
        if not sees_images:
            return _unread(attachment, "file_image"), None
        return Excerpt(name, note="shown as an image"), Image(image, download.content)
    text = decode(download.content)
    if text is None:
        return _unread(attachment, "file_binary"), None
    shown = hide(text[: MOST_TEXT + _LOOK_AHEAD])[:MOST_TEXT]
    if len(text) > MOST_TEXT:
        return Excerpt(name, shown, f"{_PART}{MOST_TEXT:,} of {len(text):,} characters"), None
    return Excerpt(name, shown, "" if text else "the file is empty"), None


def left_out(attachment: Attachment) -> Excerpt:
    """Return what the model is shown of a file beyond `MOST_FILES`."""
    return _unread(attachment, "files_too_many")


def _unread(attachment: Attachment, key: str) -> Excerpt:
    """Name a file with what is known of it: its type may be all that somebody asks about."""
    what = [inert(attachment.media_type)[:60], _size(attachment.size)]
    return Excerpt(attachment.name, note="; ".join(filter(None, (NOTES[key], *what))))


def _size(size: int) -> str:
    if size <= 0:
        return ""
    for unit, bytes_each in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= bytes_each:
            return f"{size / bytes_each:.1f} {unit}"
    return f"{size} bytes"


def file_notes(excerpts: Sequence[Excerpt], locale: str) -> Iterator[str]:
    """Yield what people are told of the files that were not read, or not whole."""
    for excerpt in excerpts:
        name, key = inert(excerpt.name), _key(excerpt.note)
        if is_part(excerpt):
            yield say("file_cut", locale, name=name)
        elif key == "file_too_large":
            yield say("file_too_large", locale, name=name, limit="5 MB")
        elif key is not None and key != "files_too_many":
            yield say(key, locale, name=name)
    if any(_key(excerpt.note) == "files_too_many" for excerpt in excerpts):
        yield say("files_too_many", locale, limit=MOST_FILES)


def is_part(excerpt: Excerpt) -> bool:
    """Tell whether an excerpt holds only the beginning of its file."""
    return excerpt.note.startswith(_PART)


def unread_as(excerpt: Excerpt) -> str | None:
    """Return the key of the reason why a file was not read, None if there is none."""
    return _key(excerpt.note)


def _key(note: str) -> str | None:
    """Find the key of a note, whatever it says of the file behind it."""
    return next((key for key, text in NOTES.items() if note.startswith(text)), None)


def inert(name: str) -> str:
    """Return a stranger's name without what Markdown would make something of."""
    return " ".join("".join(" " if c in "[]()<>`*|\\~" else c for c in name).split())


def image_type(content: bytes) -> str:
    """Tell the media type of a picture by its first bytes; empty for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _IMAGES.items() if content.startswith(magic)), "")


def decode(content: bytes) -> str | None:
    """Read bytes as text in the encodings that editors write; None for binary data."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if "\x00" in text else text
    if b"\x00" in content:
        return None
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    odd = sum(character < " " and character not in "\t\n\r\f" for character in text)
    return None if odd > len(text) // 100 else text
