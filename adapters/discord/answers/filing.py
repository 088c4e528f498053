"""Files beside the answer to one interaction, each once, also after a crash.

Where the bot may read, it looks for what stands before it posts again. Elsewhere a note tells what
stands, and what is in doubt is told in words, never posted twice. Called by the answers' surfaces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from adapters.common.retries import AnswerLost, NotTaken
from adapters.discord.answers.bodies import BARE, plain
from adapters.discord.answers.responding import Response
from adapters.discord.answers.standing import Spot, written
from adapters.discord.attached import TOO_LARGE, holds, too_large, upload
from adapters.discord.client import DiscordClient, Upload
from adapters.discord.faults import CallRefused
from adapters.discord.limits import FILE_BYTES, FOLLOW_UP
from adapters.discord.writing import shown
from bot.errors import PlatformError, PlatformGone
from bot.guard.masking import mask
from bot.replies import File
from bot.store.notes import Notes

NOTED_SECONDS = 24 * 3600
"""Longer than any turn is tried."""

ON_ITS_WAY = "?"
"""What the note of a file says while its post is not answered."""

Send: TypeAlias = Callable[..., Awaitable[str]]


class _Doubtful(PlatformGone):
    """Whether a post stands cannot be found out."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Puts files beside the reply `name`. `spot` is where the bot may look for them, None where it
    may not; `again` tells that an earlier attempt may have put some; `flags` are those of a
    message here; `check` raises when nothing more may be written."""

    client: DiscordClient
    response: Response
    notes: Notes
    name: str
    words: Callable[..., str]
    check: Callable[[], None]
    spot: Spot | None = None
    again: bool = True
    flags: int = 0

    async def put(self, file: File) -> None:
        """Post a file; where it is too large, or its fate is not known, say so in its place.

        Raises `TokenClosed` and the rest of the `PlatformError` family: then it does not stand.
        """
        if self.spot is None:
            await self._unseen(file)
            return

        async def there() -> str | None:
            return "there" if await self._stands(file) else None

        async def send(content: str, *uploads: Upload) -> str:
            already = there if uploads else None
            return await self.client.persist(lambda: self._post(content, *uploads), already)

        if not (self.again and await there()):
            await self._send(file, send)

    async def _unseen(self, file: File) -> None:
        note = _noted(self.name, file)
        known = await self.notes.read(note)
        if known and known != ON_ITS_WAY:
            return
        try:
            if known:
                raise _Doubtful("a crash came between a post and its note")
            await self.notes.keep(note, ON_ITS_WAY, NOTED_SECONDS)
            id = await self._send(file, self._send_once)
        except _Doubtful:
            text = self.words("file_doubtful", name=mask(file.name))
            id = await self.client.persist(lambda: self._post(shown(text)))
        except PlatformError:
            await self.notes.drop(note)
            raise
        await self.notes.keep(note, id, NOTED_SECONDS)

    async def _send(self, file: File, send: Send) -> str:
        if len(file.content) <= FILE_BYTES:
            try:
                return await send("", upload(file))
            except CallRefused as error:
                if error.code != TOO_LARGE:
                    raise
        return await send(shown(too_large(file, self.words)))

    async def _send_once(self, content: str, *uploads: Upload) -> str:
        async def once() -> str:
            try:
                return await self._post(content, *uploads)
            except NotTaken:
                raise
            except AnswerLost as error:
                raise _Doubtful(str(error)) from error

        return await self.client.persist(once)

    async def _post(self, content: str, *uploads: Upload) -> str:
        await self.client.slot(FOLLOW_UP, self.response.place)
        self.check()
        message = plain(content) if content else BARE
        flags = int(message.get("flags", 0)) | self.flags
        return await self.response.follow(message | {"flags": flags}, uploads)

    async def _stands(self, file: File) -> bool:
        if self.spot is None:
            return False
        return holds(await written(self.client, self.spot), self.client.user, file)


def _noted(name: str, file: File) -> str:
    digest = hashlib.sha256(f"{file.name}/".encode() + file.content).hexdigest()[:24]
    return f"discord/file/{name}/{digest}"
