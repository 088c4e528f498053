"""A review's card and what is pressed on it: by a real bot, in the local Slack."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.slack.cards.layout import shows_card
from adapters.slack.cards.marks import BACK, DISMISS, EXPLAIN, FIX, ON
from adapters.slack.surfaces.buttons import AGAIN, FEEDBACK, STOP
from adapters.slack.surfaces.dismissing import NOTE, REASON
from tests.scenarios.slack.pressing import growing, told
from tests.scenarios.slack.world import World
from tests.servers.model import says
from tests.servers.slack import Message
from tests.servers.slack.records import Ephemeral

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Open a world without pacing: so many reviews a minute, each with its files, would use up what
    the other scenarios read with."""
    async with World(tmp_path_factory.mktemp("bot"), {"WRITE_BUDGET": "0"}).open() as opened:
        yield opened


WRONG = {
    "one": "    return eval(x)",
    "two": "    if x == None:\n        return 1",
    "three": "    try:\n        x()\n    except:\n        pass",
    "four": "    exec(x)",
    "five": "    import pickle\n    return pickle.loads(x)",
    "six": "    import subprocess\n    return subprocess.call(x, shell=True)",
    "seven": "    import hashlib\n    return hashlib.md5(x).hexdigest()",
    "eight": "    assert (x, 'must be')",
}


def code(mark: str, *names: str) -> str:
    """Write a function for each mistake."""
    chosen = names or ("one", "two")
    return "\n".join(f"def {mark}_{name}(x):\n{WRONG[name]}\n" for name in chosen)


def nothing(world: World, mark: str) -> None:
    """Let the model find nothing in the code."""
    world.script(f"{mark}_", says('{"findings": [], "summary": "A few mistakes.", "score": 5}'))


async def reviewed(world: World, mark: str, *names: str, **how: Any) -> tuple[Message, Message]:
    """Ask for a review; returns the question and the message with its card."""
    nothing(world, mark)
    text = f"review this\n```\n{code(mark, *names)}```"
    question = await world.asks(how.pop("channel", "") or world.channel(), text, **how)
    return question, await carded(world, question)


async def carded(world: World, question: Message) -> Message:
    """Wait until an answer shows a card."""
    shown = lambda: [m for m in world.slack.replies(question) if shows_card(m.blocks)]  # noqa: E731
    found: list[Message] = await world.until(shown)
    return found[0]


async def whispered(world: World, channel: str) -> Ephemeral:
    """Wait until Alice alone sees a card in a channel."""
    seen = lambda: [e for e in world.slack.ephemerals_for("alice") if e.channel == channel]  # noqa: E731
    shown = lambda: [e for e in seen() if shows_card(e.blocks)]  # noqa: E731
    found: list[Ephemeral] = await world.until(shown)
    return found[0]


def pressable(world: World, message: Message, action: str) -> list[str]:
    """Return the values of the buttons of one kind."""
    return [e["value"] for e in world.slack.elements(message) if e["action_id"] == action]


def status(world: World, question: Message) -> str:
    """Return what stands under a thread."""
    found = world.slack.status(question.channel, question.ts)
    return found.text if found is not None else ""


async def press(world: World, message: Any, action: str, at: int = 0, user: str = "alice") -> str:
    """Press one of the buttons of a kind; returns its value."""
    value = pressable(world, message, action)[at]
    outcome = await world.slack.click(message, action, user, value)
    assert outcome.acked
    return value


async def dialog(world: World, message: Any, user: str = "alice") -> Any:
    """Press the first Dismiss; returns the dialog that opens."""
    before = set(world.slack.views)
    await press(world, message, DISMISS, user=user)
    await world.until(lambda: set(world.slack.views) - before)
    (id,) = set(world.slack.views) - before
    return world.slack.views[id]


async def dismissed(world: World, message: Message, user: str = "alice", note: str = "") -> None:
    """Dismiss the first finding, and wait until the message shows it."""
    view = await dialog(world, message, user)
    outcome = await world.slack.submit(view, written(view, note))
    assert (outcome.acked, outcome.answer) == (True, None)
    await world.until(lambda: "🔕" in world.slack.visible(message))


def written(view: Any, note: str = "") -> dict[str, Any]:
    """Fill in the dialog."""
    block = next(b for b in view.body["blocks"] if b.get("block_id") == REASON)
    option = block["element"]["options"][1]
    return {
        REASON: {REASON: {"type": "static_select", "selected_option": option}},
        NOTE: {NOTE: {"type": "plain_text_input", "value": note or None}},
    }


async def test_a_finished_review_is_one_message_with_buttons(world: World) -> None:
    question, card = await reviewed(world, "plain", "one", "two")
    await world.answer(question)
    text = world.slack.visible(card)
    assert "Code review" in text
    assert "eval" in text
    shown = [e["action_id"] for e in world.slack.elements(card)]
    assert EXPLAIN in shown
    assert DISMISS in shown
    assert shown[-2:] == [AGAIN, FEEDBACK]
    assert [m for m in world.slack.replies(question) if not m.files] == [card]
    assert world.slack.previews(card) == []


