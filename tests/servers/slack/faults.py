"""The ways in which a call to the local Slack goes wrong. Any other kind is an error's name."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "500",  # JSON-less server error
    "502",
    "503",
    "504",
    "html",  # an HTML error page with status 503
    "html_ok",  # an HTML page with status 200
    "not_json",  # status 200, content type JSON, cut body
    "ratelimited",  # 429 with Retry-After
    "reset",  # TCP reset before anything was done
    "lost",  # everything was done, then TCP reset
    "lost_500",  # everything was done, then a server error
    "hang",  # nothing is done and nothing is answered
    "lost_hang",  # everything was done and nothing is answered
    "slow",  # done and answered, but late
]

KINDS = frozenset(Kind.__args__)  # type: ignore[attr-defined]
AFTER = frozenset({"lost", "lost_500", "lost_hang"})
