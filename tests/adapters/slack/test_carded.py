"""A reply that ends as a card: posted once, shown in what Slack takes, never turned back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.carded import Cards, CardSurface
from adapters.slack.cards.layout import shows_card
from adapters.slack.native.streams import SlackStreams
from adapters.slack.standing import Spot
from adapters.slack.surfaces.buttons import STOP, Tag, footer, offers_stop
from adapters.slack.workspaces import furnish
from adapters.streaming import Delivery, NoCard, Pace, Stage
from bot.events import ThreadRef
from bot.replies import Done, Failed, Reply, TextDelta
from tests.adapters.slack.cards.cards import card
from tests.adapters.slack.parts import client_of, me
from tests.fakes import MemoryReceipt
from tests.servers.slack import LocalSlack, Message
from tests.servers.slack.listener import until

TAG = Tag("1.1", "k", ("U1",))


class _Room:
    """A thread with a question, and surfaces of replies to it."""

    def __init__(self, slack: LocalSlack, workspace: Any, question: Message) -> None:
        self.slack, self.workspace, self.question = slack, workspace, question

    def surface(self, key: str = "k", *, renewed: bool = False, cards: bool = True) -> CardSurface:
        return CardSurface(
            self._spot(key),
            buttons=lambda stage: footer(stage, TAG, lambda word: word),
            cards=Cards(TAG, renewed=renewed) if cards else None,
        )

    def stream(self) -> SlackStreams:
        return SlackStreams(self._spot("k"), cards=Cards(TAG), me=me(self.slack))

    def _spot(self, key: str) -> Spot:
        thread = ThreadRef("slack", self.workspace.team, self.question.channel, self.question.ts)
        return Spot(self.workspace.client, self.workspace.lines, thread, key, self.question.ts)

    @property
    def replies(self) -> list[Message]:
        return self.slack.replies(self.question)


@asynccontextmanager
async def room(where: str = "general") -> AsyncIterator[_Room]:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        place = slack.dm("alice") if where == "direct" else where
        question = await slack.user_posts(place, "alice", "review")
        yield _Room(slack, furnish(client, me(slack)), question)


async def test_text_that_grew_becomes_a_card_in_its_place() -> None:
    async with room() as here:
        surface = here.surface()
        id = await surface.post(0, "Static checks…", Stage.GROWING)
        await surface.edit_card(id, card(2))
        (shown,) = here.replies
        assert shown.ts == id
        assert shows_card(shown.blocks)
        assert not offers_stop(shown.blocks)


async def test_a_card_whose_posting_was_not_answered_stands_once() -> None:
    async with room() as here:
        here.slack.fail("chat.postMessage", "lost")
        id = await here.surface().post_card(0, card())
        assert [message.ts for message in here.replies] == [id]
        # A successor finds it by its key.
        assert [found.id for found in await here.surface().find()] == [id]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_a_page_that_slack_refuses_is_made_smaller(code: str) -> None:
    async with room() as here:
        here.slack.fail("chat.postMessage", code, 2)
        await here.surface().post_card(0, card(4))
        (shown,) = here.replies
        assert "page 1/4" in here.slack.visible(shown)


async def test_what_slack_refuses_at_any_size_is_left_to_the_text() -> None:
    async with room() as here:
        here.slack.fail("chat.postMessage", "invalid_blocks", 3)
        surface = here.surface()
        with pytest.raises(NoCard):
            await surface.post_card(0, card())
        await surface.post(0, "all of it as text")
        assert [here.slack.visible(message) for message in here.replies] == ["all of it as text"]


@pytest.mark.parametrize("field", ["text", "summary", "closing"])
async def test_what_would_be_cut_and_stands_in_no_file_is_left_to_the_text(field: str) -> None:
    async with room() as here:
        long = "Because of this. " * 200
        made = card(1, file="") if field == "text" else card(1, file="", **{field: long})
        if field == "text":
            made = replace(made, findings=(replace(made.findings[0], text=long),))
        with pytest.raises(NoCard):
            await here.surface().post_card(0, made)
        await here.surface().post_card(0, card(2, file=""))
        assert shows_card(here.replies[0].blocks)


async def test_without_a_desk_there_are_no_cards() -> None:
    async with room() as here:
        with pytest.raises(NoCard):
            await here.surface(cards=False).post_card(0, card())


async def test_who_looks_again_leaves_a_card_as_it_is() -> None:
    async with room() as here:
        id = await here.surface().post_card(0, card())
        before = here.slack.visible(here.replies[0])
        late = await here.surface().post(0, "a former owner's")
        await here.surface().repair([id], ["all of it as text"])
        assert [here.slack.visible(message) for message in here.replies] == [before]
        assert late not in [message.ts for message in here.replies]


async def test_a_card_stays_while_a_newer_review_grows_and_where_it_fails() -> None:
    async with room() as here:
        id = await here.surface().post_card(0, card())
        before = here.slack.visible(here.replies[0])
        newer = here.surface("k2", renewed=True)
        assert await newer.edit(id, "Static checks", Stage.GROWING)
        assert here.slack.visible(here.replies[0]) == before
        assert await newer.renew_card(id, "Reviewing again…")
        growing = here.slack.visible(here.replies[0])
        assert growing == f"{before}\n⏳ Reviewing again…"
        assert STOP in [one["action_id"] for one in here.slack.elements(here.replies[0])]
        assert len(here.slack.calls_to("chat.update")) == 1  # one edit says it
        # A successor knows it again, and tells what has become of it.
        assert await here.surface("k2", renewed=True).keep_card(id, "It did not work.")
        assert here.slack.visible(here.replies[0]) == f"{before}\nIt did not work."
        await newer.edit_card(id, card(1))
        assert "It did not work." not in here.slack.visible(here.replies[0])


async def _told(
    here: _Room, id: str, ends: asyncio.Event, *replies: Reply
) -> tuple[asyncio.Task[None], MemoryReceipt]:
    async def stream() -> AsyncIterator[Reply]:
        await ends.wait()
        for reply in replies:
            yield reply

    receipt = MemoryReceipt(key="k2", known={0: id})
    pace = Pace(least=0.01, most=0.02, life_after=0.2)
    delivery = Delivery(here.surface("k2", renewed=True), receipt, pace=pace, words=str)
    return asyncio.create_task(delivery.run(stream())), receipt


@pytest.mark.parametrize("end", [Done("x"), Failed("It failed.", "model_busy")])
async def test_while_a_review_is_made_anew_the_card_says_so_and_can_be_stopped(end: Reply) -> None:
    async with room() as here:
        id = await here.surface().post_card(0, card())
        before, ends = here.slack.visible(here.replies[0]), asyncio.Event()
        newer = [card(1, version="00000002")] if isinstance(end, Done) else []
        work, _ = await _told(here, id, ends, *newer, end)
        await until(lambda: "card_renewing" in here.slack.visible(here.replies[0]))
        assert here.slack.visible(here.replies[0]) == f"{before}\n⏳ card_renewing"
        assert offers_stop(here.replies[0].blocks)
        ends.set()
        await work
        shown = here.slack.visible(here.replies[0])
        assert "card_renewing" not in shown
        assert not offers_stop(here.replies[0].blocks)
        assert shown.endswith("It failed.") or newer


@pytest.mark.parametrize("end", [Done("all of it as text"), Failed("It failed.", "model_busy")])
async def test_a_card_deleted_while_it_is_made_anew_is_not_told_as_text(end: Reply) -> None:
    async with room() as here:
        id = await here.surface().post_card(0, card())
        ends = asyncio.Event()
        work, receipt = await _told(here, id, ends, TextDelta("all of it as text"), end)
        await until(lambda: "card_renewing" in here.slack.visible(here.replies[0]))
        await here.surface().remove(id)
        ends.set()
        await work
        assert here.replies == []
        assert receipt.known == {}


async def test_what_is_no_card_is_not_kept() -> None:
    async with room() as here:
        id = await here.surface().post(0, "an answer")
        newer = here.surface("k2", renewed=True)
        assert not await newer.keep_card(id, "failed")
        assert await newer.edit(id, "grows", Stage.GROWING)
        assert here.slack.visible(here.replies[0]) == "grows"


async def test_a_stream_is_ended_and_becomes_the_card() -> None:
    async with room("direct") as here:
        surface = here.stream()
        assert await surface.may_grow(first=True)
        id = await surface.post(0, "Static checks found something.", Stage.GROWING)
        assert here.replies[0].stream is not None
        await surface.edit_card(id, card())
        await surface.close()
        (shown,) = here.replies
        assert shows_card(shown.blocks)
        assert shown.stream is None
        assert shown.metadata is not None
