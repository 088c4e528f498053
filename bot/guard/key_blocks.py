"""Finds the lines of private keys that no single pattern finds: marked by a diff, or the middle of
a block whose first line is not there. Pure; read by `bot.guard.masking` alone.

Each line is told by itself, so that a diff's marks and the indentation stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST = 64
"""Characters of a whole line: RFC 7468 section 2 has 64, OpenSSH writes 70."""

LEAST = 3
"""Whole lines that are a key without its first and last line."""

_BEFORE = 600
"""Characters above a block in which its first line and its headers stand."""

# The first line of a key, in a diff or not, and the lines behind a diff's marks that follow it.
_MARKED = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[ \t]{0,9}\r?\n"
    r"(?P<lines>(?:[+\- ](?!-----END)[^\n]{0,200}(?:\n|\Z)){1,500})"
)
_ONE = re.compile(r"(?m)^[+\- ][ \t]{0,20}(?P<code>[A-Za-z0-9/+]{8,200}={0,2})[ \t]{0,9}\r?$")

_RUN = re.compile(
    r"(?m)(?:^[+\- ]?[ \t]{0,20}(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{70})[ \t]{0,9}\r?\n){1,500}"
    r"(?:[+\- ]?[ \t]{0,20}[A-Za-z0-9+/]{1,70}={0,2}[ \t]{0,9}\r?(?:\n|\Z))?"
)
_LINE = re.compile(r"(?m)(?P<code>[A-Za-z0-9/][A-Za-z0-9+/]{0,69}={0,2})[ \t]{0,9}\r?$")


def key_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield where lines of private keys stand."""
    if len(text) < SHORTEST:
        return
    if "PRIVATE KEY" in text:
        for block in _MARKED.finditer(text):
            for line in _ONE.finditer(text, block.start("lines"), block.end("lines")):
                yield line.span("code")
    for run in _RUN.finditer(text):
        if _is_key(text, run):
            for line in _LINE.finditer(text, run.start(), run.end()):
                yield line.span("code")


def _is_key(text: str, run: re.Match[str]) -> bool:
    """Tell whether lines are of a key: their end says so, or nothing says what they are."""
    before = text[max(0, run.start() - _BEFORE) : run.start()]
    begin = before.rfind("-----BEGIN")
    if begin >= 0 and "-----END" not in before[begin:]:
        return False  # what begins here is told by its first line
    after = text[run.end() : run.end() + 80].lstrip("+- \t")
    if text[run.end() : run.end() + 30].lstrip("+ \t").startswith("-----END"):
        return "PRIVATE KEY" in after.partition("\n")[0]
    lines = [line.strip("+- \t\r") for line in run[0].splitlines()[:LEAST]]
    return len(lines) == LEAST and all(
        len(line) >= SHORTEST - 2 and _is_mixed(line) for line in lines
    )


def _is_mixed(line: str) -> bool:
    """Tell random text from hashes and from words: RFC 4648 uses all three kinds alike."""
    kinds = (str.isupper, str.islower, str.isdigit)
    return all(sum(map(kind, line)) >= 3 for kind in kinds)
