"""Picks Slack's channels out of `OPERATOR_CHANNEL`: they are told what operators should know.

The setting serves every platform; what is another's is left to it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

CHANNEL = re.compile(r"[CGD][A-Z0-9]+")
"""The id of a conversation."""

_ANOTHERS = re.compile(r"\d{15,20}")
"""An id of Discord's; no channel of Slack's is likely to have such a name."""


def channels(named: Sequence[str], *, home: bool) -> tuple[str, ...]:
    """Return Slack's ones among the channels that are `named`. Without a `home`, the workspace of
    the bot's own token, only ids are taken: by its name a channel would be found in any workspace,
    and be strangers' own."""
    ids = [name for name in named if CHANNEL.fullmatch(name)]
    if not home:
        return tuple(ids)
    mine = (name for name in named if not _ANOTHERS.fullmatch(name))
    return tuple(name if name in ids else f"#{name.removeprefix('#')}" for name in mine)


def trouble(named: Sequence[str], *, home: bool) -> str:
    """Tell that none of the channels that are `named` can be told; empty when all is well."""
    if not named or channels(named, home=home):
        return ""
    wanted = "the channel's id or name" if home else "the channel's id (without SLACK_BOT_TOKEN)"
    return f"OPERATOR_CHANNEL names no channel of Slack's: nobody is told here; add {wanted}"
