"""Follows what strangers send from where it comes in to where it does harm, within one function.

Pure. By text, statement by statement: a name that is given something from outside carries it on
until it is given something else or is made safe. What only might come from outside is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.review.reading.lexing import Code
from bot.review.static.cliches.dangers import DANGERS
from bot.review.static.cliches.pattern import Spot, spot
from bot.review.static.cliches.tongue import Danger, Tongue
from bot.review.static.units import Unit

_MOST_ROWS = 12
"""Of one statement; what is longer is looked at in pieces."""

_WORD = re.compile(r"[A-Za-z_]\w*")
_INSIDE = re.compile(r"[$#]?\{([^{}\n]{1,120})\}")
_CONTINUED = re.compile(r"[(\[,+.=|&?\\]\s*$")
_CONTINUES = re.compile(r"\s*(?:[.+?)\]]|\|\||&&|: )")


@dataclass(frozen=True, slots=True)
class _Statement:
    """A span of the text that is read at once."""

    start: int
    code: str
    bare: str


def spots(unit: Unit, kind: str, code: Code) -> Iterator[Spot]:
    """Find where what comes from outside does harm."""
    tongue = DANGERS.get(kind)
    if tongue is None or not any(hint in code.folded for hint in tongue.hints):
        return
    carried: set[str] = set()
    handler = False
    for statement in _statements(code):
        if tongue.handler.search(statement.code):
            handler = True
        if entered := tongue.function.search(statement.bare):
            carried = _parameters(tongue, entered) if handler else set()
            handler = False
        for danger in tongue.dangers:
            if found := _harm(tongue, danger, statement, carried):
                yield spot(
                    code,
                    danger.rule,
                    statement.start + found.start(),
                    statement.start + found.end(),
                )
        _carry(tongue, statement, carried)


def _statements(code: Code) -> Iterator[_Statement]:
    """Join rows that continue each other."""
    bare, starts = code.bare.split("\n"), code.starts
    first = 0
    while first < len(bare):
        last = first
        while (
            last + 1 < len(bare)
            and last - first < _MOST_ROWS
            and (_CONTINUED.search(bare[last]) or _CONTINUES.match(bare[last + 1]))
        ):
            last += 1
        start = starts[first]
        end = starts[last] + len(bare[last])
        yield _Statement(start, code.code[start:end], code.bare[start:end])
        first = last + 1


def _parameters(tongue: Tongue, entered: re.Match[str]) -> set[str]:
    """Take a handler's parameters as strangers' words, unless they are no text."""
    names: set[str] = set()
    for parameter in entered["parameters"].split(","):
        name, _, annotation = parameter.partition(":")
        is_text = not annotation or re.match(r"\s*(?:str|string|String)\b", annotation)
        if is_text and "=" not in name and (found := _WORD.search(name)):
            names.add(found[0])
    return names - tongue.innocent


def _harm(
    tongue: Tongue, danger: Danger, statement: _Statement, carried: set[str]
) -> re.Match[str] | None:
    for found in danger.sink.finditer(statement.code):
        if not statement.bare[found.start()].strip():
            continue  # it stands in a string
        argument = _argument(statement, found.end(), danger)
        if tongue.cleaner.search(argument.code) or danger.excuse.search(statement.code):
            continue
        if danger.needs is not None and not danger.needs.search(argument.code):
            continue
        if tongue.source.search(argument.code) or carried & _words(argument):
            return found
    return None


def _argument(statement: _Statement, start: int, danger: Danger) -> _Statement:
    """Cut the argument out: all of them, or the first one where only that one does harm."""
    depth = 0
    end = len(statement.bare)
    for at in range(start, len(statement.bare)):
        letter = statement.bare[at]
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and letter == "," and danger.first):
            end = at
            break
    return _Statement(start, statement.code[start:end], statement.bare[start:end])


def _words(piece: _Statement) -> set[str]:
    """Read the names that a piece uses, those filled into strings as well."""
    words = set(_WORD.findall(piece.bare))
    for inside in _INSIDE.findall(piece.code):
        words.update(_WORD.findall(inside))
    for found in re.finditer(r"\$(\w+)", piece.code):
        words.add(found[1])
    return words


def _carry(tongue: Tongue, statement: _Statement, carried: set[str]) -> None:
    given = tongue.assignment.match(statement.bare)
    if given is None:
        return
    value = _Statement(0, statement.code[given.end() :], statement.bare[given.end() :])
    names = set(_WORD.findall(given["names"])) - {
        "const",
        "let",
        "var",
        "final",
        "String",
        "string",
    }
    comes = tongue.source.search(value.code) or carried & _words(value)
    if comes and not tongue.cleaner.search(value.code):
        carried |= names
    elif "." not in given["names"] and "[" not in given["names"]:
        carried -= names
