"""Picks Discord's channels out of `OPERATOR_CHANNEL`: they are told what operators should know.

The setting serves every platform; what is another's is left to it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SNOWFLAKE = re.compile(r"\d{15,20}")


def channels(named: Sequence[str]) -> tuple[str, ...]:
    """Return Discord's ones among the channels that are `named`: ids, as a name may stand for many
    channels of many servers."""
    return tuple(name for name in named if _SNOWFLAKE.fullmatch(name))


def trouble(named: Sequence[str]) -> str:
    """Tell that none of the channels that are `named` can be told; empty when all is well."""
    if not named or channels(named):
        return ""
    return (
        "OPERATOR_CHANNEL names no channel of Discord's: nobody is told here; add the channel's id "
        "(Copy Channel ID in its menu, with Developer Mode on)"
    )
