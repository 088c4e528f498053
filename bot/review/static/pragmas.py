"""Takes the force out of comments that tell a linter to keep silent. Pure.

Who is reviewed does not decide what is reported. Each such word is replaced by one of the same
length that no tool knows, so that lines and columns stay true; it happens in strings as well as in
comments, because telling them apart in hostile text is what could be got wrong.
"""

from __future__ import annotations

import re

# Forms as the tools document them: docs.astral.sh/ruff/linter (error suppression), oxc.rs (ignore
# comments), the wiki of ShellCheck (Ignore, Directive). `@flow` is no suppression, but makes oxlint
# drop a file's syntax errors, and with them the whole file, without a word.
_PRAGMAS = re.compile(
    r"""
      \bnoqa\b
    | \bnosec\b
    | (?<=\#) \s{0,100} (?:ruff|flake8|isort|pylint|mypy|type|pyright|shellcheck) (?=\s{0,100}[:\s])
    | (?<![\w-]) (?:es|ox)lint (?=-(?:disable|enable|env))
    | (?<=/\*) \s{0,100} (?:es|ox)lint (?=\s)
    | (?<=/\*) \s{0,100} (?:globals?|exported) (?=\s)
    | @(?:no)?flow\b
    | @ts-(?:ignore|nocheck|expect-error|check)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def neutralised(text: str) -> str:
    """Return `text` with the same lines and columns, in which no comment silences a linter."""
    return _PRAGMAS.sub(lambda found: _harmless(found[0]), text)


def _harmless(pragma: str) -> str:
    """Keep everything but letters, so that a comment stays a comment and a space a space."""
    return "".join("_" if letter.isalnum() else letter for letter in pragma)
