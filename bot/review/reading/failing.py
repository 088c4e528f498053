"""Why a pull request cannot be read, in stable words and in the language of whoever asks."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.errors import ToolFailed
from bot.wording import say

Why: TypeAlias = Literal[
    "host",
    "late",
    "unreachable",
    "too_large",
    "unreadable",
    "token",
    "forbidden",
    "unknown",
    "busy",
    "status",
]
"""`host`: not one that the settings name. `token`: the bot's is refused. `unknown`: there is no
such pull request, or the bot may not see it. `status`: any other answer than the wanted one."""


class PullFailed(ToolFailed):
    """A pull request cannot be read; as text it is a sentence in English, without its full stop."""

    def __init__(self, code: Why, **values: object) -> None:
        self.code = code
        self._values = values
        super().__init__(self.said("en"))

    def said(self, locale: str) -> str:
        """Say why, and what to do, in a language."""
        return say(f"review_pull_{self.code}", locale, **self._values)
