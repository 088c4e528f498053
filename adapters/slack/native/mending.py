"""Messages that are native streams, or may still be: found, ended, claimed and updated.

Who takes over a reply, or whose stream has broken, has to do with them, also where no stream is
begun any more. Base of `streams`; used alone to look again at a finished turn.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack.carded import Cards, CardSurface
from adapters.slack.client import CallRefused
from adapters.slack.inbound import Self
from adapters.slack.limits import STOP, UPDATE
from adapters.slack.native.deltas import written
from adapters.slack.native.room import Room
from adapters.slack.outbound import Said
from adapters.slack.standing import Spot, Stood
from adapters.slack.text.blocks import Block
from adapters.streaming import Found, Stage
from bot.errors import PlatformTemporary
from bot.platform import Part

_log = logging.getLogger(__name__)

STILL_STREAMING = "streaming_state_conflict"
"""What is refused to a message that streams: an update."""

STOPPED_BY_USER = "stopped_by_user"
"""What is refused to a stream that Slack's own stop button ends: everything, for a while."""

PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds between the updates of a message until Slack knows that its own button has ended it."""


class MendingSurface(CardSurface):
    """A `CardSurface` in a place for streams. `me` is the bot, `parts` what the receipt knows."""

    def __init__(
        self,
        spot: Spot,
        *,
        buttons: Callable[[Stage], list[Block]] = lambda _: [],
        cards: Cards | None = None,
        me: Self,
        parts: Sequence[Part] = (),
    ) -> None:
        super().__init__(spot, buttons=buttons, cards=cards)
        self._me = me
        self._room = Room(spot.client, spot.key)
        self._index = {part.id: part.index for part in parts if part.id}
        self._known = set(self._index)
        self._unposted = {part.index for part in parts if not part.id}
        self._unsettled: set[str] = set()
        """Messages that may still stream and do not carry our key."""
        self._halted: set[str] = set()
        """Those of them that a person has stopped: Slack ends them by itself."""

    async def _write(self, method: str, said: Said, **where: Any) -> Mapping[str, Any]:
        """Post or update; what may still stream is stopped before, and then carries our key."""
        if method != UPDATE:
            return await super()._write(method, said, **where)
        id = str(where["ts"])
        if id in self._unsettled and id not in self._halted:
            await self._settle(id)
        try:
            answer = await super()._write(method, said, **where, **self._claim(id))
        except CallRefused as error:
            if error.code != STILL_STREAMING:
                raise
            self._unsettled.add(id)
            if id not in self._halted:
                await self._settle(id)
            answer = await self._again(id, said, **where)
        self._unsettled.discard(id)
        return answer

    async def _again(self, id: str, said: Said, **where: Any) -> Mapping[str, Any]:
        """Update what was ended, and what Slack may not know yet to have ended. A message that a
        person has stopped stays as it is when Slack keeps it for too long."""
        halted = id in self._halted and said.stage is not Stage.GROWING
        for number, pause in enumerate(PAUSES if halted else (0.0,)):
            if halted:
                await self._client.sleep(pause)
                if number == 0:
                    await self._settle(id)  # once more: whoever was faster may have ended nothing
            await self._client.slot(UPDATE)
            self._check()
            try:
                return await super()._write(UPDATE, said, **where, **self._claim(id))
            except CallRefused as error:
                if error.code != STILL_STREAMING:
                    raise
                refusal = error
        if halted:
            _log.warning("what was stopped stays as it is: %s", refusal)
            return {}
        raise PlatformTemporary(str(refusal)) from refusal

    def _reads(self, shown: str, markdown: str) -> bool:
        return shown == written(markdown) or super()._reads(shown, markdown)

    def _claim(self, id: str) -> dict[str, Any]:
        """Return what lets a message that was a stream carry our key."""
        known = id in self._unsettled and id in self._index
        return {"metadata": self._metadata(self._index[id])} if known else {}

    def _stands(self, id: str, index: int) -> None:
        """Note that part `index` has this message."""
        self._index[id] = index
        self._known.add(id)
        self._unposted.discard(index)

    async def _settle(self, id: str) -> None:
        """End a stream as it is; one that has ended, or is gone, is no fault."""
        try:
            await self._stop(id, {})
        except CallRefused as error:
            self._note_halt(id, error)
            _log.info("not a stream any more: %s", error)

    def _note_halt(self, id: str, error: CallRefused) -> bool:
        """Tell whether a stop was refused because a person was faster, and remember that."""
        if error.code == STOPPED_BY_USER:
            self._halted.add(id)
        return id in self._halted

    async def _stop(self, id: str, content: Mapping[str, Any], *, checked: bool = True) -> None:
        """End a stream with our key and, if it is to say more, `content`."""
        await self._room.for_stop()
        if checked:
            self._check()
        claim = {"metadata": self._metadata(self._index[id])} if id in self._index else {}
        await self._client.call(STOP, channel=self._thread.channel, ts=id, **claim, **content)
        self._unsettled.discard(id)

    async def remove(self, id: str) -> None:
        """Delete an own message, also one that streams."""
        try:
            await super().remove(id)
        except CallRefused as error:
            if error.code != STILL_STREAMING:
                raise
            try:
                await self._client.persist(lambda: self._stop(id, {}, checked=False))
            except CallRefused as refusal:
                if not self._note_halt(id, refusal):
                    raise
                await self._client.sleep(PAUSES[-1])
            await super().remove(id)

    async def find(self) -> list[Found]:
        """Read which messages are this reply's. Where one was begun and not answered for, a stream
        of it carries no key yet: then own messages without one count, as they are newer than the
        batch and the thread is ours."""
        messages = await self._messages()
        found = [one.found for one in self._keyed(messages)]
        missing = self._unposted | self._lost
        for message in messages if missing else ():
            id = str(message.get("ts") or "")
            if id > self._stamp and id not in self._known and self._is_unclaimed(message):
                self._index[id] = min(missing)
                self._unsettled.add(id)
                found.append(Found(min(missing), id, str(message.get("text") or "")))
        return sorted(found, key=lambda one: one.id)

    def _keyed(self, messages: Sequence[Mapping[str, Any]]) -> list[Stood]:
        """Add what is known to be a part and carries no key: a stream that was not ended."""
        standing = super()._keyed(messages)
        for message in messages:
            id = str(message.get("ts") or "")
            if id in self._known and self._is_unclaimed(message):
                self._unsettled.add(id)
                found = Found(self._index[id], id, str(message.get("text") or ""))
                standing.append(Stood(found, growing=True))
        return sorted(standing, key=lambda one: one.found.id)

    async def repair(self, parts: Sequence[str], texts: Sequence[str]) -> None:
        """Mend the parts of a finished turn; see `SlackSurface`."""
        self._index |= {id: index for index, id in enumerate(parts)}
        self._known |= set(parts)
        await super().repair(parts, texts)

    def _is_unclaimed(self, message: Mapping[str, Any]) -> bool:
        own = message.get("bot_id") == self._me.bot or message.get("user") == self._me.user
        return own and not message.get("metadata") and not message.get("subtype")

    async def left_over(self, index: int) -> str | None:
        """Look for the oldest message of a part whose posting was not answered."""
        return next((one.id for one in await self.find() if one.index == index), None)

    async def close(self) -> None:
        """Give back what was kept."""
        await self._room.give_back()
        await super().close()
