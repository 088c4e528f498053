"""Delivers what was asked by a command or about a message, and such an answer given anew.

It begins with the question, which nobody else can see, and goes by the interaction's token as long
as that is good. What plain messages ask is delivered by the adapter itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from adapters.discord import chains
from adapters.discord.answers.asides import Aside, direct_channel
from adapters.discord.answers.bodies import EPHEMERAL, Body, Words, body
from adapters.discord.answers.carded import CardShown
from adapters.discord.answers.filing import Filing
from adapters.discord.answers.introducing import introduction, keep, kept
from adapters.discord.answers.responding import Response
from adapters.discord.answers.standing import Spot
from adapters.discord.carded import CardSurface
from adapters.discord.chains import keep_tag, name_of, tag_for
from adapters.discord.client import DiscordClient
from adapters.discord.opening import Ground, Opening
from adapters.discord.places import DIRECT
from adapters.discord.status import Typing
from adapters.discord.surfaces.buttons import Component, footer
from adapters.discord.writing import card_body, shown
from adapters.streaming import Delivery, Pace, Stage, cut
from adapters.streaming.introducing import introduced
from bot.cards import ReviewCard
from bot.events import Command, Regenerate, ThreadRef
from bot.platform import Batch, Part, Receipt
from bot.replies import Reply
from bot.store.notes import Notes


@dataclass(frozen=True, slots=True)
class Asked:
    """What such an event asked, and where its answer stands."""

    event: Command | Regenerate
    channel: str
    reach: bool
    question: str = ""
    link: str = ""

    @property
    def private(self) -> bool:
        """Tell whether only who asked may see the answer."""
        return isinstance(self.event, Command) and self.event.private

    @property
    def intro(self) -> str:
        """The lines with which a public answer begins; nothing in them is markup or a mention."""
        return introduction(self.question, self.link)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of an answer when its delivery begins: its parts, those of them that show a
    review's card, and with what it begins."""

    parts: Sequence[Part] = ()
    cards: Collection[str] = ()
    intro: str = ""


NOTHING = Standing()


@dataclass(frozen=True, slots=True)
class Means:
    """What a delivery needs of the adapter."""

    client: DiscordClient
    typing: Typing
    notes: Notes
    pace: Pace


def asked_with(question: str, link: str = "") -> dict[str, str]:
    """Write into an event's address how its answer begins: so much of its text, and a link."""
    return {"asked": str(len(question)), "link": link}


def asked_in(batch: Batch) -> Asked | None:
    """Find what in a batch was asked by a command, or is answered again outside of a thread of its
    own; None for plain messages."""
    event = batch.first
    where = event.place.address
    if isinstance(event, Regenerate) and where.get("channel"):
        return Asked(event, where["channel"], reach=True)
    if not isinstance(event, Command):
        return None
    question = event.text[: int(where.get("asked") or 0)]
    channel = where.get("channel") or event.thread.channel
    return Asked(event, channel, bool(where.get("reach")), question, where.get("link", ""))


async def deliver(
    asked: Asked,
    means: Means,
    batch: Batch,
    replies: AsyncIterator[Reply],
    receipt: Receipt,
    *,
    words: Words,
) -> None:
    """Make the reply visible to those whom it is for."""
    name = await keep_tag(means.notes, tag_for(batch, receipt.key))
    surface: CardShown | Aside | CardSurface
    intro = asked.intro
    cards = await chains.cards_among(means.notes, [part.id for part in receipt.parts])
    if isinstance(asked.event, Regenerate):
        intro = await kept(means.notes, (part.id for part in receipt.parts))
        standing = Standing(receipt.parts, cards, intro)
        surface = _in_channel(asked, means, batch, name, words, receipt.check, standing)
    elif asked.private:
        intro = ""
        surface = _aside(asked, asked.event, means, batch, name, words, receipt)
    else:
        standing = Standing(receipt.parts, cards, intro)
        surface = _shown(asked, asked.event, means, batch, name, words, receipt.check, standing)
    if intro:
        replies = introduced(replies, intro)
    await Delivery(surface, receipt, pace=means.pace, words=words).run(replies)
    first = receipt.parts[0].id if receipt.parts else ""
    if intro and first and asked.reach:
        await keep(means.notes, first, intro)


