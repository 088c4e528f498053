"""A message that was reviewed from its menu, and is edited afterwards."""

from __future__ import annotations

import pytest

from tests.scenarios.discord.test_reviews import code, found, laid_out
from tests.scenarios.discord.world import World
from tests.servers.discord.records import MessageFlag
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_its_edit_makes_the_review_anew(world: World) -> None:
    nothing = '{"findings": [], "summary": "Nothing else.", "score": 9}'
    world.script("menu(x)", says(found("menu", "Menu is a letter")), says("{}"), says(nothing))
    text = f"does this work?\n```py\n{code('menu')}```"
    message = await world.discord.user_posts(world.channel(), "bob", text)
    outcome = await world.discord.chooses(message, "Review this code", "alice")
    await world.until(lambda: laid_out(outcome))
    card = outcome.messages[0]
    await world.discord.user_edits(message, text.replace("eval(x)", "int(x)"))
    await world.until(lambda: "fixed · snippet" in world.discord.visible(card))
    await world.discord.user_edits(message, text)
    await world.until(lambda: "new · snippet" in world.discord.visible(card))
    assert [one for one in outcome.messages if one.flags & MessageFlag.COMPONENTS_V2] == [card]


async def test_in_a_thread_it_is_made_anew_where_it_stands(world: World) -> None:
    question = await world.asks(world.channel(), "tell me of threads")
    await world.answer(question)
    world.script("inside(x)", says('{"findings": [], "summary": "Nothing.", "score": 9}'))
    text = f"and this?\n```py\n{code('inside')}```"
    message = await world.discord.user_posts(question.id, "bob", text)
    outcome = await world.discord.chooses(message, "Review this code", "alice")
    await world.until(lambda: laid_out(outcome))
    card = outcome.messages[0]
    assert f"/{message.id}>" in world.discord.visible(card)
    await world.discord.user_edits(message, text.replace("eval(x)", "int(x)"))
    await world.until(lambda: "fixed · snippet" in world.discord.visible(card))
    assert f"/{message.id}>" in world.discord.visible(card)
    assert card.channel_id == question.id
