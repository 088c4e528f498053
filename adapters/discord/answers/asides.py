"""An answer that only who asked may see: the original response, and nothing else of the channel.

It is filled once, whole, as it cannot be found again after a crash but for its token; until then it
shows what goes on. What comes too late for the token goes into a direct message, or nowhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeAlias

from adapters.discord import render
from adapters.discord.answers.bodies import (
    EPHEMERAL,
    Body,
    Words,
    file,
    plain,
    short,
    with_file,
)
from adapters.discord.answers.filing import Filing
from adapters.discord.answers.responding import (
    ORIGINAL,
    UNKNOWN_MESSAGE,
    Response,
    TokenClosed,
)
from adapters.discord.carded import CardSurface
from adapters.discord.cards import layout
from adapters.discord.client import DiscordClient, Upload
from adapters.discord.faults import CallRefused
from adapters.discord.limits import DIRECT, FOLLOW_UP, RESPONSE_DELETE, RESPONSE_EDIT
from adapters.discord.writing import as_card, is_laid_out, new, of_components, shown
from adapters.streaming import Found, NoCard, Stage
from bot.cards import ReviewCard
from bot.errors import PlatformGone
from bot.guard.masking import mask
from bot.replies import File

_log = logging.getLogger(__name__)

LIMIT = 1_000_000
"""An answer is one part here, however long: what does not fit into a message is in a file."""

BY_DIRECT = "direct:"
"""What the id of a part begins with that stands in a direct message."""

BESIDE = "beside:"
"""What the id of a part begins with that stands in a further message."""

Later: TypeAlias = Callable[[], Awaitable[CardSurface]]
"""Makes the surface of the place where an answer goes that comes too late for its token."""


async def direct_channel(client: DiscordClient, person: str) -> str:
    """Return the channel of direct messages to a person. Raises the `PlatformError` family."""

    async def once() -> str:
        await client.slot(DIRECT)
        answer = await client.call(DIRECT, json={"recipient_id": person})
        return str(answer["id"])

    return await client.persist(once)


class Aside:
    """The original response of one interaction. `parts` are the ids of what an earlier attempt has
    shown, empty where that is not known."""

    limit = LIMIT
    grows = False

    def __init__(
        self,
        client: DiscordClient,
        response: Response,
        filing: Filing,
        later: Later,
        words: Words,
        card: Callable[[ReviewCard, bool], Body] | None = None,
        *,
        parts: Collection[str] = (),
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = client
        self._response = response
        self._filing = filing
        self._later = later
        self._words = words
        self._card = card
        self._doubtful = any(not id or id.startswith(BY_DIRECT) for id in parts)
        self._check = check
        self._writing = asyncio.Lock()
        self._told = False
        self._status = words("thinking")  # Discord itself shows that
        self._direct: CardSurface | None = None

    def measure(self, markdown: str) -> int:
        """Count UTF-16 units, after rendering."""
        return render.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Refuse: it is filled once."""
        return False

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Fill the response, or say something beside it; where it is closed, in the direct
        message."""
        async with self._writing:  # what goes on must not be shown over what was said
            self._told = True
            try:
                if index:  # the answer is one part: this is said of its files
                    return BESIDE + await self._follow(plain(shown(markdown)))
                return await self._fill(markdown)
            except TokenClosed as error:
                _log.info("told in a direct message instead: %s", error)
        return BY_DIRECT + await self._say_directly(index, markdown)

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Let the answer read `markdown`."""
        if id.startswith((BY_DIRECT, BESIDE)):
            return True  # it reads as the recorded answer does
        async with self._writing:
            self._told = True
            try:
                await self._fill(markdown)
            except TokenClosed:
                _log.info("a private answer stays as it was shown")
        return True

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Fill the response with a review's card. Raises `NoCard` where it is closed: in a direct
        message the card's buttons would act on a channel that is not there."""
        async with self._writing:
            self._told = True
            return await self._fill_card(card)

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let the answer show a review's card. Raises `NoCard`, as `post_card` does."""
        if id.startswith(BY_DIRECT):
            raise NoCard("it was told in a direct message")
        async with self._writing:
            self._told = True
            await self._fill_card(card)

    async def _fill_card(self, card: ReviewCard) -> str:
        make = self._card
        if make is None:
            raise NoCard("no card is made here")
        try:
            return await as_card(lambda tight: self._put(make(card, tight)))
        except TokenClosed as error:
            raise NoCard(str(error)) from error

    async def remove(self, id: str) -> None:
        """Delete the answer."""
        if id.startswith(BY_DIRECT):
            await (await self._in_direct()).remove(id.removeprefix(BY_DIRECT))
            return

        message = id.removeprefix(BESIDE) if id.startswith(BESIDE) else ORIGINAL

        async def once() -> None:
            await self._client.slot(RESPONSE_DELETE, self._response.place)
            await self._response.remove(message)

        try:
            await self._client.persist(once)
        except PlatformGone:
            _log.info("a private answer is gone already, or its token is closed")

    async def find(self) -> list[Found]:
        """Read whether the direct message has the answer, if an earlier attempt came that far. The
        response itself needs no finding: it can be filled again."""
        if not self._doubtful or self._response.open:
            return []
        try:
            found = await (await self._in_direct()).find()
        except PlatformGone:
            return []
        return [Found(one.index, BY_DIRECT + one.id, one.text) for one in found]

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name nothing: filling a response twice leaves one."""
        return []

    @property
    def alive(self) -> bool:
        """Discord itself shows that the bot is thinking."""
        return True

    async def status(self, text: str) -> bool:
        """Show in the response what goes on, while there is no answer in it."""
        async with self._writing:
            wanted = text and text != self._status and not self._told and self._response.open
            if wanted and await self._client.may(RESPONSE_EDIT, self._response.place):
                await self._response.edit(ORIGINAL, plain(f"-# {render.to_discord(mask(text))}"))
                self._status = text
        return True

    async def attach(self, file: File) -> None:
        """Put a file beside the answer, once, for the same eyes."""
        try:
            await self._filing.put(file)
        except TokenClosed:
            await (await self._in_direct()).attach(file)

    async def close(self) -> None:
        """Give back what the direct message may hold."""
        if self._direct is not None:
            await self._direct.close()

    async def _fill(self, markdown: str) -> str:
        content, files = short(markdown, self._words)
        message = with_file(plain(content)) if files else plain(content) | {"attachments": []}
        try:
            return await self._put(message, files)
        except CallRefused as error:
            if not is_laid_out(error):
                raise
        return await self._put(of_components(layout.plain(content)))

    async def _put(self, message: Body, files: Sequence[Upload] = ()) -> str:
        """Let the response be `message`."""

        async def once() -> str:
            await self._client.slot(RESPONSE_EDIT, self._response.place)
            self._check()
            answer = await self._response.edit(ORIGINAL, message, files)
            return str(answer.get("id") or ORIGINAL)

        try:
            return await self._client.persist(once)
        except CallRefused as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
        # Who asked has dismissed it while the bot was thinking; the answer comes all the same.
        return await self._follow(new(message), files)

    async def _follow(self, message: Body, files: Sequence[Upload] = ()) -> str:
        """Say something in a further message, for the same eyes."""
        await self._client.slot(FOLLOW_UP, self._response.place)
        hidden = message | {"flags": message["flags"] | EPHEMERAL}
        return await self._response.follow(hidden, files)

    async def _say_directly(self, index: int, markdown: str) -> str:
        """Say it where nobody else reads. Raises the `PlatformError` family where that is closed:
        then it is said nowhere."""
        direct = await self._in_direct()
        # Without buttons: they would act on a thread that is not there.
        if direct.measure(markdown) <= direct.limit:
            return await direct.post(index, markdown, Stage.CLOSED)
        id = await direct.post(index, f"_{self._words('discord_rest_in_file')}_", Stage.CLOSED)
        whole = file(markdown)
        await direct.attach(File(whole.name, whole.media_type, whole.content))
        return id

    async def _in_direct(self) -> CardSurface:
        if self._direct is None:
            self._direct = await self._later()
        return self._direct