async def tidy(
    asked: Asked,
    means: Means,
    batch: Batch,
    key: str,
    parts: Sequence[str],
    text: str,
    *,
    words: Words,
) -> None:
    """Remove what a former owner posted late, and mend what it edited."""
    if asked.private or not parts or not asked.reach:
        return
    name, event = name_of(batch.thread, key), asked.event
    intro = asked.intro
    surface: CardShown | CardSurface
    if isinstance(event, Regenerate):
        intro = await kept(means.notes, parts)
        surface = _in_channel(asked, means, batch, name, words, lambda: None)
    else:
        surface = _shown(asked, event, means, batch, name, words)
    if intro and text:
        text = f"{intro}\n\n{text}"
    await surface.repair(parts, cut(text, len(parts), surface.limit, surface.measure))


def _aside(
    asked: Asked,
    event: Command,
    means: Means,
    batch: Batch,
    name: str,
    words: Words,
    receipt: Receipt,
) -> Aside:
    async def later() -> CardSurface:
        return await _directly(asked, means, batch, name, words, receipt.check)

    ids = [part.id for part in receipt.parts]
    response = _response(event, means.client)

    def card(review: ReviewCard, tight: bool) -> Body:
        part = chains.part_name(name, 0)
        return card_body(review, part, rated=False, tight=tight)

    filing = Filing(
        means.client, response, means.notes, name, words, receipt.check, flags=EPHEMERAL
    )
    return Aside(means.client, response, filing, later, words, card, parts=ids, check=receipt.check)


def _shown(
    asked: Asked,
    event: Command,
    means: Means,
    batch: Batch,
    name: str,
    words: Words,
    check: Callable[[], None] = lambda: None,
    standing: Standing | None = None,
) -> CardShown:
    """Return the surface of a public answer; without what stands, to look after it only."""

    def message(markdown: str, index: int, stage: Stage) -> Body:
        # Where the bot is no member nothing could be changed later.
        return body(markdown, index, stage, name, words, again=asked.reach)

    def card(review: ReviewCard, index: int, tight: bool) -> Body:
        above = shown(asked.intro) if asked.intro else ""
        part = chains.part_name(name, index)
        return card_body(review, part, above, again=asked.reach, tight=tight)

    async def later() -> CardSurface:
        if asked.reach:
            there = standing or NOTHING
            return _in_channel(asked, means, batch, name, words, check, there)
        return await _directly(asked, means, batch, name, words, check)

    response = _response(event, means.client)
    spot = Spot(asked.channel, event.id, name, asked.reach)
    seen = spot if asked.reach else None
    again = standing is not None and bool(standing.parts)
    return CardShown(
        means.client,
        response,
        spot,
        Filing(means.client, response, means.notes, name, words, check, spot=seen, again=again),
        later,
        message,
        card,
        posted=partial(_remember, asked, means, batch),
        parts={part.index: part.id for part in standing.parts} if standing is not None else None,
        cards=standing.cards if standing is not None else (),
        carded=partial(chains.keep_card, means.notes),
        check=check,
    )


def _in_channel(
    asked: Asked,
    means: Means,
    batch: Batch,
    name: str,
    words: Words,
    check: Callable[[], None],
    standing: Standing = NOTHING,
) -> CardSurface:
    """Return the surface of the channel itself, written to by the bot's own right."""
    where = replace(batch, thread=replace(batch.thread, channel=asked.channel, thread=""))

    def buttons(stage: Stage, part: str) -> list[Component]:
        return footer(stage, part, words)

    async def posted(id: str, ground: Ground) -> None:
        await _remember(asked, means, batch, id)

    return CardSurface(
        means.client,
        means.typing,
        Opening(means.client, means.notes, where, check, begun=True),
        name,
        asked.event.id if isinstance(asked.event, Command) else asked.event.target,
        check,
        buttons=buttons,
        words=words,
        posted=posted,
        parts=standing.parts,
        intro=standing.intro,
        cards=standing.cards,
        carded=partial(chains.keep_card, means.notes),
    )


async def _remember(asked: Asked, means: Means, batch: Batch, id: str) -> None:
    """Keep that a reply to a part goes on with its conversation, where that has no thread of its
    own to stand in."""
    if asked.reach and asked.channel == batch.thread.channel:
        await chains.remember(means.notes, id, batch.thread)


async def _directly(
    asked: Asked,
    means: Means,
    batch: Batch,
    name: str,
    words: Words,
    check: Callable[[], None],
) -> CardSurface:
    """Return the surface of a direct message to who asked. Raises the `PlatformError` family."""
    channel = await direct_channel(means.client, asked.event.author.id)
    where = replace(batch, thread=ThreadRef("discord", DIRECT, channel))
    opening = Opening(means.client, means.notes, where, check, begun=True)
    return CardSurface(
        means.client, means.typing, opening, name, asked.event.id, check, words=words
    )


def _response(event: Command, client: DiscordClient) -> Response:
    where = event.place.address
    return Response(client, where.get("app", ""), where.get("token", ""))
