"""One reply is one delivery: `Hearing` follows the stream, a writer shows the newest text whenever
the platform's allowance lets it, and signs of life run beside both.

The text is never cut: it rolls over into further messages.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from adapters.streaming.cards import Cards
from adapters.streaming.hearing import Hearing
from adapters.streaming.life import Life
from adapters.streaming.pages import Pages
from adapters.streaming.surface import (
    Found,
    MessageGone,
    Moved,
    Pace,
    ShowsCards,
    ShowsTools,
    Stage,
    Surface,
    TooLong,
)
from bot.cards import ReviewCard
from bot.errors import LostLease, PlatformError, PlatformTemporary
from bot.platform import Receipt
from bot.replies import Done, Failed, Final, Reply
from bot.tasks import ended

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Shown:
    id: str
    text: str | None
    """What it reads; None for an adopted message whose text is not known."""
    stage: Stage


class Delivery:
    """Delivers one reply."""

    def __init__(
        self,
        surface: Surface,
        receipt: Receipt,
        *,
        pace: Pace,
        words: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._surface = surface
        self._tools = surface if isinstance(surface, ShowsTools) else None
        self._heard = Hearing(surface.limit, self._tools)
        self._receipt = receipt
        self._pace = pace
        self._words = words
        self._clock = clock
        self._pages = Pages(surface)
        self._shown: dict[int, _Shown] = {}
        self._deleted: set[int] = set()
        self._life = Life(surface, pace, words("thinking"), self._heard.wake)
        self._cards = Cards(
            surface, words, first=self._first, lose=self._lose_first, post=self._post_card
        )
        self._text_visible = False
        self._owed = False
        """The newest text is not shown, for want of a slot or of luck."""
        self._interval = pace.least
        self._written_at = float("-inf")

    async def run(self, replies: AsyncIterator[Reply]) -> None:
        """Follow `replies` to the end and leave exactly its text visible."""
        # The model may begin while what an earlier attempt has shown is still being looked for.
        reader = self._heard.begin(replies, self._life)
        life = asyncio.create_task(self._life.run())
        try:
            await self._adopt()
            self._owed = await self._cards.look()  # told soon, also where nothing is heard
            while self._heard.final is None:
                if reader.done():
                    reader.result()  # raises what went wrong inside
                    raise RuntimeError("a reply stream ended without its end")
                # What could not be shown is tried again, also while the model pauses.
                await self._heard.wait(self._interval if self._owed else None, self._rest)
                if self._heard.final is None:
                    await self._grow()
            await self._finish(self._heard.final)
            await ended(life)
            await self._surface.status("")
        finally:
            await ended(life)
            await ended(reader)
            await self._surface.close()

    def _rest(self) -> float:
        """Tell for how many seconds the pace still holds the next text back."""
        due = self._written_at + self._interval if self._text_visible else 0.0
        return due - self._clock()

    # -- growing -----------------------------------------------------------------------------

    async def _grow(self) -> None:
        await self._heard.hand_over(self._pages)
        self._owed = False
        if self._cards.stands:  # nothing else grows then
            self._owed = not await self._cards.renew()
            self._calm()
            return
        if not self._surface.grows:
            return
        parts = self._pages.parts()
        try:
            if not parts and not self._text_visible:
                await self._begin()
            for index, text in enumerate(parts):
                # A closed part never changes again: it gets its last edit now.
                stage = Stage.GROWING if index == len(parts) - 1 else Stage.CLOSED
                if not await self._write(index, text, stage):
                    self._owed = index not in self._deleted
                    break
                self._text_visible = self._life.text_visible = True
        except TooLong:
            if not await self._pages.narrow():
                raise
            self._owed = True
        except PlatformTemporary as error:
            # Growth is a courtesy; the end is tried again, by another attempt if need be.
            _log.info("not shown yet: %s", error)
            self._owed = True
            self._calm()

    async def _begin(self) -> None:
        """Show, before there is any text, a sign of life in its place or what tools do."""
        shown = self._shown.get(0)
        if self._life.in_place:
            await self._write(0, f"_{self._life.text}_", Stage.GROWING)
        elif shown is not None and shown.text == "":
            await self._write(0, "", Stage.GROWING)
        elif shown is None and 0 not in self._deleted and await self._may_show_tools():
            await self._post(0, "", Stage.GROWING)

    async def _may_show_tools(self) -> bool:
        return self._tools is not None and await self._tools.may_begin()

    async def _write(self, index: int, text: str, stage: Stage) -> bool:
        """Let part `index` read `text`; False when a growing one must wait for its slot."""
        shown, growing = self._shown.get(index), stage is Stage.GROWING
        owes = growing and self._tools is not None and self._tools.owes
        if shown is not None and (shown.text, shown.stage) == (text, stage) and not owes:
            return True
        # What somebody deleted under us is said once more only at the end.
        if growing and (
            index in self._deleted or not await self._surface.may_grow(first=shown is None)
        ):
            self._calm()
            return False
        if shown is None:
            await self._post(index, text, stage)
        elif not await self._edit(index, shown, text, stage):
            self._calm()
            return False
        if growing:
            self._calm()
        return True

    async def _edit(self, index: int, shown: _Shown, text: str, stage: Stage) -> bool:
        try:
            done = await self._surface.edit(shown.id, text, stage)
        except MessageGone:
            if index == 0 and self._cards.stands:
                raise  # what takes its place is not this text
            del self._shown[index]
            self._deleted.add(index)
            await self._receipt.removed(index)
            if stage is Stage.GROWING:
                return False
            await self._post(index, text, stage)
            return True
        if done:
            shown.text, shown.stage = text, stage
        return done

    async def _post(
        self, index: int, text: str, stage: Stage, card: ReviewCard | None = None
    ) -> None:
        self._receipt.check()
        await self._receipt.posting(index)
        surface = self._surface
        try:
            if card is not None and isinstance(surface, ShowsCards):
                id = await surface.post_card(index, card)
            else:
                id = await surface.post(index, text, stage)
        except Moved:
            await self._receipt.removed(index)
            raise
        try:
            await self._receipt.posted(index, id)
        except LostLease:
            # Another worker owns the thread now and shows its own: this one is surplus.
            await self._surface.remove(id)
            raise
        self._shown[index] = _Shown(id, text, stage)

    def _calm(self) -> None:
        self._written_at = self._clock()
        self._interval = min(self._pace.most, self._interval * self._pace.calm)

    # -- the end -----------------------------------------------------------------------------

    async def _finish(self, final: Final) -> None:
        await self._heard.hand_over(self._pages)
        if isinstance(final, Failed):
            await self._tail(final.text, alone=not final.partial.strip())
        elif final.stopped:
            await self._tail(f"_{self._words('stopped')}_", alone=not final.text.strip())
        carded = await self._cards.keep(final) or await self._cards.show(self._heard.card, final)
        count = 1 if carded else await self._write_text(_ending(final))
        for index in sorted(self._shown):
            if index >= count:
                await self._surface.remove(self._shown.pop(index).id)
                await self._receipt.removed(index)
        for id in await self._surface.strays([shown.id for shown in self._shown.values()]):
            await self._surface.remove(id)
        silent = count == 0 and self._cards.stands
        if not silent and not await self._attach_all():
            await self._write(count, self._words("file_not_sent"), Stage.CLOSED)

    def _first(self) -> str | None:
        shown = self._shown.get(0)
        return shown.id if shown is not None else None

    async def _post_card(self, card: ReviewCard) -> None:
        await self._post(0, card.text, Stage.ANSWERED, card)

    async def _lose_first(self) -> None:
        del self._shown[0]
        await self._receipt.removed(0)

    async def _attach_all(self) -> bool:
        """Put the files beside the answer; it stands also where that fails for some."""
        failed = False
        for file in self._heard.files:
            try:
                await self._surface.attach(file)
            except PlatformError as error:
                _log.warning("a file was not attached: %s", error)
                failed = True
        return not failed

    async def _tail(self, text: str, *, alone: bool) -> None:
        await self._pages.feed(text if alone else f"\n\n{text}")

    async def _write_text(self, end: Stage) -> int:
        """Write the text; nothing where somebody has deleted the card that it was to replace: who
        wants no card wants no longer form of it."""
        if not self._cards.stands:
            return await self._write_all(end)
        if 0 in self._shown:
            try:
                return await self._write_all(end)
            except MessageGone as error:
                _log.info("a card is gone, and not told in words: %s", error)
                await self._lose_first()
        return 0

    async def _write_all(self, end: Stage) -> int:
        """Write every part as it stays, in smaller ones where the platform wants it so; returns how
        many there are."""
        while True:
            texts = self._pages.parts(final=True)
            try:
                for index, text in enumerate(texts):
                    await self._write(index, text, end if index == len(texts) - 1 else Stage.CLOSED)
            except TooLong:
                if not await self._pages.narrow():
                    raise
            except Moved as error:
                _log.info("told elsewhere: %s", error)
            else:
                return len(texts)

    # -- after a crash -----------------------------------------------------------------------

    async def _adopt(self) -> None:
        """Take over what earlier attempts made visible; of several posts of one part keep the
        oldest."""
        parts = self._receipt.parts
        for part in parts:
            if part.id:
                self._shown[part.index] = _Shown(part.id, None, Stage.GROWING)
        for found in await self._found() if parts else []:
            mine = self._shown.get(found.index)
            if mine is None:
                self._shown[found.index] = _Shown(found.id, None, Stage.GROWING)
                await self._receipt.posted(found.index, found.id)
            elif mine.id != found.id:
                await self._surface.remove(found.id)

    async def _found(self) -> list[Found]:
        try:
            return await self._surface.find()
        except PlatformTemporary:
            if all(part.id for part in self._receipt.parts):
                return []  # what is known can be finished; the rest is looked at later
            raise


def _ending(final: Final) -> Stage:
    if isinstance(final, Done):
        return Stage.ANSWERED
    return Stage.FAILED if final.retryable else Stage.CLOSED
