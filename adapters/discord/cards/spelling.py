"""What the buttons of a card say, and the dialog behind one: spelled into their custom ids.

Pure. All that a press needs stands in the id, so that it works after a restart and in any process:
the review, the version that people see, the page, the finding, and the name of the reply's note.
Limit: 1 to 100 characters (https://docs.discord.com/developers/components/reference#custom-id).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

Action: TypeAlias = Literal["page", "fix", "explain", "dismiss", "dismissal"]
"""What a button wants; `dismissal` is the dialog that `dismiss` opens."""

LONGEST = 100

BACK, HERE, ON = "back", "here", "on"
"""In the finding's place of buttons that turn pages: ids must differ, also at both ends."""

_OURS = re.compile(
    r"parley:(?P<action>[a-z]{1,12}):(?P<review>[\w-]{1,24})\.(?P<version>[\w-]{1,12})"
    r"\.(?P<page>\d{1,3})\.(?P<finding>[\w-]{1,24})\.(?P<name>[\w-]{0,24})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What one button says. `page` counts from 0: the one to show, of a finding's button the one
    that it stands on. `name` is empty where no note stands behind the reply."""

    action: Action
    review: str
    version: str
    page: int
    finding: str
    name: str = ""

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        return (
            f"parley:{self.action}:{self.review}.{self.version}.{self.page}"
            f".{self.finding}.{self.name}"
        )


def read(custom_id: object) -> Mark | None:
    """Read back what `Mark.custom_id` wrote; None for what is no button of a card."""
    text = str(custom_id)
    found = _OURS.fullmatch(text) if len(text) <= LONGEST else None
    if found is None or found["action"] not in get_args(Action):
        return None
    return Mark(
        cast("Action", found["action"]),
        found["review"],
        found["version"],
        int(found["page"]),
        found["finding"],
        found["name"],
    )
