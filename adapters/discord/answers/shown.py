"""An answer that everybody sees: the original response grows, and what does not fit follows it.

After the token's time, and where Discord knows it not, it goes on in the channel. Where the bot is
no member only the token writes: a few messages, and the rest as a file.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from adapters.common.payloads import Payload
from adapters.common.retries import AnswerLost
from adapters.discord import render
from adapters.discord.answers.asides import Later
from adapters.discord.answers.bodies import Body
from adapters.discord.answers.filing import Filing
from adapters.discord.answers.overflow import Overflow, in_file
from adapters.discord.answers.responding import (
    ORIGINAL,
    UNKNOWN_MESSAGE,
    Response,
    TokenClosed,
)
from adapters.discord.answers.standing import Spot, standing
from adapters.discord.carded import CardSurface
from adapters.discord.client import DiscordClient, Upload
from adapters.discord.faults import CallRefused
from adapters.discord.limits import (
    FOLLOW_UP,
    RESPONSE_DELETE,
    RESPONSE_EDIT,
    TEXT_UNITS,
)
from adapters.discord.surfaces.buttons import offers_stop
from adapters.discord.writing import shown
from adapters.streaming import Found, MessageGone, Stage
from bot.errors import PlatformTemporary
from bot.replies import File

_log = logging.getLogger(__name__)

MOST_FOLLOW_UPS = 5
"""Where the bot is no member; Discord counts them (error 40094)."""

TOO_MANY = 40094


class Shown:
    """The response to one interaction. `message` returns a part's body; `posted` hears the id of
    each part; `parts` are the ids that an earlier attempt knew, empty where they are not known."""

    limit = TEXT_UNITS

    def __init__(
        self,
        client: DiscordClient,
        response: Response,
        spot: Spot,
        filing: Filing,
        later: Later,
        message: Callable[[str, int, Stage], Body],
        *,
        posted: Callable[[str], Awaitable[None]] | None = None,
        parts: Mapping[int, str] | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = client
        self._response = response
        self._spot = spot
        self._filing = filing
        self._make_later = later
        self._later: CardSurface | None = None
        self._message = message
        self._posted = posted
        self._ids = {index: id for index, id in (parts or {}).items() if id}
        self._doubtful = any(not id for id in (parts or {}).values())
        self._check = check
        self._granted = False
        self._lost: set[int] = set()
        """Parts whose posting was not answered: another post of them may stand, or appear late."""
        self._overflow = Overflow(self._edited)

    @property
    def grows(self) -> bool:
        """Tell whether what is shown here can be changed."""
        return self._response.open or self._spot.reach

    def measure(self, markdown: str) -> int:
        """Count UTF-16 units, after rendering."""
        return render.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot now."""
        if not self._response.open:
            return self._spot.reach and await (await self._afterwards()).may_grow(first=first)
        method = FOLLOW_UP if first and self._ids else RESPONSE_EDIT
        granted = await self._client.may(method, self._response.place)
        self._granted = granted and first
        return granted

    # -- posting ------------------------------------------------------------------------------

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Show a part: the first fills the response. Returns its id."""
        granted, self._granted = self._granted, False
        try:
            if self._response.open:
                id = await self._post(index, markdown, stage, granted=granted)
            else:
                raise TokenClosed("the token's time is over")
        except TokenClosed as error:
            _log.info("told without the token: %s", error)
            id = await (await self._afterwards()).post(index, markdown, stage)
        self._ids[index] = id
        if self._posted is not None:
            await self._posted(id)
        return id

    def _index(self, id: str) -> int:
        return next((at for at, known in self._ids.items() if known == id), 0)

    async def _post(self, index: int, markdown: str, stage: Stage, *, granted: bool) -> str:
        if index == 0:
            body = self._message(markdown, index, stage)
            try:
                return await self._edited(ORIGINAL, body, granted=granted)
            except MessageGone:
                _log.info("somebody has deleted the response: it is told in another message")
                granted = False
        if not self._spot.reach and (index > MOST_FOLLOW_UPS or self._overflow.begun or self._lost):
            return await self._overflow.put(index, markdown, stage, self._ids)
        try:
            return await self._follow(index, markdown, stage, granted=granted)
        except CallRefused as error:
            if error.code != TOO_MANY:
                raise
        except AnswerLost:
            # Whether it stands cannot be seen here; what is in the file is there for certain.
            if self._spot.reach:
                raise
        return await self._overflow.put(index, markdown, stage, self._ids)

    async def _follow(self, index: int, markdown: str, stage: Stage, *, granted: bool) -> str:
        return await self._followed(
            index, lambda: self._message(markdown, index, stage), granted=granted
        )

    async def _followed(self, index: int, body: Callable[[], Body], *, granted: bool) -> str:
        async def once() -> str:
            nonlocal granted
            if not granted:
                await self._client.slot(FOLLOW_UP, self._response.place)
            granted = False
            self._check()
            try:
                return await self._response.follow(body())
            except AnswerLost:
                self._lost.add(index)
                raise

        async def already() -> str | None:
            there = await self._standing()
            return next((found.id for found, _ in there if found.index == index), None)

        if not self._spot.reach:
            return await once()
        here = await already() if index in self._lost else None
        return here if here is not None else await self._client.persist(once, already)

    # -- editing ------------------------------------------------------------------------------

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Let a part read `markdown`; False when a growing one failed. Raises `MessageGone`."""
        index = self._index(id)
        if in_file(id):
            await self._overflow.put(index, markdown, stage, self._ids)
            return True
        growing = stage is Stage.GROWING
        try:
            if not self._response.open:
                raise TokenClosed("the token's time is over")
            await self._write(id, markdown, index, stage)
        except TokenClosed as error:
            if not self._spot.reach:
                raise MessageGone(str(error)) from error  # it is told anew, elsewhere
            return await (await self._afterwards()).edit(id, markdown, stage)
        except PlatformTemporary:
            if not growing:
                raise
            return False
        return True

    async def _write(self, id: str, markdown: str, index: int, stage: Stage) -> None:
        """Let a message read `markdown`."""
        body = self._message(markdown, index, stage)
        await self._edited(id, body, growing=stage is Stage.GROWING)

    async def _edited(
        self,
        id: str,
        body: Body,
        files: Sequence[Upload] = (),
        *,
        growing: bool = False,
        granted: bool = False,
    ) -> str:
        async def once() -> str:
            nonlocal granted
            if not (granted or growing):
                await self._client.slot(RESPONSE_EDIT, self._response.place)
            granted = False
            self._check()
            answer = await self._response.edit(id, body, files)
            return str(answer.get("id") or id)

        try:
            return await (once() if growing else self._client.persist(once))
        except CallRefused as error:
            if error.code == UNKNOWN_MESSAGE:
                raise MessageGone(str(error)) from error
            raise

    async def remove(self, id: str) -> None:
        """Delete a part; a missing one is no fault."""
        if in_file(id):
            return

        async def once() -> None:
            await self._client.slot(RESPONSE_DELETE, self._response.place)
            await self._response.remove(id)

        try:
            await self._client.persist(once)
        except TokenClosed:
            if self._spot.reach:
                await (await self._afterwards()).remove(id)
        except CallRefused as error:
            if error.code != UNKNOWN_MESSAGE:
                raise

    # -- what stands there --------------------------------------------------------------------

    async def find(self) -> list[Found]:
        """Read which parts stand, the oldest first."""
        if not self._doubtful or not self._spot.reach:
            return []  # filling the response again leaves one
        found = [one for one, _ in await self._standing()]
        self._ids |= {one.index: one.id for one in reversed(found)}
        return found

    async def _standing(self) -> list[tuple[Found, Payload]]:
        known = {id: index for index, id in self._ids.items()}
        return await standing(self._client, self._spot, known)

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name messages of this answer that stand although their post was not answered."""
        if not self._lost or not self._spot.reach:
            return []
        return [found.id for found, _ in await self._standing() if found.id not in known]

    async def repair(self, parts: Sequence[str], texts: Sequence[str]) -> None:
        """Remove messages of this answer that are not among `parts`, and let those read `texts`: a
        former owner may have written late. Without `texts` they are left as they are."""
        if not self._spot.reach:
            return
        for found, raw in await self._standing():
            if found.id not in parts:
                await self.remove(found.id)
                continue
            index = parts.index(found.id)
            if index >= len(texts):
                continue
            stage = Stage.ANSWERED if index == len(texts) - 1 else Stage.CLOSED
            self._ids[index] = found.id
            await self._mend(found, raw, texts[index], stage)

    async def _mend(self, found: Found, raw: Payload, text: str, stage: Stage) -> None:
        """Let a message that stands read `text`, if it does not."""
        if found.text != shown(text) or offers_stop(raw.get("components")):
            await self.edit(found.id, text, stage)

    # -- beside the text ----------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Discord itself shows that the bot is thinking."""
        return True

    async def status(self, text: str) -> bool:
        """Leave it to the response, in which a word of what goes on takes the text's place."""
        return not text

    async def attach(self, file: File) -> None:
        """Put a file beside the answer, once."""
        try:
            await self._filing.put(file)
        except TokenClosed:
            await (await self._afterwards()).attach(file)

    async def close(self) -> None:
        """Give back what the place afterwards may hold."""
        if self._later is not None:
            await self._later.close()

    async def _afterwards(self) -> CardSurface:
        if self._later is None:
            self._later = await self._make_later()
        return self._later
