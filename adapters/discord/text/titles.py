"""A thread's name, made from the words of the question that it begins with.

Pure; no model is asked. Discord takes 1 to 100 characters
(https://docs.discord.com/developers/resources/channel#start-thread-from-message).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from adapters.pacing.graphemes import last_boundary
from bot.guard.masking import mask

LONGEST = 80
"""UTF-16 units: Discord shows about half of it in its list, and takes 100."""

UNNAMED = "Parley"

_BLOCK = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1.*?$|\Z)", re.M | re.S)
"""Code says little in a name, unless there is nothing else."""

_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,}).*$", re.M)
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")
_ANGLE = re.compile(r"<(https?://[^<>\s]*)>")
_SCHEME = re.compile(r"https?://(?:www\.)?")
_TOKEN = re.compile(r"<[@#:/atid][^<>\n]{0,120}>")
_EMOJI = re.compile(r"(?<![\w:]):([A-Za-z_]\w{1,31}):(?![\w:])")
_LINE_MARKS = re.compile(r"^[ \t]*(?:(?:#{1,6}|>{1,3}|[-+*]|-#)[ \t]+)+", re.M)
_MARKS = re.compile(r"\*+|`+|~~|\|\||(?<!\w)_+|_+(?!\w)|\\(?=[^\w\s])")

_GAP = re.compile(r"[\s,;:]+([.?!])")
"""What a name leaves before the end of a sentence when it is taken out."""


def title(text: str, ids: Iterable[str] = (), files: Iterable[str] = ()) -> str:
    """Name a thread after a question; after its first file where it has no words. `ids` are those
    that stand in `text` for people and channels."""
    for id in ids:
        text = re.sub(rf"[@#]{re.escape(id)}\b", " ", text)
    text = mask(text)
    name = (
        _words(_BLOCK.sub(" ", text)) or _words(text) or next((_words(file) for file in files), "")
    )
    return name or UNNAMED


def _words(text: str) -> str:
    text = _LINK.sub(r"\1", _FENCE.sub(" ", text))
    text = _TOKEN.sub(" ", _ANGLE.sub(r"\1", text))
    text = _SCHEME.sub("", _MARKS.sub("", _LINE_MARKS.sub("", text)))
    text = _EMOJI.sub(r" \1 ", text)
    # Nobody can be mentioned by a name, but it should not look so either.
    text = re.sub(r"(?<!\w)@(?=\w)", "", text)
    shown = "".join(c if c.isprintable() or c in "\u200d\ufe0f" else " " for c in text)
    shown = _GAP.sub(r"\1", " ".join(shown.split()))
    return _shortened(shown.lstrip(" ,;:.!?"))


def _shortened(text: str) -> str:
    """Cut at a word where one ends not too early, else between characters."""
    if _units(text) <= LONGEST:
        return text
    end = LONGEST
    while _units(text[:end]) >= LONGEST:
        end -= 1
    end = last_boundary(text, end, max(1, end - 20))
    space = text.rfind(" ", end // 2, end + 1)
    return text[: space if space > 0 else end].rstrip(" ,;:.-–—") + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