async def test_pages_are_turned_by_anybody(world: World) -> None:
    _, card = await reviewed(world, "pages", *WRONG)
    first = world.slack.visible(card)
    assert "page 1/2" in first
    await press(world, card, ON, user="bob")
    await world.until(lambda: "page 2/2" in world.slack.visible(card))
    assert pressable(world, card, ON) == []
    await press(world, card, BACK)
    await world.until(lambda: world.slack.visible(card) == first)


async def test_a_fix_is_seen_by_who_pressed_alone(world: World) -> None:
    finding = {
        "line": 2,
        "quote": "    return eval(x)",
        "severity": "high",
        "type": "security",
        "title": "It runs strangers' code",
        "message": "Whatever is passed runs.",
        "confidence": 0.9,
        "fix": {"description": "Parse.", "old": "    return eval(x)", "new": "    return int(x)"},
    }
    world.script("fixed_", says(json.dumps({"findings": [finding], "score": 4})), says("{}"))
    text = f"review this\n```\n{code('fixed', 'one')}```"
    card = await carded(world, await world.asks(world.channel(), text))
    await press(world, card, FIX, user="bob")
    (shown,) = await told(world, "bob", "+    return int(x)")
    assert shown.thread_ts == card.thread_ts
    others = world.slack.ephemerals_for("alice")
    assert not [e for e in others if "+    return int(x)" in world.slack.ephemeral_text(e)]


async def test_an_explanation_stands_in_the_thread(world: World) -> None:
    question, card = await reviewed(world, "told", "one")
    world.script("told_", says("Because anybody may pass anything."))
    for _ in range(2):  # twice in a moment is once
        await press(world, card, EXPLAIN, user="bob")
    await world.answer(question, 2)
    texts = [world.slack.visible(m) for m in world.slack.replies(question) if not m.files]
    assert len(texts) == 2
    assert texts[1].splitlines()[0].startswith("1. ")


async def test_who_asked_dismisses_a_finding_and_says_why(world: World) -> None:
    _, card = await reviewed(world, "away", "one", "two")
    before = len(pressable(world, card, DISMISS))
    await dismissed(world, card, note="it is a *test*")
    assert len(pressable(world, card, DISMISS)) == before - 1
    assert "It is meant to be so" in world.slack.visible(card)
    assert "it is a *test*" in re.sub("[\u200b\u2060]", "", world.slack.visible(card))


async def test_a_stranger_is_told_and_an_admin_may(world: World) -> None:
    _, card = await reviewed(world, "yours", "one")
    views = set(world.slack.views)
    await press(world, card, DISMISS, user="bob")
    await told(world, "bob", "Only those who asked")
    assert set(world.slack.views) == views
    world.slack.workspace.user("carol").is_admin = True
    try:
        await dismissed(world, card, user="carol")
    finally:
        world.slack.workspace.user("carol").is_admin = False


async def test_a_press_on_an_old_view_brings_it_up_to_date(world: World) -> None:
    _, card = await reviewed(world, "stale", "one", "two")
    old = [dict(block) for block in card.blocks]
    await dismissed(world, card)
    card.blocks = old  # somebody's screen has not followed yet
    await press(world, card, DISMISS)
    await told(world, "alice", "dismissed or fixed already")
    await told(world, "alice", "has changed meanwhile")
    await world.until(lambda: "🔕" in world.slack.visible(card))


async def test_two_people_paging_at_once_leave_a_whole_page(world: World) -> None:
    _, card = await reviewed(world, "both", *WRONG)
    value = pressable(world, card, ON)[0]
    await asyncio.gather(*(world.slack.click(card, ON, who, value) for who in ("alice", "bob")))
    await world.until(lambda: "page 2/2" in world.slack.visible(card))


async def test_a_private_review_has_buttons_that_work_there(world: World) -> None:
    nothing(world, "private")
    channel = world.channel()
    wish = f"ask private review this\n```\n{code('private', *WRONG)}```"
    await world.slack.slash("/parley", wish, channel=channel)
    card = await whispered(world, channel)
    shown = [e["action_id"] for e in world.slack.elements(card)]
    assert AGAIN not in shown
    await press(world, card, ON)
    await world.until(lambda: "page 2/2" in world.slack.ephemeral_text(card))
    await press(world, card, BACK)
    await world.until(lambda: "page 1/2" in world.slack.ephemeral_text(card))
    view = await dialog(world, card)
    await world.slack.submit(view, written(view))
    await world.until(lambda: "`eval` runs" not in world.slack.ephemeral_text(card))
    await press(world, card, EXPLAIN)
    await told(world, "alice", "the explanation of finding")
    assert [m for m in world.slack.messages(channel) if m.bot_id] == []


