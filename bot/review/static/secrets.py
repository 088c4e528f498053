"""Secrets in what is reviewed: what masking hides is what is reported, never the value. Pure.

Hidden and not reported is what is a name and not a value, such as `password=settings.key`, and what
is the word "password" itself. What was hidden before it came here, as the inbox does, is told by
the row that masking leaves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from bot.guard import masking
from bot.review.static.findings import Seen
from bot.review.static.rules import Rule, table
from bot.review.static.units import Unit

NAME = "secrets"

_LITERAL = frozenset({"", "shell", "dockerfile", "makefile", "yaml", "ini", "text", "markdown"})
"""Languages in which a text needs no quotes."""

_KEY = "private_key"

_LOOSE = frozenset({"password", "token"})
"""Kinds that are told by the name before the value alone."""


_ROW = re.compile(rf"{masking.MASK}{{6,}}(?:[ \t]*\n[ \t]*{masking.MASK}+)*")
"""A hidden secret, over several lines as a private key is."""

_LONG = 15
"""Characters from which on a row is no placeholder: of the shortest token known by its form."""

_BEFORE = re.compile(
    r"(?:passw(?:or)?d|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)"
    r"[\w-]{0,20}[\"'`]?\s{0,5}(?:=>|:=|[:=])\s{0,5}[\"'`]?\Z"
    r"|://[^\s/:@]{0,100}:\Z|hooks\.slack\.com/\w{1,20}/\Z",
    re.IGNORECASE,
)
"""What stands before a secret that is told by its name or its place."""

_RULER = re.compile(rf"[\s#/*;%<!>{masking.MASK}-]*")


def seen(unit: Unit) -> Iterator[Seen]:
    """Find the secrets that stand on the new side."""
    rules = table("secrets")
    starts = list(accumulate((len(row.text) + 1 for row in unit.rows), initial=0))
    key_row = -2
    for found in masking.find(unit.text):
        if _is_example(unit, found) or (found.kind in _LOOSE and _is_name(unit, found)):
            continue
        row = bisect_right(starts, found.start) - 1
        if found.kind == _KEY:
            is_next, key_row = row == key_row + 1, row
            if is_next:
                continue  # a key whose lines were found one by one is one key
        rule = rules.get(found.kind) or _unknown(found.kind)
        yield Seen(unit, NAME, rule, row, column=found.start - starts[row])
    for start in _hidden(unit.text):
        row = bisect_right(starts, start) - 1
        yield Seen(unit, NAME, rules["hidden_secret"], row, column=start - starts[row])


def _hidden(text: str) -> Iterator[int]:
    """Yield where a secret stood that was hidden before."""
    if masking.MASK not in text:
        return
    for found in _ROW.finditer(text):
        begin = text.rfind("\n", 0, found.start()) + 1
        line = text[begin : text.find("\n", found.start()) % (len(text) + 1)]
        before = text[begin : found.start()]
        if _RULER.fullmatch(line):  # a line of its own is a secret in a key's block alone
            above = text[max(0, begin - 200) : begin].lower()
            is_secret = "private key" in above
        else:
            is_long = len(found[0].partition("\n")[0]) >= _LONG
            is_secret = (is_long and "placeholder" not in line.lower()) or bool(
                _BEFORE.search(before[-160:])
            )
        if is_secret:
            yield found.start()


def _is_name(unit: Unit, found: masking.Found) -> bool:
    is_quoted = unit.text[found.start - 1 : found.start] in "\"'`"
    return not is_quoted and unit.source.language not in _LITERAL


def _is_example(unit: Unit, found: masking.Found) -> bool:
    """Tell an address in a manual, `scheme://user:password@host`, from a real one."""
    value = unit.text[found.start : found.end].lower()
    return found.kind == "url_password" and value in ("password", "passwd", "pass", "pwd", "secret")


def _unknown(kind: str) -> Rule:
    """Report a kind that masking learned and the table did not."""
    words = kind.replace("_", " ")
    return Rule(kind, "high", "security", (798,), 0.8, f"A secret stands here: {words}", _REVOKE)


_REVOKE = "Revoke it, because whoever read this has it; then read it from a secret store."
