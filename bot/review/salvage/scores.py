"""The model's own number, in whatever way it was written. Pure."""

from __future__ import annotations

import math
import re

_WRITTEN = re.compile(
    r"(?P<value>\d{1,3}(?:[.,]\d{1,4})?)\s*"
    r"(?:(?P<percent>%)|(?:/|／|out\s+of|of)\s*(?P<most>\d{1,3})|points?|分)?"
    r"\s*(?:[.;(（—–-].{0,200})?",
    re.DOTALL | re.IGNORECASE,
)
BEST = 10


def score_of(value: object) -> float | None:
    """Read a score out of ten, such as `7`, `"7"`, `"7/10"` or `"70%"`; None if it is none.

    A number without a scale is taken as it is: one that is too high lowers nothing.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    found = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    number = float(found["value"].replace(",", "."))
    most = 100.0 if found["percent"] else float(found["most"] or BEST)
    return number * BEST / most if most else None
