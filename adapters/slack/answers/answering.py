"""Delivers what was asked by a command, or about a message by its shortcut.

Such an answer tells who asked what, as nobody can see that. It opens a thread where there is none,
and goes by response URL to one person alone, or where the bot is no member. What plain messages ask
is delivered by the adapter itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Protocol

from adapters.slack.answers.asides import BY_URL, DIRECT, NOTE_BYTES, Aside, direct_channel
from adapters.slack.answers.detour import Detour
from adapters.slack.answers.responding import ResponseUrl
from adapters.slack.answers.rooted import RootedSurface
from adapters.slack.carded import Cards
from adapters.slack.outbound import SlackSurface
from adapters.slack.surfaces.buttons import tag_of
from adapters.slack.workspaces import NAME, Workspace
from adapters.streaming import Delivery, Pace, Surface, cut
from adapters.streaming.introducing import INTRODUCED_SECONDS, introduced, quoted_line
from bot.events import Command, Message, Regenerate, ThreadRef, TurnEvent, with_names
from bot.platform import Batch, Receipt
from bot.replies import Done, Failed, Reply
from bot.store.notes import Notes
from bot.tasks import ended
from bot.wording import say

REFUSAL_SECONDS = 0.5
"""A refusal comes at once; so long is waited to know whether it is one."""

NAME_SECONDS = 1.0
LONGEST_NAME = 80
REVIEW = "/review"
"""The wish of the shortcut that has a message reviewed, as the core knows it; people read its
name."""

LONGEST_QUESTION = 180
"""Characters of a question that its answer quotes."""


class Make(Protocol):
    """Makes the surface of a thread or channel under the reply's key; a card there begins with
    `intro` (Markdown)."""

    def __call__(self, thread: ThreadRef, *, intro: str = "") -> SlackSurface: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What such an event asked: `url` answers it without a post, up to the time `until`."""

    event: Command | Message
    question: str
    """Empty where what is asked is seen."""
    url: str
    until: float
    stays: bool = False
    """The message that the URL came with stays: no acknowledgement waits to be replaced."""

    @property
    def private(self) -> bool:
        """Tell whether only who asked may see the answer."""
        return isinstance(self.event, Command) and self.event.private


def address(
    url: str, until: int, name: str, question: str, *, stays: bool = False
) -> dict[str, str]:
    """Write into an event's place how it is answered, and of its text the part that is quoted."""
    told = {"url": url, "until": str(until), "name": name, "asked": str(len(question))}
    return {**told, "stays": "1"} if stays else told


def asked_in(batch: Batch) -> Asked | None:
    """Find what in a batch was asked by a command or about a message; None for plain messages."""
    found = (_asked(event) for event in batch.events)
    return next((asked for asked in found if asked is not None), None)


async def deliver(
    asked: Asked,
    workspace: Workspace,
    batch: Batch,
    replies: AsyncIterator[Reply],
    receipt: Receipt,
    make: Make,
    *,
    pace: Pace,
    words: Callable[[str], str],
    notes: Notes,
) -> None:
    """Make the reply visible to those whom it is for."""
    intro, tag = "", tag_of(batch, receipt.key)
    parts = [part.id for part in receipt.parts]
    locale = workspace.locale(asked.event.author)
    shown = any(id and not id.startswith((BY_URL, DIRECT)) for id in parts)
    async with _hurried(replies) as (refused, replies):
        public = not asked.private and (shown or not refused)
        note = say("not_a_member", locale, mention=f"@{NAME}") if public else ""
        if public and asked.question:
            intro = await introduction(asked, workspace, locale)
            replies = introduced(replies, intro)
        cards = Cards(tag, intro, alone=True)
        aside = _aside(asked, workspace, make, receipt, words, note=note, cards=cards)
        surface: Surface = aside
        if public:
            headed = partial(make, intro=intro)
            surface = Detour(_posted(asked, batch, receipt, headed), aside)
        replies = _foretold(replies, aside, words)
        await Delivery(surface, receipt, pace=pace, words=words).run(replies)
    first = receipt.parts[0].id if receipt.parts else ""
    if intro and first and not first.startswith((BY_URL, DIRECT)):
        await notes.keep(_noted(batch.thread, first), intro, INTRODUCED_SECONDS)


async def kept_introduction(batch: Batch, parts: Sequence[str], notes: Notes) -> str:
    """Return the line with which the answer began that is now given anew, empty for none. Raises
    `StoreUnavailable`."""
    if not isinstance(batch.first, Regenerate) or not parts:
        return ""
    return await notes.read(_noted(batch.thread, parts[0]))


