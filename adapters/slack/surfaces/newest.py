"""Work of which only the newest counts: one at a time for each key, and of what comes meanwhile the
last. A page that is shown anew must never be overtaken by an older one. Knows nothing of the work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import TypeAlias

Work: TypeAlias = Callable[[], Awaitable[None]]


class Newest:
    """Who is at work for which key, and what is to be done there next."""

    def __init__(self) -> None:
        self._next: dict[Hashable, Work] = {}
        self._busy: set[Hashable] = set()

    async def do(self, key: Hashable, work: Work) -> None:
        """Do `work`, or leave it to who is at work for `key`; newer work takes its place there.
        Raises what the last work raises."""
        self._next[key] = work
        if key in self._busy:
            return
        self._busy.add(key)
        try:
            while (current := self._next.pop(key, None)) is not None:
                try:
                    await current()
                except Exception:
                    if key not in self._next:
                        raise  # else something newer is to be done, and may succeed
        finally:
            self._busy.discard(key)
            self._next.pop(key, None)
