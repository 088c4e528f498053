"""Answers beside the channel: by response URL, and in a direct message what that cannot hold.

`Aside` is a surface that cannot grow: each part is shown once, whole. Nothing that may stand is
said again by the URL; in the direct message it is, with a word on why.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence

from adapters.common.retries import TRIES, AnswerLost
from adapters.slack import render
from adapters.slack.answers.responding import LookRefused, ResponseUrl, UrlClosed
from adapters.slack.carded import Cards
from adapters.slack.cards.layout import LEVELS
from adapters.slack.cards.pieces import context
from adapters.slack.client import PATIENT, SlackClient
from adapters.slack.limits import OPEN, TEXT_BYTES
from adapters.slack.outbound import NOTHING, SlackSurface
from adapters.slack.text.blocks import Block
from adapters.streaming import Found, NoCard, Stage
from bot.cards import ReviewCard
from bot.errors import PlatformError, PlatformGone, PlatformTemporary
from bot.guard.masking import mask
from bot.platform import Part
from bot.replies import File

_log = logging.getLogger(__name__)

NOTE_BYTES = 400
"""Of each message, kept free for notes behind the answer."""

MOST_BY_URL = 3
"""Messages of one answer: what is longer is no reading matter for a channel's side. The URL's other
two uses are for repeats."""

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
    """What is told by `url`: the first messages of it, or all. `heading` is the line above a file
    with the whole; `note` stands behind the answer; `parts` are what an earlier attempt has shown,
    without an id where that is not known; `cards` lay out reviews; the first message takes the
    place of an acknowledgement where it `replaces` one. Never public, unless `url` is."""

    limit = TEXT_BYTES - NOTE_BYTES
    grows = False

    def __init__(
        self,
        url: ResponseUrl,
        direct: Callable[[], Awaitable[SlackSurface]],
        *,
        words: Callable[[str], str],
        heading: Callable[[], Awaitable[str]],
        name: str,
        note: str = "",
        parts: Sequence[Part] = (),
        cards: Cards | None = None,
        replaces: bool = True,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._url = url
        self._make_direct = direct
        self._direct: SlackSurface | None = None
        self._words = words
        self._heading = heading
        self._name = name
        self._note = note
        self._cards = cards
        self._replaces = replaces
        self._sleep = sleep
        self._unsure = {part.index for part in parts if not part.id}
        self._away = any(part.id.startswith(DIRECT) for part in parts)
        """From here on everything is told in the direct message."""
        self._looks = self._away or bool(self._unsure)
        self._filed = False
        self._ended = False
        self.whole = ""
        """All of what is told, in Markdown: known before the first part is posted."""

    def measure(self, markdown: str) -> int:
        """Count bytes as Slack does, after rendering and escaping."""
        return render.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Refuse: what is said here cannot be edited."""
        return False

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Show a part: the first in the place of the acknowledgement, those that are too many
        together, as a file."""
        more = not self._ended and index >= MOST_BY_URL
        last = stage in (Stage.ANSWERED, Stage.FAILED)
        self._ended |= last
        if more and not self._away and await self._file():
            return f"{BY_URL}{index}"
        if last:
            markdown = _with(markdown, self._note)
        if not self._away and index < MOST_BY_URL:
            try:
                await self._say(index, markdown)
                return f"{BY_URL}{index}"
            except (UrlClosed, PlatformTemporary) as error:
                _log.info("told in a direct message instead: %s", error)
                if isinstance(error, AnswerLost):
                    markdown = _with(markdown, self._words("perhaps_told"))
        self._away = True
        # Without buttons: they would act on a thread that is not there.
        return DIRECT + await (await self._in_direct()).post(index, markdown, Stage.CLOSED)

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Show a card in the place of the acknowledgement. Raises `NoCard` where it cannot be shown
        for certain: in a direct message its buttons would act on another channel's review."""
        if self._cards is None or self._away or index in self._unsure:
            raise NoCard("told in words")
        for level in range(len(LEVELS)):
            laid = self._cards.lay(card, level)
            blocks = [*laid.blocks, *([context(self._note, "")] if self._note else [])]
            try:
                await self._persist(index, laid.text, blocks)
            except LookRefused:
                continue
            except (UrlClosed, PlatformTemporary) as error:
                if isinstance(error, AnswerLost):
                    self._unsure.add(index)
                raise NoCard(str(error)) from error
            return f"{BY_URL}{index}"
        raise NoCard("its blocks are refused")

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Leave what was told as it is: it says what the recorded answer does."""

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Leave what was told as it is: it reads as the recorded answer does."""
        return True

    async def remove(self, id: str) -> None:
        """Delete what stands in a direct message; the rest only its reader can dismiss."""
        if id.startswith(DIRECT):
            await (await self._in_direct()).remove(id.removeprefix(DIRECT))

    async def find(self) -> list[Found]:
        """Read which parts stand in the direct message, if an earlier attempt came that far."""
        if not self._looks:
            return []
        try:
            found = await (await self._in_direct()).find()
        except PlatformGone:
            return []
        self._away |= bool(found)
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

    async def _say(self, index: int, markdown: str) -> None:
        """Say a part by the URL. Raises `AnswerLost` when it may be shown, and `UrlClosed` or
        `PlatformTemporary` when it is not."""
        if index == MOST_BY_URL - 1 and not self._ended:
            markdown = _with(markdown, self._words("answer_goes_on"), self._note)
        text = render.to_mrkdwn(mask(markdown))
        await self._persist(index, text if text.strip() else NOTHING)

    async def _persist(self, index: int, text: str, blocks: Sequence[Block] = ()) -> None:
        """Say something by the URL, again after passing faults. Raises as `_say`, and
        `LookRefused`."""
        # In the place of the acknowledgement it takes its own place when it is repeated.
        replaces = index == 0 and self._replaces
        again = replaces and not self._url.public
        failure: PlatformError = UrlClosed("not tried")
        if index in self._unsure:
            failure = AnswerLost("an earlier attempt may have said it")
        for attempt in range(1, TRIES + 1):
            if isinstance(failure, AnswerLost) and not again:
                break
            try:
                await self._url.say(text, blocks=blocks, replace=replaces)
                return
            except (UrlClosed, PlatformTemporary) as error:
                failure = failure if isinstance(failure, AnswerLost) else error
                wait = _pause(error, attempt)
            if attempt == TRIES or not self._url.open or wait > PATIENT:
                break
            await self._sleep(wait)
        raise failure

    async def _file(self) -> bool:
        """Put the whole into the direct message, as a file; False when it cannot be."""
        if self._filed:
            return True
        file = File(self._name, "text/markdown", mask(self.whole).encode("utf-8", "replace"))
        try:
            await (await self._in_direct()).attach(file, await self._heading())
        except PlatformError as error:
            _log.warning("told in messages, not as a file: %s", error)
            return False
        self._filed = True
        return True

    async def _in_direct(self) -> SlackSurface:
        if self._direct is None:
            self._direct = await self._make_direct()
        return self._direct


def _pause(error: PlatformError, attempt: int) -> float:
    """Tell for how many seconds to wait before the next try."""
    told = error.retry_after if isinstance(error, PlatformTemporary) else None
    return 0.2 * 2**attempt if told is None else told


def _with(markdown: str, *notes: str) -> str:
    """Set notes behind a part."""
    return "\n\n".join([markdown, *(f"_{note}_" for note in notes if note)])
