"""What the model may read of a file: text with a limit, an image as it is, anything else by name.

Pure. The bytes come from a platform's download; nothing here trusts a name or a declared type.
"""

from __future__ import annotations

from bot.events import Attachment
from bot.guard.masking import mask
from bot.models.port import Image
from bot.platform import Download, Problem
from bot.turns import Excerpt

MOST_BYTES = 5_000_000
"""Bytes of a file that are fetched at all."""

MOST_TEXT = 40_000
"""Characters of a text file that the model reads: about 10,000 tokens."""

_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_PROBLEMS = {
    Problem.TOO_LARGE: "not read: larger than 5 MB",
    Problem.GONE: "not read: the file is gone",
    Problem.FORBIDDEN: "not read: the bot has no access to it",
    Problem.UNREACHABLE: "not read: it could not be fetched",
}


def read(
    attachment: Attachment, download: Download, *, sees_images: bool
) -> tuple[Excerpt, Image | None]:
    """Return what the model is shown of a downloaded file, and the picture if it is one."""
    if download.problem is not None:
        return Excerpt(attachment.name, note=_PROBLEMS[download.problem]), None
    image = image_type(download.content)
    if image and sees_images:
        return Excerpt(attachment.name, note="shown as an image"), Image(image, download.content)
    if image:
        return Excerpt(attachment.name, note="an image; this model cannot see images"), None
    text = decode(download.content)
    if text is None:
        return Excerpt(attachment.name, note="not read: not a text file"), None
    text = mask(text)
    if len(text) > MOST_TEXT:
        note = f"only the first {MOST_TEXT:,} of {len(text):,} characters"
        return Excerpt(attachment.name, text[:MOST_TEXT], note), None
    return Excerpt(attachment.name, text), None


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
