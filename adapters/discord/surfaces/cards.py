"""What people press on a review's card: pages, fixes, explanations, dismissals.

Answered from the store by whatever process hears of it, within Discord's 3 s; whoever may see a
card may read on it, who asked and moderators dismiss. A press on an outdated view acts on the
finding that people saw, if that is still there, and the message is brought up to date.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.common.beside import Beside
from adapters.common.promptness import claiming, not_pressed, reading
from adapters.discord import chains
from adapters.discord.answers.answering import asked_with
from adapters.discord.answers.bodies import EPHEMERAL, Body, plain, short, with_file
from adapters.discord.answers.responding import Response
from adapters.discord.cards import spelling
from adapters.discord.cards.layout import INTRO_ID
from adapters.discord.cards.pages import heading
from adapters.discord.cards.spelling import Mark
from adapters.discord.client import DiscordClient, Upload
from adapters.discord.limits import EDIT
from adapters.discord.surfaces import dismissing
from adapters.discord.surfaces.acknowledging import Acknowledgement, Answering
from adapters.discord.surfaces.promptness import first
from adapters.discord.surfaces.where import Where
from adapters.discord.writing import card_body
from bot.cards import EXPLAIN, CardFinding, Dismissal, Dismissed, ReviewCard, ReviewDesk
from bot.errors import StoreUnavailable
from bot.events import Command, ThreadRef
from bot.platform import Sink, Stored
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)

READ_SECONDS = 1.4
"""For a review and the claim of a press together; the write that may follow has a second more."""

AGAIN_SECONDS = 10
"""Who presses for an explanation again so soon gets no second one."""


@dataclass(frozen=True, slots=True)
class OnCard:
    """One press on a card, or what was written into the dialog of one: where and by whom, on which
    message, what the button says, and the text above the card. `hidden`: only who pressed sees it;
    `data` is the interaction's own."""

    there: Where
    message: str
    mark: Mark
    above: str
    hidden: bool
    data: Mapping[str, Any]
    fits: bool = True
    """Whether no button on the message is of another review's card."""

    @property
    def alone(self) -> str:
        """Who pressed, where nobody else sees the card."""
        return self.there.person if self.hidden else ""


def read(interaction: discord.Interaction[Any], there: Where) -> OnCard | None:
    """Read a press on a card, or a submission; None for anything else."""
    mark, message = spelling.read(interaction.custom_id), interaction.message
    if mark is None:
        return None
    components = message.components if message is not None else []
    texts = (one for one in components if isinstance(one, discord.TextDisplay))
    data: Any = interaction.data
    return OnCard(
        there,
        str(message.id) if message is not None else "",
        mark,
        next((one.content for one in texts if one.id == INTRO_ID), ""),
        message is None or message.flags.ephemeral,
        data if isinstance(data, Mapping) else {},
        all(one.review == mark.review for one in _marks(components)),
    )


def _marks(components: Iterable[Any]) -> Iterator[Mark]:
    """Yield what the buttons of a message say."""
    for one in components:
        mark = spelling.read(getattr(one, "custom_id", None))
        if mark is not None:
            yield mark
        yield from _marks(getattr(one, "children", ()))


