"""The ways in which a call to the local Discord goes wrong. Any other kind is `status:code`."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "500",  # server errors as Discord's edge sends them: HTML, nothing was done
    "502",
    "503",
    "504",
    "500_json",  # a server error with Discord's JSON body
    "429",  # a JSON refusal with Retry-After and Via
    "429_global",  # the same, for the whole bot
    "429_shared",  # the same, because of others; does not count as invalid
    "banned",  # Cloudflare's HTML 429 without Via
    "reset",  # TCP reset before anything was done
    "lost",  # everything was done, then TCP reset
    "lost_500",  # everything was done, then a server error
    "hang",  # nothing is done and nothing is answered
    "lost_hang",  # everything was done and nothing is answered
    "late",  # answered with 504 at once, done `delay` seconds later
    "slow",  # done and answered, but late
    "half",  # done, but only half of the body arrives
]

KINDS = frozenset(Kind.__args__)  # type: ignore[attr-defined]
AFTER = frozenset({"lost", "lost_500", "lost_hang", "half"})
