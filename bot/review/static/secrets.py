"""Secrets in what is reviewed: what masking hides is what is reported, never the value. Pure.

Hidden and not reported is what is a name and not a value, such as `password=settings.key`, and what
is the word "password" itself.
"""

from __future__ import annotations

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

_LOOSE = frozenset({"password", "token"})
"""Kinds that are told by the name before the value alone."""


def seen(unit: Unit) -> Iterator[Seen]:
    """Find the secrets that stand on the new side."""
    rules = table("secrets")
    starts = list(accumulate((len(row.text) + 1 for row in unit.rows), initial=0))
    for found in masking.find(unit.text):
        if _is_example(unit, found) or (found.kind in _LOOSE and _is_name(unit, found)):
            continue
        row = bisect_right(starts, found.start) - 1
        rule = rules.get(found.kind) or _unknown(found.kind)
        yield Seen(unit, NAME, rule, row, column=found.start - starts[row])


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
