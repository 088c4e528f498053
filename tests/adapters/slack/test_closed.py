"""Whom a closed place is told, when the bot is in many workspaces."""

from __future__ import annotations

import pytest

from adapters.slack.client import CallRefused
from adapters.slack.closed import Closed, reason
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import furnish
from bot.platform import Batch
from tests.adapters.slack.parts import Memory, asked, book_of, client_of, me, notes_of
from tests.servers.slack import LocalSlack


def test_only_what_closes_a_place_is_told() -> None:
    for code in ("message_not_found", "msg_too_long", "invalid_blocks", "thread_not_found"):
        assert reason(code) == ""


@pytest.mark.parametrize(("operator", "hears"), [("#general", False), ("", False), ("id", True)])
async def test_without_a_home_an_operators_channel_is_not_looked_for_by_its_name(
    operator: str, hears: bool
) -> None:
    """Any workspace may have a channel of that name, and its people are strangers."""
    async with LocalSlack() as slack, client_of(slack) as client:
        general, memory = slack.channel("general"), Memory()
        closed = Closed(
            notes_of(memory), Tongues(book_of(memory)), [general if operator == "id" else operator]
        )
        workspace = furnish(client, me(slack))
        question = await slack.user_posts("random", "alice", "x")
        batch = Batch(asked(slack, question).thread, (asked(slack, question),))
        for key in ("k1", "k1", "k2"):  # a key comes twice when a process has crashed between
            await closed.tell(CallRefused("chat.postMessage", "is_archived"), workspace, batch, key)
        await workspace.people.close()
        _, where = slack.place(general)
        assert len([m for m in where.messages.values() if m.bot_id]) == hears
        _, direct = slack.place(slack.dm("alice"))
        assert len([m for m in direct.messages.values() if m.bot_id]) == 2
