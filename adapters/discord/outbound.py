"""One reply in one place of Discord: posts under our key, edits within the shared budget.

A `Surface` of `adapters.streaming`. A post carries a nonce, by which Discord itself makes no second
one for some minutes, and buttons that name the reply, by which it is found again after a crash.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from adapters.common.payloads import Payload
from adapters.common.retries import AnswerLost
from adapters.discord import render
from adapters.discord.attached import attach, holds
from adapters.discord.changing import Changing
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import EDIT, POST, TEXT_UNITS
from adapters.discord.opening import Ground, Opening
from adapters.discord.payloads import microseconds
from adapters.discord.standing import nonce, own, since
from adapters.discord.status import Typing
from adapters.discord.surfaces.buttons import Component
from adapters.discord.writing import (
    Writing,
)
from adapters.streaming import Found, MessageGone, Stage
from bot.errors import PlatformTemporary
from bot.platform import Part
from bot.replies import File

_log = logging.getLogger(__name__)

NOT_HERE = frozenset({50001, 50013})
"""The bot has no right to write here."""

QUIET_SECONDS = 5.0
"""When nothing was written for so long, an answer does not seem to grow."""

OLD_SECONDS = 3_500.0
"""A message older than an hour may be edited a few times only: it does not grow."""


class DiscordSurface:
    """Where one batch is answered. `name` is the reply's own (`chains.name_of`), `stamp` the id of
    the newest message of the batch, or one before any post of the reply; `parts` are known to stand
    already. `check` raises when nothing more may be written; `buttons` are the components under a
    message of a stage, by the part's name; `posted` hears the id of each post and where it stands.
    """

    limit = TEXT_UNITS

    def __init__(
        self,
        client: DiscordClient,
        typing: Typing,
        opening: Opening,
        name: str,
        stamp: str,
        check: Callable[[], None] = lambda: None,
        *,
        buttons: Callable[[Stage, str], list[Component]] = lambda _, __: [],
        words: Callable[..., str] = lambda key, **_: key,
        posted: Callable[[str, Ground], Awaitable[None]] | None = None,
        parts: Sequence[Part] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._typing = typing
        self._opening = opening
        self._name = name
        self._stamp = stamp
        self._check = check
        self._writing = Writing(client, name, buttons, check)
        self._changing = Changing(client, self._writing, check)
        self._words = words
        self._posted = posted
        self._begun = any(part.id for part in parts)
        self._indices = {part.id: part.index for part in parts if part.id}
        self._clock = clock
        self._written_at = float("-inf")
        self._granted = False
        self._gone = 0
        """How often a message of ours was deleted under us: a nonce names only one message."""
        self._lost: set[int] = set()
        """Parts whose posting was not answered: another post of them may stand, or appear late."""

    def begin(self) -> None:
        """Open the thread already, while the model thinks."""
        self._opening.begin()

    @property
    def grows(self) -> bool:
        """Tell whether text may grow here."""
        return True

    def measure(self, markdown: str) -> int:
        """Count UTF-16 units after rendering."""
        return render.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot now, in the thread that is opened for it where it must be."""
        ground = await self._opening.settle()
        if not first:
            return await self._client.may(EDIT, ground.channel)
        self._granted = await self._client.may(POST, ground.channel)
        return self._granted

    # -- posting -----------------------------------------------------------------------------

    async def post(self, index: int, markdown: str, stage: Stage = Stage.ANSWERED) -> str:
        """Post a part; waits for its slot. Returns its id."""
        id, answer = await self._place(index, lambda: self._writing.body(markdown, stage, index))
        if self._writing.says(answer, markdown, stage):
            return id
        # By its nonce Discord knew an earlier post of this part, which reads as it did.
        try:
            await self.edit(id, markdown, Stage.CLOSED if stage is Stage.GROWING else stage)
        except MessageGone:
            return await self.post(index, markdown, stage)
        return id

    async def _place(self, index: int, body: Callable[[], dict[str, Any]]) -> tuple[str, Payload]:
        """Post a part where the answer stands, or stays if it may not stand there."""
        ground = await self._opening.settle()
        try:
            answer = await self._post(ground, index, body)
        except CallRefused as error:
            closed = error.code in NOT_HERE and not self._indices
            other = await self._opening.stay() if closed else None
            if other is None:
                raise
            _log.info("answered in place: %s", error)
            ground = other
            answer = await self._post(ground, index, body)
        id = str(answer["id"])
        self._indices[id] = index
        self._written_at = self._clock()
        self._typing.posted(ground.channel)
        if self._posted is not None:
            await self._posted(id, ground)
        return id, answer

    async def _post(
        self, ground: Ground, index: int, make: Callable[[], dict[str, Any]]
    ) -> Payload:
        granted, self._granted = self._granted, False

        async def once() -> Payload:
            nonlocal granted
            if not granted:
                await self._client.slot(POST, ground.channel)
            granted = False
            body = make()
            body |= {"nonce": nonce(self._name, index, self._gone), "enforce_nonce": True}
            if index == 0:  # in place, the first part stands as a reply to its question
                body |= self._writing.answering(ground.question)
            try:
                answer: Payload = await self._writing.write(POST, body, channel_id=ground.channel)
            except AnswerLost:
                self._lost.add(index)
                raise
            return answer

        async def already() -> Payload | None:
            try:
                standing = await self._standing()
            except PlatformTemporary:
                return None  # the nonce does not let a second one stand
            return next((raw for found, raw in standing if found.index == index), None)

        here = await already() if index in self._lost else None
        return here if here is not None else await self._client.persist(once, already)

    # -- editing -----------------------------------------------------------------------------

    async def edit(self, id: str, markdown: str, stage: Stage = Stage.ANSWERED) -> bool:
        """Let a post read `markdown`; False when a growing one failed. Raises `MessageGone`."""
        last = stage is not Stage.GROWING
        if not last and self._is_old(id):
            return False

        return await self._change(id, lambda: self._body(id, markdown, stage), last=last)

    def _body(self, id: str, markdown: str, stage: Stage) -> dict[str, Any]:
        return self._writing.body(markdown, stage, self._indices.get(id))

    async def _change(self, id: str, body: Callable[[], dict[str, Any]], *, last: bool) -> bool:
        ground = await self._opening.settle()
        try:
            changed = await self._changing.change(ground.channel, id, body, last=last)
        except MessageGone:
            self._gone += 1
            raise
        if changed:
            self._written_at = self._clock()
        return changed

    def _is_old(self, id: str) -> bool:
        return microseconds(id) < microseconds(self._stamp) - OLD_SECONDS * 1_000_000

    async def remove(self, id: str) -> None:
        """Delete an own post; one that is gone already is no fault."""
        ground = await self._opening.settle()
        await self._changing.remove(ground.channel, id)

    # -- what stands there -------------------------------------------------------------------

    async def find(self) -> list[Found]:
        """Read which posts are this reply's, the oldest first."""
        return [found for found, _ in await self._standing()]

    async def _standing(self) -> list[tuple[Found, Payload]]:
        ground = await self._opening.known()
        return self._own(await since(self._client, ground.channel, self._stamp))

    def _own(self, messages: Sequence[Payload]) -> list[tuple[Found, Payload]]:
        standing = own(messages, self._name, self._client.user)
        self._indices |= {found.id: found.index for found, _ in standing}
        return standing

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name posts of this reply that stand although their answer was lost."""
        if not self._lost:
            return []
        return [found.id for found in await self.find() if found.id not in known]

    async def repair(self, parts: Sequence[str], texts: Sequence[str]) -> None:
        """Remove posts of this reply that are not among `parts`, and let those read `texts`: a
        former owner may have written late. Without `texts` they are left as they are."""
        ground = await self._opening.known()
        messages = await since(self._client, ground.channel, self._stamp)
        for found, _ in self._own(messages):
            if found.id not in parts:
                await self.remove(found.id)
        standing = {str(raw["id"]): raw for raw in messages}
        for index, (id, text) in enumerate(zip(parts, texts, strict=False)):
            stage = Stage.ANSWERED if index == len(texts) - 1 else Stage.CLOSED
            if (there := standing.get(id)) is not None:
                self._indices[id] = index
                await self._mend(there, id, text, stage)

    async def _mend(self, there: Payload, id: str, text: str, stage: Stage) -> None:
        """Let a post that stands read `text`, if it does not."""
        if not self._writing.says(there, text, stage):
            await self.edit(id, text, stage)

    # -- beside the text ---------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Tell whether the bot is seen typing."""
        return self._typing.alive(self._opening.seen)

    async def status(self, text: str) -> bool:
        """Show the bot typing, but not for an answer that is seen growing: its end would not end
        the typing, as only a post does."""
        if text and self._clock() - self._written_at > QUIET_SECONDS:
            await self._typing.show(self._opening.seen)
        return True

    async def attach(self, file: File) -> None:
        """Put a file beside the reply, once; one that is too large is told of."""
        ground = await self._opening.settle()
        if self._begun:  # an earlier attempt may have come as far as this
            messages = await since(self._client, ground.channel, self._stamp)
            if holds(messages, self._client.user, file):
                return
        await attach(self._client, ground, self._name, file, self._words, self._check)

    async def close(self) -> None:
        """Nothing is kept for this reply but the opening of its thread."""
        await self._opening.close()
