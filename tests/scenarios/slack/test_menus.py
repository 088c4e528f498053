"""A message that was reviewed from its menu, and is edited or deleted afterwards."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.slack.test_cards import AGAIN, DISMISS, carded, code, nothing, press
from tests.scenarios.slack.world import World
from tests.servers.slack import Message


async def chosen(world: World, mark: str) -> tuple[Message, Message]:
    """Let Alice have Bob's message reviewed; returns it and the card."""
    nothing(world, mark)
    text = f"look:\n```\n{code(mark)}```"
    posted = await world.slack.user_posts(world.channel(), "bob", text)
    await world.slack.message_shortcut("review_message", posted, "alice")
    return posted, await carded(world, posted)


async def test_its_edit_makes_the_review_anew(tmp_path: Path) -> None:
    async with World(tmp_path, {"WRITE_BUDGET": "0"}).open() as world:
        posted, card = await chosen(world, "menu")
        await world.slack.user_edits(posted, f"look:\n```\n{code('menu', 'one')}```")
        await world.until(lambda: "fixed · snippet" in world.slack.visible(card))
        await world.slack.user_edits(posted, f"look:\n```\n{code('menu', 'one', 'four')}```")
        await world.until(lambda: "new · snippet" in world.slack.visible(card))
        await press(world, card, AGAIN)
        await world.until(lambda: "new · snippet" not in world.slack.visible(card))
        assert world.slack.visible(card).count("open · snippet") == 2
        assert await carded(world, posted) is card


async def test_who_wrote_it_may_judge_it_and_others_may_not(tmp_path: Path) -> None:
    async with World(tmp_path, {"WRITE_BUDGET": "0"}).open() as world:
        _, card = await chosen(world, "owner")
        await press(world, card, DISMISS, user="carol")
        await world.until(lambda: world.slack.ephemerals_for("carol"))
        assert not world.slack.views
        await press(world, card, DISMISS, user="bob")
        await world.until(lambda: world.slack.views)
