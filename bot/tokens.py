"""Counts tokens exactly, offline, with the o200k ranks that ship in the package.

Loading the ranks takes about 0.3 s and 80 MB, once, at the first call that needs them. `bound`
needs none of it: callers ask for an exact count only when the bound does not fit their budget.
"""

from __future__ import annotations

import asyncio
import hashlib
import lzma
import re
import threading
import unicodedata
from binascii import a2b_base64
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

PER_MESSAGE = 3
"""Tokens that the chat format adds to each message, 1 more when it carries a name.

Measured for gpt-4o (https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken); newer
formats and the cost of tool definitions are not published, so a sum of these is an estimate and
the provider's own usage is the truth."""
PER_REPLY = 3
"""Tokens that open the model's answer; same source."""

_TABLE = "o200k_base.tiktoken.xz"
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""Of the table before compression: the hash that tiktoken pins in `tiktoken_ext.openai_public`."""
# The encoding's own pattern and special tokens, as in `tiktoken_ext.openai_public`, whose function
# cannot be called without leading to the network; a test holds them equal.
_CONTRACTED = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_PATTERN = "|".join(
    (
        rf"[^\r\n\p{{L}}\p{{N}}]?[\p{{Lu}}\p{{Lt}}\p{{Lm}}\p{{Lo}}\p{{M}}]*"
        rf"[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}]+{_CONTRACTED}",
        rf"[^\r\n\p{{L}}\p{{N}}]?[\p{{Lu}}\p{{Lt}}\p{{Lm}}\p{{Lo}}\p{{M}}]+"
        rf"[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}]*{_CONTRACTED}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
_SPECIAL = {"<|endoftext|>": 199_999, "<|endofprompt|>": 200_018}
_LONGEST_TOKEN = 128
"""Bytes of the longest token in the table."""
_LONGEST_BLANK = 4096
"""Longer runs of blanks are encoded in pieces of this many characters: from about 1,000,000 on,
the pattern overflows tiktoken's stack, and that panic passes every `except Exception`."""
_BLANKS = re.compile(rf"(?<!\s)\s{{{_LONGEST_BLANK},}}")

_encoding: Encoding | None = None
_loading = threading.Lock()


def bound(text: str) -> int:
    """Return a number that `count` never exceeds: the length of `text` in UTF-8 bytes.

    The encoding works on bytes: its smallest tokens are the 256 single bytes and every merge makes
    one token out of two, so that a text can never have more tokens than bytes.
    """
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def estimate(text: str) -> int:
    """Guess the tokens of `text` without the ranks: a quarter of its bytes, rounded up.

    English has 4.9 bytes per token, Chinese 5.1; code and lists run denser.
    """
    return (bound(text) + 3) // 4


def count(text: str) -> int:
    """Count the tokens of `text`.

    Every OpenAI model since gpt-4o uses the shipped encoding; for others it is the nearest thing
    known. Special tokens in the text are plain text. Safe in any thread; the
    first call blocks for the loading (see `load`).
    """
    return sum(len(piece) for piece in _encode(text))


def truncate(text: str, tokens: int) -> str:
    """Return a beginning of `text` that fits `tokens`, as long as can be, cut between graphemes."""
    if tokens <= 0:
        return ""
    if bound(text) <= tokens:
        return text
    head = text[: tokens * _LONGEST_TOKEN]
    encoded = [token for piece in _encode(head) for token in piece]
    if len(encoded) <= tokens and len(head) == len(text):
        return text
    keep = tokens
    while keep > 0:
        readable = _ranks().decode_bytes(encoded[:keep]).decode("utf-8", "ignore")
        cut = head[: _boundary(head, len(readable))]
        # What was one token may read as more once its end is gone: look again.
        excess = count(cut) - tokens
        if excess <= 0:
            return cut
        keep -= excess
    return ""


async def load() -> None:
    """Load the ranks in a thread, so that the first `count` does not hold up the event loop."""
    if _encoding is None:
        await asyncio.to_thread(_ranks)


def _encode(text: str) -> Iterator[list[int]]:
    encode = _ranks().encode_ordinary
    at = 0
    for run in _BLANKS.finditer(text) if len(text) >= _LONGEST_BLANK else ():
        for end in range(run.start() + _LONGEST_BLANK, run.end(), _LONGEST_BLANK):
            yield encode(text[at:end])
            at = end
    yield encode(text[at:])


def _ranks() -> Encoding:
    global _encoding
    if _encoding is None:
        with _loading:
            if _encoding is None:
                _encoding = _load()
    return _encoding


def _load() -> Encoding:
    from tiktoken import Encoding  # imported here: only an exact count pays for it

    packed = resources.files("bot").joinpath("data", _TABLE).read_bytes()
    table = lzma.decompress(packed)
    if hashlib.sha256(table).hexdigest() != _SHA256:
        raise RuntimeError(f"{_TABLE} is damaged; install the package again")
    # Each line is a token in base64, a blank and its rank; the ranks count the lines from 0.
    ranks = {a2b_base64(line[: line.index(b" ")]): at for at, line in enumerate(table.splitlines())}
    return Encoding("o200k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens=_SPECIAL)


def _boundary(text: str, at: int) -> int:
    """Return the nearest index at or before `at` where no grapheme is cut.

    Covers what people write: marks, variation selectors, joined and flagged emoji, jamo, surrogate
    pairs (the common part of https://unicode.org/reports/tr29/).
    """
    while 0 < at < len(text) and _joined(text, at):
        at -= 1
    return at


def _joined(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    return (
        unicodedata.category(after).startswith("M")
        or before == "\u200d"
        or after == "\u200d"
        or (before == "\r" and after == "\n")
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= after <= "\U000e007f"  # the tags of subdivision flags
        or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff")
        or ("\u1100" <= before <= "\u11ff" and "\u1160" <= after <= "\u11ff")
        or (_flag_letter(after) and _flag_letters_before(text, at) % 2 == 1)
    )


def _flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, at: int) -> int:
    first = at
    while first > 0 and _flag_letter(text[first - 1]):
        first -= 1
    return at - first
