"""Languages that look like another one and that its tools cannot read: Python 2, and JavaScript
with Flow's types. Pure. They are named as what they are, and no tool calls them invalid.
"""

from __future__ import annotations

import re

from bot.review.reading import lexing
from bot.review.reading.fragments import LONGEST_PARSED, parsed

BASES = {"python2": "python", "flow": "javascript"}
"""What each looks like; general rules read it as that."""

_PYTHON_2 = re.compile(
    r"^[ \t]*print[ \t]*(?:>>|[ \t](?![ \t]*[=.,:()\[\]]|[ \t]*(?:in|is|and|or|if|for)\b))"
    r"|^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*[a-z_]\w*[ \t]*:"
    r"|^[ \t]*except[ \t]*\([\w., \t]+\)[ \t]*,[ \t]*[a-z_]\w*[ \t]*:"
    r"|^[ \t]*raise[ \t]+[\w.]+[ \t]*,"
    r"|^[ \t]*exec[ \t]+\w|<>|\bur[\"']|(?<![\w.])0[0-7]{2,11}\b",
    re.MULTILINE,
)
_PYTHON_3 = re.compile(
    r"\b(?:async\s+def|nonlocal|await)\b|:=|\)\s*->\s*[\w\"'\[]|(?<![\w\"'])[rb]?f[\"']"
    r"|^[ \t]*\w{1,60}[ \t]*:[ \t]*[A-Za-z][\w\[\], |]{0,80}=|\bprint\(.{0,200}\b(?:end|file|sep)="
    r"|\braise\b.{0,200}\bfrom\b",
    re.MULTILINE,
)
_FLOW = re.compile(r"(?:/\*|//|^[ \t]*\*)[ \t*]*@flow\b", re.MULTILINE)
_HEAD = 3_000
"""Characters in which a file says that it is Flow's (flow.org/en/docs/usage: the first comment)."""


def dialect(text: str, language: str) -> str:
    """Return the language, or the dialect of it that a whole text is written in."""
    if language in ("javascript", "jsx") and _FLOW.search(text, 0, _HEAD):
        return "flow"
    if language == "python" and _is_python_2(text):
        return "python2"
    return language


def _is_python_2(text: str) -> bool:
    """Tell Python 2 by what is no Python 3; a mistake in Python 3 is none of it."""
    if len(text) > LONGEST_PARSED or not _PYTHON_2.search(text) or parsed(text) is not None:
        return False
    code = lexing.read(text, "python")
    return bool(_PYTHON_2.search(code.bare)) and not _PYTHON_3.search(code.code)
