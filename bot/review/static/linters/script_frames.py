"""What has to stand around a piece of JavaScript or TypeScript so that it parses. Pure."""

from __future__ import annotations

import re

from bot.review.reading import lexing
from bot.review.static.linters.brackets import Brackets, scanned
from bot.review.static.linters.frames import Frame, around, trimmed
from bot.review.static.units import Unit

_FOLLOWED = re.compile(r"^\s*\}\s*(else|catch|finally|while)\b")
_BLOCK = {"else": "if (_) {", "catch": "try {", "finally": "try {", "while": "do {"}


def framed(unit: Unit, attempt: int, broken: int | None) -> Frame | None:
    """Try a function's body, a class's, an object's, then a function's without an edge."""
    rows = len(unit.rows)
    first, last = 0, rows
    if attempt >= 4:
        rest = trimmed(rows, first, last, broken)
        if rest is None:
            return None
        first, last = rest
    text = "".join(f"{row.text}\n" for row in unit.rows[first:last])
    bare = lexing.read(text, "typescript").bare.split("\n")[: last - first]
    brackets = scanned(bare)
    head = _head(brackets, bare, "({" if attempt == 3 else "(async () => {")
    tail = "".join(brackets.open)
    match attempt:
        case 2:
            return around(unit, first, last, ["class _ {", head], [tail, "}"])
        case 3:
            return around(unit, first, last, ["async function* _() { _({", head], [tail, "}) }"])
        case _:
            return around(unit, first, last, ["async function* _() {", head], [tail, "}"])


def _head(brackets: Brackets, bare: list[str], callback: str) -> str:
    """Open what the fragment closes; a brace inside of a call is most often a callback's."""
    pieces: list[str] = []
    for number, bracket in enumerate(brackets.missing):
        if bracket == "(" and brackets.missing[number + 1 : number + 2] == ("{",):
            pieces.append(f"_{callback}")
        elif bracket == "{" and pieces and pieces[-1].startswith("_("):
            continue
        elif bracket == "{":
            pieces.append(_block(bare))
        else:
            pieces.append(f"_{bracket}")
    return " ".join(pieces)


def _block(bare: list[str]) -> str:
    """Choose the statement whose block ends here by the word behind its brace."""
    for row in bare:
        if found := _FOLLOWED.match(row):
            return _BLOCK[found[1]]
    return "{"
