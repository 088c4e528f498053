"""What can go wrong with one call of Discord's API, and how its answers tell of it.

Pure; called by `client`, and imported by whoever acts on a refusal. Source of the numbers:
https://docs.discord.com/developers/topics/opcodes-and-status-codes.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import PlatformGone, PlatformRejected

OLD_MESSAGE = 30046
"""A message older than an hour has been edited too often: said with a 429, but not of our pace."""

WORDS = frozenset({50006, 50035, 200000, 240000})
"""What was written is not taken: it is empty, its form is wrong, AutoMod or the filter of harmful
links stops it."""

LONGEST_PAUSE = 300.0

TURNED_AWAY = 20.0
"""Seconds to wait where Cloudflare turns our address away and does not say for how long: few enough
tries that they do not prolong it."""


class CallRefused(PlatformGone):
    """Discord named an error of this one call: `code` is Discord's number, 0 without one; `words`
    name what is wrong with single fields, each as `path:CODE`."""

    def __init__(
        self, method: str, code: int, status: int, text: str = "", words: str = ""
    ) -> None:
        detail = " ".join(filter(None, (f"{method}: HTTP {status} {code}", text[:200], words)))
        super().__init__(detail)
        self.code = code
        self.status = status
        self.words = words


class WordsRefused(CallRefused, PlatformRejected):
    """Discord does not take what was written; something else may stand there."""


def refusal(method: str, status: int, told: Mapping[str, object]) -> CallRefused:
    """Read the error that an answer names."""
    found, text = told.get("code"), str(told.get("message") or "")
    code = found if isinstance(found, int) else 0
    kind = WordsRefused if code in WORDS else CallRefused
    return kind(method, code, status, text, " ".join(_words(told.get("errors"))))


def seconds(value: object, otherwise: float) -> float:
    """Read a length of time from an answer, within bounds."""
    try:
        return min(max(float(str(value)), 0.05), LONGEST_PAUSE)
    except ValueError:
        return otherwise


def _words(errors: object) -> list[str]:
    """List the codes in the tree of a form's errors, each behind the field that it is about."""
    found: list[str] = []
    waiting: list[tuple[str, object]] = [("", errors)]
    while waiting and len(found) < 20:
        path, node = waiting.pop()
        if not isinstance(node, Mapping):
            continue
        for one in node.get("_errors") or ():
            found.append(f"{path}:{one.get('code')}" if isinstance(one, Mapping) else path)
        waiting += [(f"{path}.{k}".lstrip("."), v) for k, v in node.items() if k != "_errors"]
    return found
