"""Blanks comments and strings in source text of many languages, for rules that read lines. Pure.

An approximation on purpose: one linear pass that never fails, so that hostile text costs no more
than its length. Lines and columns stay where they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_DOUBLE = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
_SINGLE = r"'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"
_BACKTICK = r"`[^`\\]*(?:\\.[^`\\]*)*`?"
_TRIPLES = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:""")?',
    r"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:''')?",
)
_BLOCK = r"/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/)?"
_SLASHES = r"//[^\n]*"
_HASH = r"\#[^\n]*"
_REGEX = (
    r"(?<=[=(,:\[!&|?{};\n])[ \t]{0,8}/(?![/*])"
    r"[^/\\\n\[]{0,200}(?:(?:\\.|\[[^\]\n]{0,100}\])[^/\\\n\[]{0,200}){0,40}/"
)


def _family(comments: tuple[str, ...], strings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        f"(?P<comment>{'|'.join(comments)})|(?P<string>{'|'.join(strings)})", re.DOTALL
    )


_C = _family((_BLOCK, _SLASHES), (_DOUBLE, _SINGLE))
_SCRIPT = _family((_BLOCK, _SLASHES), (_DOUBLE, _SINGLE, _BACKTICK, _REGEX))
_PYTHON = _family((_HASH,), (*_TRIPLES, _DOUBLE, _SINGLE))
_HASHED = _family((_HASH,), (_DOUBLE, _SINGLE))
_PHP = _family((_BLOCK, _SLASHES, _HASH), (_DOUBLE, _SINGLE))
_SQL = _family((_BLOCK, r"--[^\n]*"), (r"'[^']*'?", r'"[^"\n]*"?'))
_SHELL = _family((r"(?:(?<=[\s;&|(])|^)\#[^\n]*",), (r'"[^"\\]*(?:\\.[^"\\]*)*"?', r"'[^']*'?"))
_LINES = _family((r"(?:(?<=\s)|^)\#[^\n]*",), (r"(?!)",))
"""YAML, Dockerfiles: a quote inside of them is too often an apostrophe."""

_FAMILIES = {
    **dict.fromkeys(("javascript", "jsx", "typescript", "tsx", "vue", "svelte", "go"), _SCRIPT),
    **dict.fromkeys(("python",), _PYTHON),
    **dict.fromkeys(("ruby", "perl", "elixir", "r", "terraform", "toml", "powershell"), _HASHED),
    **dict.fromkeys(("shell", "bash", "sh"), _SHELL),
    **dict.fromkeys(("yaml", "workflow", "dockerfile", "makefile"), _LINES),
    "php": _PHP,
    "sql": _SQL,
}


@dataclass(frozen=True)
class Code:
    """A text and what it is without comments (`code`), and without strings either (`bare`)."""

    text: str
    code: str
    bare: str

    @cached_property
    def folded(self) -> str:
        """The text in lower case, for hints."""
        return self.text.lower()

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(found.end() for found in re.finditer("\n", self.text))]


def read(text: str, language: str) -> Code:
    """Blank `text` by the rules of `language`; an unknown one is read as if it were like C."""
    pattern = _FAMILIES.get(language, _C)
    code: list[str] = []
    bare: list[str] = []
    at = 0
    for found in pattern.finditer(text):
        between, what = text[at : found.start()], found[0]
        blank = _blank(what)
        is_comment = found.lastgroup == "comment"
        code += (between, blank if is_comment else what)
        bare += (between, blank if is_comment else _hollow(what, blank))
        at = found.end()
    rest = text[at:]
    return Code(text, "".join((*code, rest)), "".join((*bare, rest)))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _hollow(string: str, blank: str) -> str:
    """Keep the quotes, so that a rule still sees that a string stood there."""
    if len(string) < 2 or not string[0].strip():
        return blank
    return f"{string[0]}{blank[1:-1]}{string[-1] if string[-1] == string[0] else blank[-1]}"