async def tidy(
    asked: Asked,
    workspace: Workspace,
    batch: Batch,
    parts: Sequence[str],
    text: str,
    make: Make,
) -> None:
    """Remove what a former owner posted late, and mend what it edited."""
    if asked.private or not parts or parts[0].startswith((BY_URL, DIRECT)):
        return
    thread, texts = batch.thread, list[str]()
    if text:
        if asked.question:
            intro = await introduction(asked, workspace, workspace.locale(asked.event.author))
            text = f"{intro}\n\n{text}"
        limit = SlackSurface.limit - NOTE_BYTES
        texts = cut(text, len(parts), limit, make(thread).measure)
    if _opens_thread(asked):
        await make(replace(thread, thread="")).repair(parts, texts)
        thread = replace(thread, thread=parts[0])
    await make(thread).repair(parts, texts)


async def introduction(asked: Asked, workspace: Workspace, locale: str) -> str:
    """Tell in one line who asked what; nothing in it is markup or a mention."""
    event, author = asked.event, asked.event.author
    ids = {author.id, *event.mentions}
    people = await workspace.people.named(event.thread, ids, NAME_SECONDS)
    known = people.get(author.id)
    name = known.name if known is not None else event.place.address.get("name", "")
    wish = say("menu_review", locale) if asked.question == REVIEW else asked.question
    question = quoted_line(with_names(wish, event.mentions, people), LONGEST_QUESTION)
    # The space behind its colon is the language's.
    who = say("asks", locale, name=f"**{quoted_line(name, LONGEST_NAME) or '?'}**")
    return f"> {who}{question}"


def _noted(thread: ThreadRef, first: str) -> str:
    """Name the note that keeps an answer's introduction, by the answer's first message."""
    return f"slack/intro/{thread.workspace}/{thread.channel}/{first}"


def _asked(event: TurnEvent) -> Asked | None:
    where = event.place.address
    if not isinstance(event, Command | Message) or "asked" not in where:
        return None
    until = where.get("until", "")
    question = event.text[: int(where["asked"])]
    seconds = float(until) if until else 0.0
    return Asked(event, question, where.get("url", ""), seconds, "stays" in where)


def _opens_thread(asked: Asked) -> bool:
    """Tell whether an answer stands in the channel: a command is asked outside of any thread, but
    for one that was pressed."""
    return isinstance(asked.event, Command) and not asked.stays


def _posted(
    asked: Asked, batch: Batch, receipt: Receipt, make: Callable[[ThreadRef], Surface]
) -> Surface:
    if not _opens_thread(asked):
        return make(batch.thread)
    root = next((part.id for part in receipt.parts if part.index == 0), "")
    if root.startswith((BY_URL, DIRECT)):
        root = ""
    return RootedSurface(make, replace(batch.thread, thread=""), receipt.opened, root)


async def _foretold(
    replies: AsyncIterator[Reply], aside: Aside, words: Callable[[str], str]
) -> AsyncGenerator[Reply, None]:
    """Let `aside` know the whole answer before it is told to show it in parts."""
    async for reply in replies:
        match reply:
            case Done(text, stopped):
                aside.whole = f"{text}\n\n_{words('stopped')}_" if stopped else text
            case Failed(text=text, partial=partial):
                aside.whole = f"{partial}\n\n{text}"
        yield reply


def _aside(
    asked: Asked,
    workspace: Workspace,
    make: Make,
    receipt: Receipt,
    words: Callable[[str], str],
    note: str,
    cards: Cards,
) -> Aside:
    client, thread = workspace.client, asked.event.thread
    public = isinstance(asked.event, Command) and bool(note)

    async def direct() -> SlackSurface:
        channel = await direct_channel(client, asked.event.author.id)
        return make(ThreadRef(thread.platform, thread.workspace, channel))

    used = sum(part.id.startswith(BY_URL) or not part.id for part in receipt.parts)
    return Aside(
        ResponseUrl(client, asked.url, asked.until, in_channel=public, used=used),
        direct,
        words=words,
        heading=partial(introduction, asked, workspace, workspace.locale(asked.event.author)),
        name=f"answer-{sha256(receipt.key.encode()).hexdigest()[:8]}.md",
        note=note,
        parts=receipt.parts,
        cards=cards,
        replaces=not asked.stays,
        sleep=client.sleep,
    )


@asynccontextmanager
async def _hurried(
    replies: AsyncIterator[Reply],
) -> AsyncGenerator[tuple[bool, AsyncIterator[Reply]], None]:
    """Tell whether a reply is at once a refusal, and give the whole of it."""
    first: asyncio.Task[Reply] = asyncio.ensure_future(_next(replies))

    async def whole() -> AsyncGenerator[Reply, None]:
        yield await first
        async for reply in replies:
            yield reply

    try:
        await asyncio.wait({first}, timeout=REFUSAL_SECONDS)
        known = first.done() and first.exception() is None
        yield known and isinstance(first.result(), Failed), whole()
    finally:
        await ended(first)


async def _next(replies: AsyncIterator[Reply]) -> Reply:
    return await anext(replies)