class CardPresses:
    """Handles presses on cards. `reviews` is None where none are kept; `allowed` tells of a
    channel's id and name whether the bot answers there."""

    def __init__(
        self,
        rest: DiscordClient,
        notes: Notes,
        reviews: ReviewDesk | None,
        beside: Beside,
        *,
        allowed: Callable[[Collection[str]], bool] = lambda _: True,
    ) -> None:
        self._rest = rest
        self._notes = notes
        self._reviews = reviews
        self._beside = beside
        self._allowed = allowed

    async def pressed(self, press: OnCard, answer: Acknowledgement, sink: Sink) -> None:
        """Do what was pressed, and acknowledge it. Raises nothing."""
        there, reviews = press.there, self._reviews
        try:
            if reviews is None:
                raise StoreUnavailable("no reviews are kept here")
            async with reading(READ_SECONDS):
                mine, card = await asyncio.gather(
                    first(self._notes, there.id),
                    reviews.card(press.mark.review, there.here, press.alone),
                )
            if not press.fits:
                card = None
            if mine and card is None:
                await answer.say(say("card_forgotten", there.locale))
            elif mine and card is not None:
                await self._act(press, card, reviews, answer, sink)
        except StoreUnavailable as error:
            _log.warning("a press on a review was not carried out: %s", error)
            await answer.say(say(not_pressed(error), there.locale))

    async def submitted(self, press: OnCard, answer: Acknowledgement) -> None:
        """Dismiss a finding as the dialog says. Raises nothing."""
        there, reviews = press.there, self._reviews
        try:
            if reviews is None:
                raise StoreUnavailable("no reviews are kept here")
            async with claiming():
                if not await first(self._notes, there.id):
                    return
                outcome = await reviews.dismiss(_dismissal(press))
        except StoreUnavailable as error:
            _log.warning("a dismissal was not stored: %s", error)
            await answer.say(say(not_pressed(error), there.locale))
            return
        card = await self._newest(press)
        if outcome is Dismissed.NOT_ALLOWED:
            await answer.say(say("card_not_yours", there.locale))
        elif card is None:
            done = outcome is Dismissed.DONE
            await answer.say(say("card_dismissed" if done else "card_forgotten", there.locale))
        elif outcome is Dismissed.DONE:
            await self._update(press, card)
        else:
            await self._update(press, card, "card_finding_gone")

    async def _act(
        self,
        press: OnCard,
        card: ReviewCard,
        reviews: ReviewDesk,
        answer: Acknowledgement,
        sink: Sink,
    ) -> None:
        mark = press.mark
        if mark.action == "page":
            await self._update(press, card)
            return
        finding = next((one for one in card.findings if one.id == mark.finding), None)
        if finding is None:
            await self._update(press, card, "card_finding_gone")
        elif mark.action == "fix":
            await self._show_fix(press, card, finding, reviews, answer)
        elif mark.action == "explain":
            await self._explain(press, card, answer, sink)
        else:
            await self._ask_why(press, card, finding, answer)

    # -- reading ---------------------------------------------------------------------------------

    async def _show_fix(
        self,
        press: OnCard,
        card: ReviewCard,
        finding: CardFinding,
        reviews: ReviewDesk,
        answer: Acknowledgement,
    ) -> None:
        there = press.there
        async with reading(1.0):
            text = await reviews.fix(card.id, finding.id, there.here, there.locale, press.alone)
        if not text:
            await answer.say(say("card_no_fix", there.locale))
            return
        body, files = _whispered(f"**{heading(finding.title)}**\n{text}", there.locale)
        if press.mark.version == card.version:
            await self._answering(press).show(body, files)
        else:
            await self._update(press, card, whisper=(body, files))

    async def _explain(
        self, press: OnCard, card: ReviewCard, answer: Acknowledgement, sink: Sink
    ) -> None:
        there, mark = press.there, press.mark
        if there.context != "direct" and not self._allowed([there.channel, there.name]):
            await answer.say(say("channel_not_allowed", there.locale))
            return
        async with claiming():
            asked = f"discord/explaining/{press.message}/{mark.finding}/{there.person}"
            if not await self._notes.claim(asked, there.id, AGAIN_SECONDS):
                await answer.quietly()
                return
            command = Command(
                id=there.id,
                thread=await self._thread(press),
                author=there.author,
                name=EXPLAIN,
                text=f"{card.id}/{mark.finding}",
                at=there.at,
                private=press.hidden,
                place=there.place(**asked_with("")),
            )
            outcome = await sink.put(command)
        if outcome is not Stored.KNOWN:
            await answer.later(private=press.hidden)
        if mark.version != card.version and there.reach and not press.hidden:
            self._beside.start(self._refresh(press, card))

    async def _thread(self, press: OnCard) -> ThreadRef:
        """Return the conversation that the review belongs to."""
        there = press.there
        tag = await chains.tag_of(self._notes, press.mark.name) if press.mark.name else None
        if tag is not None:
            return tag.thread
        return there.here if there.in_thread or there.context == "direct" else there.own

    async def _refresh(self, press: OnCard, card: ReviewCard) -> None:
        """Bring an outdated message up to date, if there is a slot to spare."""
        channel = press.there.stands
        if await self._rest.may(EDIT, channel):
            body = self._body(press, card)
            await self._rest.call(EDIT, json=body, channel_id=channel, message_id=press.message)

    # -- dismissing ------------------------------------------------------------------------------

    async def _ask_why(
        self, press: OnCard, card: ReviewCard, finding: CardFinding, answer: Acknowledgement
    ) -> None:
        there = press.there
        if not (there.moderator or there.person in card.askers):
            await answer.say(say("card_not_yours", there.locale))
        elif not finding.is_living:
            await self._update(press, card, "card_finding_closed")
        else:
            await answer.show(dismissing.dialog(press.mark, finding, there.locale))

    async def _newest(self, press: OnCard) -> ReviewCard | None:
        """Read the review anew to show it; None where it cannot be read or shown."""
        if self._reviews is None or not press.message or not press.fits:
            return None
        try:
            async with reading(1.0):
                return await self._reviews.card(press.mark.review, press.there.here, press.alone)
        except StoreUnavailable:
            return None

    # -- answering -------------------------------------------------------------------------------

    async def _update(
        self,
        press: OnCard,
        card: ReviewCard,
        told: str = "",
        whisper: tuple[Body, Collection[Upload]] | None = None,
    ) -> None:
        """Let the message show the review as it is now, and tell who pressed what has to be told:
        `told`, a sentence's key, or that it has changed since."""
        await self._answering(press).update(self._body(press, card))
        stale = press.mark.version != card.version and press.mark.action != "dismissal"
        key = told or ("card_changed" if stale else "")
        if key:
            text, _ = _whispered(say(key, press.there.locale), press.there.locale)
            self._beside.start(self._whisper(press, text, ()))
        if whisper is not None:
            self._beside.start(self._whisper(press, *whisper))

    async def _whisper(self, press: OnCard, body: Body, files: Collection[Upload]) -> None:
        there = press.there
        response = Response(self._rest, there.app, there.token)
        await response.follow(body, list(files))

    def _body(self, press: OnCard, card: ReviewCard) -> dict[str, Any]:
        return card_body(
            card,
            press.mark.name,
            press.above,
            number=press.mark.page,
            again=press.there.reach,
            rated=not press.hidden,
        )

    def _answering(self, press: OnCard) -> Answering:
        return Answering(self._rest, press.there.id, press.there.token)


def _dismissal(press: OnCard) -> Dismissal:
    there, mark = press.there, press.mark
    reason, note = dismissing.written(press.data)
    return Dismissal(
        review=mark.review,
        finding=mark.finding,
        thread=there.here,
        author=there.author,
        reason=reason,
        note=note,
        anyone=there.moderator,
    )


def _whispered(markdown: str, locale: str) -> tuple[Body, list[Upload]]:
    """Return a message that only who pressed sees; what is too long for it is in a file."""
    content, files = short(markdown, lambda key: say(key, locale))
    body = plain(content)
    body |= {"flags": body["flags"] | EPHEMERAL}
    return (with_file(body) if files else body), list(files)
