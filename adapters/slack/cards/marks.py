"""What a button on a review's card knows: all that a press needs stands in its value, so that it
works after a restart and in any process. Pure.

Limits: https://docs.slack.dev/reference/block-kit/block-elements (values 2,000, action ids 255).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from adapters.slack.surfaces.buttons import Tag

FIX, EXPLAIN, DISMISS = "parley_card_fix", "parley_card_explain", "parley_card_dismiss"
BACK, ON = "parley_card_back", "parley_card_on"
"""Action ids; the last two turn pages."""

OURS = re.compile("^parley_card_")
"""The action ids of a card, those of other releases too."""

VERSION = 1

_NAMES = {
    "r": "review",
    "v": "version",
    "t": "thread",
    "k": "reply",
    "f": "finding",
    "p": "page",
    "l": "level",
    "a": "alone",
}
"""How the fields of a mark are spelled in a value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A review (`ReviewCard.id`) in the version that people see, and how its message shows it.

    `thread` and `reply` are those of the turn, as in a `Tag`; `level` is how small the pages are;
    `alone` when it can be neither answered anew nor rated where it stands.
    """

    review: str
    version: str
    thread: str
    reply: str
    finding: str = ""
    page: int = 0
    """From 0; for a page button, the one that it leads to."""
    level: int = 0
    alone: bool = False

    def write(self) -> str:
        """Spell the mark as a button's value."""
        fields: dict[str, Any] = {name: getattr(self, key) for name, key in _NAMES.items()}
        body = {"m": VERSION} | {name: value for name, value in fields.items() if value}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, value: object) -> Mark | None:
        """Read a mark back; None for what is none of this release's."""
        try:
            body = json.loads(str(value))
            if not isinstance(body, dict) or body.get("m") != VERSION:
                return None
            page, level = (max(0, int(body.get(name) or 0)) for name in "pl")
            review, version, thread, reply, finding = (str(body.get(n) or "") for n in "rvtkf")
            alone = bool(body.get("a"))
            return cls(review, version, thread, reply, finding, page, level, alone)
        except (ValueError, TypeError, OverflowError):
            return None

    def tag(self, askers: tuple[str, ...]) -> Tag:
        """Return what the other buttons under an answer know."""
        return Tag(self.thread, self.reply, askers)
