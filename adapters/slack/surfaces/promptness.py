"""What an interaction waits for at Slack beside the store, before it is acknowledged.

With a short look at Slack between what `common.promptness` allows that is 1.8 s at most. A bot that
is just starting is waited for before, half a second.
"""

from __future__ import annotations

from adapters.common import promptness
from adapters.slack.workspaces import Starting
from bot.errors import StoreUnavailable
from bot.wording import say

LOOK_UP_SECONDS = 0.3

STARTED_SECONDS = 0.5
"""Only while the bot starts: Slack has not told it yet who it is."""

WORKSPACE_SECONDS = 0.4
"""Only where people install the bot: its token is read from the store first."""


def excuse(error: StoreUnavailable | Starting, locale: str) -> str:
    """Say why nothing has come of what was sent, before anything was tried."""
    if isinstance(error, Starting):
        return say("not_ready", locale)
    return promptness.apology(error, locale)