async def test_a_command_s_card_says_who_asked_on_every_page(world: World) -> None:
    nothing(world, "asked")
    channel = world.channel()
    await world.slack.slash("/parley", f"review {code('asked', *WRONG)}", channel=channel)
    found = lambda: [m for m in world.slack.messages(channel) if shows_card(m.blocks)]  # noqa: E731
    (card,) = await world.until(found)
    assert world.slack.visible(card).startswith("*alice* asks")
    await press(world, card, ON)
    await world.until(lambda: "page 2/2" in world.slack.visible(card))
    assert world.slack.visible(card).startswith("*alice* asks")


async def test_review_again_after_an_edit_updates_the_same_message(world: World) -> None:
    question, card = await reviewed(world, "again", "one", "two")
    await world.answer(question)
    await dismissed(world, card)
    text = f"@parley review this\n```\n{code('again', 'one', 'four')}```"
    await world.slack.user_edits(question, text)
    await world.until(lambda: "✅" in world.slack.visible(card))
    assert "🔕" in world.slack.visible(card)
    cards = [m for m in world.slack.replies(question) if shows_card(m.blocks)]
    assert cards == [card]


async def test_review_again_shows_that_it_is_on_its_way_and_keeps_the_card(world: World) -> None:
    question, card = await reviewed(world, "once", "one")
    await world.answer(question)
    gate = asyncio.Event()
    world.script("once_", says(gate, '{"findings": [], "summary": "Still.", "score": 5}'))
    before = world.slack.visible(card)
    await world.slack.click(card, AGAIN, "alice")
    await world.until(lambda: "Reviewing" in status(world, question))
    assert world.slack.visible(card).startswith(before)
    gate.set()
    await world.until(lambda: "Still." in world.slack.visible(card))
    assert "⏳" not in world.slack.visible(card)


async def test_the_menu_of_a_message_has_it_reviewed_in_its_thread(world: World) -> None:
    nothing(world, "menu")
    channel = world.channel()
    posted = await world.slack.user_posts(channel, "bob", f"look:\n```\n{code('menu')}```")
    outcome = await world.slack.message_shortcut("review_message", posted, "alice")
    assert outcome.acked
    card = await carded(world, posted)
    assert "eval" in world.slack.visible(card)
    assert world.slack.visible(card).startswith("*alice* asks: Review this code")


async def test_the_menu_works_on_files_and_where_the_bot_is_no_member(world: World) -> None:
    nothing(world, "file")
    channel = world.channel()
    file = world.slack.file("app.py", code("file"), mimetype="text/x-python")
    posted = await world.slack.user_posts(channel, "bob", "here", files=[file])
    await world.slack.message_shortcut("review_message", posted, "alice")
    assert "app.py" in world.slack.visible(await carded(world, posted))
    nothing(world, "guest")
    await world.slack.kick(channel, world.slack.bot_user)
    again = await world.slack.user_posts(channel, "bob", f"```\n{code('guest', *WRONG)}```")
    await world.slack.message_shortcut("review_message", again, "alice")
    card = await whispered(world, channel)
    assert "not a member" in world.slack.ephemeral_text(card)
    await press(world, card, ON)
    await world.until(lambda: "page 2/2" in world.slack.ephemeral_text(card))


async def test_a_direct_message_s_stream_becomes_a_card(world: World) -> None:
    nothing(world, "stream")
    person = world.person()
    direct = world.slack.dm(person)
    root = await world.slack.user_posts(direct, person, "hello")
    await world.answer(root)
    asked = await world.slack.user_posts(
        direct, person, f"review\n```\n{code('stream')}```", thread_ts=root.ts
    )
    card = await carded(world, root)
    assert card.stream is None
    assert asked.ts < card.ts
    assert "eval" in world.slack.visible(card)


async def test_buttons_work_after_a_restart_and_without_a_store_say_so(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        _, card = await reviewed(world, "restart", *WRONG)
        await world.bots[0].terminate()
        second = world.bot()
        async with second:
            await second.ready()
            await press(world, card, ON)
            await world.until(lambda: "page 2/2" in world.slack.visible(card))


async def test_a_stopped_review_stands_as_a_card_that_says_what_it_lacks(world: World) -> None:
    world.script("halted_", says(asyncio.Event(), "{}"))
    text = f"review this\n```\n{code('halted')}```"
    question = await world.asks(world.channel(), text)
    reply = await growing(world, question, "is reading the code")
    await world.request("halted_")
    assert (await world.slack.click(reply, STOP)).acked
    await world.answer(question)
    card = await carded(world, question)
    shown = world.slack.visible(card)
    assert "it was stopped. Static checks only, logic not reviewed." in shown
    assert "no score" in shown
    assert "is reading" not in shown
    assert AGAIN in [e["action_id"] for e in world.slack.elements(card)]
