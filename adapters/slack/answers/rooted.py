"""An answer to what was asked outside of any thread: it stands in the channel, and what does not
fit into one message in the thread under it, where people then go on. Made by `answering`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from adapters.slack.inbound import microseconds
from adapters.streaming import Found, Stage, Surface, cards_of
from bot.cards import ReviewCard
from bot.events import ThreadRef
from bot.replies import File

Opened = Callable[[ThreadRef, int], Awaitable[None]]


class RootedSurface:
    """`make` makes the surface of a thread or of the channel itself; `opened` is told which thread
    the first part has opened. `root` is that part's ts if an earlier attempt has posted it."""

    def __init__(
        self,
        make: Callable[[ThreadRef], Surface],
        channel: ThreadRef,
        opened: Opened,
        root: str = "",
    ) -> None:
        self._make = make
        self._channel = channel
        self._opened = opened
        self._top = make(channel)
        self._root = ""
        self._under: Surface | None = None
        self._former: list[Surface] = []
        if root:
            self._stand_under(root)
        self.limit = self._top.limit
        self.grows = self._top.grows

    def measure(self, markdown: str) -> int:
        """Count as Slack does."""
        return self._top.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot for growth; the first post of all is the one in the channel."""
        surface = self._under if first and self._under is not None else self._top
        return await surface.may_grow(first=first)

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Post a part; the first opens the thread."""
        if index and self._under is not None:
            return await self._under.post(index, markdown, stage)
        id = await self._top.post(index, markdown, stage)
        if index == 0:
            await self._open(id)
        return id

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Post a card, which opens the thread."""
        id = await cards_of(self._top).post_card(index, card)
        await self._open(id)
        return id

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let a part show a card."""
        await cards_of(self._of(id)).edit_card(id, card)

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Edit a part."""
        return await self._of(id).edit(id, markdown, stage)

    async def remove(self, id: str) -> None:
        """Delete a part."""
        await self._of(id).remove(id)

    async def find(self) -> list[Found]:
        """Read which parts stand: the first in the channel, the others under it."""
        found = {one.id: one for one in await self._top.find()}
        first = next((one.id for one in found.values() if one.index == 0), "")
        if first and not self._root:
            await self._open(first)  # the process may have ended right behind the post
        if self._under is not None:
            found |= {one.id: one for one in await self._under.find()}
        return [found[id] for id in sorted(found)]

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name posts that stand although their answer was lost."""
        both = [self._top] if self._under is None else [self._top, self._under]
        return [id for surface in both for id in await surface.strays(known)]

    @property
    def alive(self) -> bool:
        """Tell whether a sign of life stands; before the first post the acknowledgement is one."""
        return self._under is None or self._under.alive

    async def status(self, text: str) -> bool:
        """Show a sign of life under the first part, once there is one."""
        return True if self._under is None else await self._under.status(text)

    async def attach(self, file: File) -> None:
        """Put a file under the answer."""
        await (self._under or self._top).attach(file)

    async def close(self) -> None:
        """Give back what was kept."""
        for surface in (self._top, self._under, *self._former):
            if surface is not None:
                await surface.close()

    async def _open(self, ts: str) -> None:
        self._stand_under(ts)
        await self._opened(replace(self._channel, thread=ts), microseconds(ts))

    def _stand_under(self, ts: str) -> None:
        if self._under is not None:  # the first part was deleted, and posted again
            self._former.append(self._under)
        self._root = ts
        self._under = self._make(replace(self._channel, thread=ts))

    def _of(self, id: str) -> Surface:
        return self._top if id == self._root or self._under is None else self._under
