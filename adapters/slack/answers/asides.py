"""Answers beside the channel: by response URL, and in a direct message when that is used up.

`Aside` is a surface that cannot grow: each part is shown once, whole. `Detour` is any other surface
until Slack says that the bot may not write there; from then on it is an aside.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection

from adapters.slack import render
from adapters.slack.answers.responding import ResponseUrl, UrlClosed
from adapters.slack.client import TRIES, AnswerLost, CallRefused, SlackClient
from adapters.slack.limits import OPEN, TEXT_BYTES
from adapters.slack.outbound import NOTHING
from adapters.streaming import Found, Moved, Stage, Surface
from bot.errors import PlatformError, PlatformGone, PlatformTemporary
from bot.guard.masking import mask
from bot.replies import File

_log = logging.getLogger(__name__)

NO_ENTRY = frozenset({"not_in_channel", "channel_not_found", "restricted_action"})
"""The bot may not write in the channel, though whoever asks may."""

NOTE_BYTES = 400
"""Of each message, kept free for a note behind the answer."""

BY_URL, DIRECT = "url:", "direct:"
"""What the ids of parts begin with that stand in no channel."""


async def direct_channel(client: SlackClient, person: str) -> str:
    """Return the channel of direct messages to a person."""
    try:
        answer = await client.read(OPEN, users=person)
        return str(answer["channel"]["id"])
    except PlatformTemporary:
        raise
    except (PlatformError, KeyError, TypeError):
        return person  # posting to the person's id opens it too; only reading back does not


class Aside:
    """What is told by `url`, the rest and what comes too late in a direct message (`direct` makes
    its surface). Never public, unless `url` is. `note` stands behind the answer; `parts` are the
    ids of what an earlier attempt has shown, empty where that is not known."""

    limit = TEXT_BYTES - NOTE_BYTES
    grows = False

    def __init__(
        self,
        url: ResponseUrl,
        direct: Callable[[], Awaitable[Surface]],
        *,
        note: str = "",
        parts: Collection[str] = (),
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._url = url
        self._make_direct = direct
        self._direct: Surface | None = None
        self._note = note
        self._doubtful = any(not id or id.startswith(DIRECT) for id in parts)
        self._sleep = sleep

    def measure(self, markdown: str) -> int:
        """Count bytes as Slack does, after rendering and escaping."""
        return render.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Refuse: what is said here cannot be edited."""
        return False

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Show a part: the first in the place of the acknowledgement."""
        if self._note and stage in (Stage.ANSWERED, Stage.FAILED):
            markdown = f"{markdown}\n\n_{self._note}_"
        try:
            await self._say(render.to_mrkdwn(mask(markdown)), replace=index == 0)
            return f"{BY_URL}{index}"
        except (UrlClosed, PlatformTemporary) as error:
            _log.info("told in a direct message instead: %s", error)
        # Without buttons: they would act on a thread that is not there.
        return DIRECT + await (await self._in_direct()).post(index, markdown, Stage.CLOSED)

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Leave what was told as it is: it reads as the recorded answer does."""
        return True

    async def remove(self, id: str) -> None:
        """Delete what stands in a direct message; the rest only its reader can dismiss."""
        if id.startswith(DIRECT):
            await (await self._in_direct()).remove(id.removeprefix(DIRECT))

    async def find(self) -> list[Found]:
        """Read which parts stand in the direct message, if an earlier attempt came that far."""
        if not self._doubtful:
            return []
        try:
            found = await (await self._in_direct()).find()
        except PlatformGone:
            return []
        return [Found(one.index, DIRECT + one.id, one.text) for one in found]

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name nothing: whose answer was lost cannot be told from what was never said."""
        return []

    @property
    def alive(self) -> bool:
        """The acknowledgement is the sign of life."""
        return True

    async def status(self, text: str) -> bool:
        """Show nothing: the acknowledgement stands."""
        return True

    async def attach(self, file: File) -> None:
        """Put a file into the direct message: there is no other private place for it."""
        await (await self._in_direct()).attach(file)

    async def close(self) -> None:
        """Give back what the direct message may hold."""
        if self._direct is not None:
            await self._direct.close()

    async def _say(self, text: str, *, replace: bool) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await self._url.say(text if text.strip() else NOTHING, replace=replace)
            except PlatformTemporary as error:
                if attempt == TRIES or not self._url.open:
                    raise
                lost = isinstance(error, AnswerLost)
                await self._sleep(0.2 * 2**attempt if lost else error.retry_after or 1.0)
            else:
                return

    async def _in_direct(self) -> Surface:
        if self._direct is None:
            self._direct = await self._make_direct()
        return self._direct


class Detour:
    """`inner` while the bot may write there, else `aside`."""

    def __init__(self, inner: Surface, aside: Surface) -> None:
        self._inner = inner
        self._aside = aside
        self._taken = False
        self.limit = min(inner.limit, aside.limit)

    @property
    def grows(self) -> bool:
        """Tell whether what is shown can be changed, wherever that is now."""
        return self._now.grows

    def measure(self, markdown: str) -> int:
        """Count as both do."""
        return self._inner.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Ask whichever it is now."""
        return await self._now.may_grow(first=first)

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Post a part. Where the other place begins, everything is kept back to the end."""
        if not self._taken:
            try:
                return await self._inner.post(index, markdown, stage)
            except CallRefused as error:
                self._take(error)
                raise Moved("the bot is no member: told whole, at the end") from error
        return await self._aside.post(index, markdown, stage)

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Edit a part where it stands."""
        return await self._of(id).edit(id, markdown, stage)

    async def remove(self, id: str) -> None:
        """Delete a part where it stands."""
        await self._of(id).remove(id)

    async def find(self) -> list[Found]:
        """Read which parts stand in either place."""
        found: list[Found] = []
        if not self._taken:
            try:
                found = await self._inner.find()
            except CallRefused as error:
                self._take(error)
        return found + await self._aside.find()

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name posts that stand although their answer was lost."""
        return await self._now.strays(known)

    @property
    def alive(self) -> bool:
        """Tell whether a sign of life stands."""
        return self._now.alive

    async def status(self, text: str) -> bool:
        """Show a sign of life."""
        return await self._now.status(text)

    async def attach(self, file: File) -> None:
        """Put a file beside the reply."""
        await self._now.attach(file)

    async def close(self) -> None:
        """Give back what was kept."""
        await self._inner.close()
        await self._aside.close()

    @property
    def _now(self) -> Surface:
        return self._aside if self._taken else self._inner

    def _of(self, id: str) -> Surface:
        return self._aside if id.startswith((BY_URL, DIRECT)) else self._inner

    def _take(self, error: CallRefused) -> None:
        if error.code not in NO_ENTRY:
            raise error
        self._taken = True
