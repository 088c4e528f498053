"""Does code still parse after a change? Known for Python and data formats, and for languages with
brackets as far as these go. Pure, and never runs anything.
"""

from __future__ import annotations

import ast
import json
import textwrap
import tomllib
import warnings
from collections.abc import Callable, Iterator

from bot.review.reading.lexing import read

LONGEST = 200_000
"""Characters that are parsed."""

_PAIRS = {")": "(", "]": "[", "}": "{"}
_BRACES = """
c cpp csharp css dart go groovy hcl java javascript jsx kotlin less objective-c php rust scala scss
swift terraform tsx typescript
"""
_BRACKETED = frozenset(_BRACES.split())

Parse = Callable[[str], object]


def still_parses(before: str, after: str, language: str) -> bool | None:
    """Compare a piece of code before and after a change; None where nothing can be said, as for a
    piece that did not parse by itself."""
    if max(len(before), len(after)) > LONGEST:
        return None
    if language in _BRACKETED:
        return _open_brackets(before, language) == _open_brackets(after, language)
    for parse in _ways(language):
        if _succeeds(parse, before):
            return _succeeds(parse, after)
    return None


def _ways(language: str) -> Iterator[Parse]:
    """Yield ways to parse a language, for a whole file first and for the middle of one after."""
    if language == "python":
        yield ast.parse
        yield lambda text: ast.parse(textwrap.dedent(text))
        yield lambda text: ast.parse(
            "async def _():\n" + textwrap.indent(textwrap.dedent(text), " ")
        )
    elif language in ("json", "toml"):
        yield {"json": json.loads, "toml": tomllib.loads}[language]


def _succeeds(parse: Parse, text: str) -> bool:
    try:
        with warnings.catch_warnings():
            # About the code of strangers, which is parsed and never run.
            warnings.simplefilter("ignore")
            parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _open_brackets(text: str, language: str) -> str:
    """Return the brackets outside of strings and comments that have no other half; whatever is in
    the place of whole lines leaves them as they were."""
    opened: list[str] = []
    for letter in read(text, language).bare:
        if letter in "([{" or (letter in _PAIRS and (not opened or opened[-1] != _PAIRS[letter])):
            opened.append(letter)
        elif letter in _PAIRS:
            opened.pop()
    return "".join(opened)
