"""A review in Discord: in the thread of a mention, by the command, and from a message's menu; and
what people press on its card."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from bot.wording import say
from tests.scenarios.discord.world import World
from tests.scenarios.playing import store_process
from tests.servers.discord import Message
from tests.servers.discord.interactions_records import Outcome
from tests.servers.discord.records import MessageFlag
from tests.servers.model import fails, says

pytestmark = pytest.mark.asyncio(loop_scope="package")


def code(mark: str) -> str:
    return f"def {mark}(x):\n    return eval(x)\n"


def found(mark: str, *titles: str, **more: Any) -> str:
    """Return the model's findings on the first line of `code`, of different types."""
    types = ("bug", "performance", "reliability", "maintainability", "tests", "docs")
    findings = [
        {
            "line": 1,
            "quote": f"def {mark}(x):",
            "severity": "high",
            "type": type,
            "title": title,
            "message": f"{title}: it is what it is.",
            "confidence": 0.9,
            **more,
        }
        for type, title in zip(types, titles, strict=False)
    ]
    return json.dumps({"findings": findings, "summary": "One thing.", "score": 4})


SEVERAL = ("Unbounded loop", "Lost update", "Wrong sign", "Open file", "Stale cache", "Dead lock")
"""Titles that nobody takes for the same."""


def long_code(mark: str) -> str:
    """Return code with a function for each of `SEVERAL`; the first call is `mark(x)`."""
    parts = [f"def {mark}_{n}(x):\n    return x + {n}\n" for n in range(len(SEVERAL))]
    return "\n\n".join([f"{mark}(x)\n", *parts])


def found_in(mark: str) -> str:
    """Return a finding on each function of `long_code`."""
    alike = {"severity": "high", "type": "bug", "confidence": 0.9}
    findings = [
        {"line": 4 + 4 * n, "quote": f"def {mark}_{n}(x):", "title": title, "message": f"{title}!"}
        | alike
        for n, title in enumerate(SEVERAL)
    ]
    return json.dumps({"findings": findings, "summary": "Several things.", "score": 4})


def told(world: World, question: Message) -> str:
    return "\n".join(world.discord.reply_texts(question))


def ids(world: World, message: Message, label: str) -> list[str]:
    """Return the custom ids of the buttons with a label."""
    return [b["custom_id"] for b in world.discord.buttons(message) if b.get("label") == label]


async def reviewed(world: World, mark: str, *titles: str, **more: Any) -> tuple[Message, Message]:
    """Let alice have code reviewed by a mention; returns her question and the card."""
    world.script(f"{mark}(x)", says(found(mark, *titles, **more)), says("{}"))
    question = await world.asks(world.channel(), f"review this\n```py\n{code(mark)}```")
    await world.answer(question)
    return question, world.discord.replies(question)[0]


async def by_command(world: World, mark: str, *titles: str, who: str = "bob") -> Outcome:
    """Have code reviewed by the command, and wait for its card."""
    world.script(f"{mark}(x)", says(found(mark, *titles)), says("{}"))
    outcome = await world.discord.runs(world.channel(), who, "review", text=code(mark))
    await world.until(lambda: laid_out(outcome))
    return outcome


def laid_out(outcome: Outcome) -> bool:
    shown = outcome.messages
    return bool(shown) and bool(shown[0].flags & MessageFlag.COMPONENTS_V2)


async def test_a_mention_with_code_is_reviewed_in_its_thread(world: World) -> None:
    question, card = await reviewed(world, "alpha", "Alpha is a letter")
    text = told(world, question)
    assert card.flags & MessageFlag.COMPONENTS_V2
    assert "Alpha is a letter" in text
    assert "4/10" in text
    assert text.count("eval(x)") == 1
    names = [file.filename for m in world.discord.replies(question) for file in m.attachments]
    assert names == ["review.md", "review.sarif"]
    first = card.versions[0]
    assert "eval" in first.content  # the tools' part, before the model has said anything
    assert world.discord.pinged_by_bot() == []


async def test_the_command_reviews_its_text(world: World) -> None:
    outcome = await by_command(world, "beta", "Beta is a letter")
    assert "Beta is a letter" in outcome.text
    assert "eval" in outcome.text


async def test_the_command_reviews_a_file(world: World) -> None:
    world.script("phi(x)", says(found("phi", "Phi is a letter")), says("{}"))
    file = ("phi.py", code("phi").encode())
    outcome = await world.discord.runs(world.channel(), "bob", "review", attachment=file)
    await world.until(lambda: laid_out(outcome))
    assert "Phi is a letter" in outcome.text
    assert "phi.py" in outcome.text


async def test_a_message_is_reviewed_from_its_menu(world: World) -> None:
    world.script("gamma(x)", says(found("gamma", "Gamma is a letter")), says("{}"))
    message = await world.discord.user_posts(
        world.channel(), "bob", f"does this work?\n```py\n{code('gamma')}```"
    )
    outcome = await world.discord.chooses(message, "Review this code", "alice")
    await world.until(lambda: laid_out(outcome))
    assert outcome.text.startswith("> <https://discord.com/channels/")
    assert "Gamma is a letter" in outcome.text


async def test_its_pages_are_turned_by_anybody(world: World) -> None:
    world.script("delta(x)", says(found_in("delta")), says("{}"))
    outcome = await world.discord.runs(world.channel(), "bob", "review", text=long_code("delta"))
    await world.until(lambda: laid_out(outcome))
    card = outcome.messages[0]
    first = world.discord.visible(card)
    turned = await world.discord.presses(card, "›", "carol")
    assert turned.error is None
    second = world.discord.visible(card)
    assert second != first
    assert all(title in first + second for title in SEVERAL)
    await world.discord.presses(card, "‹", "alice")
    assert world.discord.visible(card) == first


async def test_a_fix_is_shown_to_who_wants_to_see_it(world: World) -> None:
    fix = {"description": "Call it", "old": "def zeta(x):", "new": "def zeta(x: str):"}
    _, card = await reviewed(world, "zeta", "Zeta has no type", fix=fix)
    outcome = await world.discord.presses(card, "Show fix", "carol")
    (shown,) = outcome.private
    assert "+def zeta(x: str):" in shown.content
    assert outcome.public == []


async def test_an_explanation_is_given_in_the_thread(world: World) -> None:
    question, card = await reviewed(world, "theta", "Theta is a letter")
    world.script("Theta is a letter", says("Because it is **Greek**."))
    before = len(world.discord.replies(question))
    outcome = await world.discord.presses(card, ids(world, card, "Explain")[0], "carol")
    await world.until(lambda: not outcome.loading and "[b" not in outcome.text and outcome.text)
    await world.eventually(lambda: len(world.turns(question)) == 2)
    assert outcome.private == []
    assert len(world.discord.replies(question)) == before + 1
    assert outcome.text.startswith("**1.")


async def test_who_asked_and_moderators_dismiss_a_finding(world: World) -> None:
    outcome = await by_command(world, "iota", "Iota is a letter", "Iota is slow")
    card = outcome.messages[0]
    refused = await world.discord.presses(card, "Dismiss", "carol")
    assert refused.text == say("card_not_yours", "en")
    opened = await world.discord.presses(card, ids(world, card, "Dismiss")[0], "bob")
    done = await world.discord.submits(opened.modal, {"reason": ["intended"], "note": "it is ours"})
    assert done.error is None
    shown = world.discord.visible(card)
    assert "~~1\\." in shown
    assert "it is ours" in shown
    await world.discord.moderator("carol")
    opened = await world.discord.presses(card, ids(world, card, "Dismiss")[0], "carol")
    await world.discord.submits(opened.modal, {"reason": ["later"]})
    assert world.discord.visible(card).count("~~") == 4


async def test_an_edit_of_the_reviewed_message_updates_the_same_card(world: World) -> None:
    question, card = await reviewed(world, "kappa", "Kappa is a letter", "Kappa is slow")
    stale = ids(world, card, "Dismiss")
    opened = await world.discord.presses(card, stale[0], "alice")
    await world.discord.submits(opened.modal, {"reason": ["false_positive"]})
    mended = code("kappa").replace("eval(x)", "int(x)")
    world.script("int(x)", says(found("kappa", "Kappa is a letter")), says("{}"))
    await world.discord.user_edits(question, f"@parley review this\n```py\n{mended}```")
    await world.eventually(lambda: len(world.turns(question)) == 2)
    cards = [m for m in world.discord.replies(question) if m.flags & MessageFlag.COMPONENTS_V2]
    assert cards == [card]
    shown = world.discord.visible(card)
    assert say("review_status_fixed", "en") in shown
    assert "Kappa is a letter" in shown
    # What was pressed on the outdated view means the finding that people saw there.
    for pressed in stale:
        card_now = world.discord.visible(card)
        outcome = await world.discord.presses(_as_it_was(card, pressed), pressed, "alice")
        assert outcome.error is None
        assert world.discord.visible(card) == card_now


def _as_it_was(card: Message, custom_id: str) -> Message:
    """Put a button back under a message, as on the screen of who has not seen its change."""
    row = {"type": 1, "components": [{"type": 2, "style": 2, "custom_id": custom_id, "label": "x"}]}
    if custom_id not in str(card.components):
        card.components = [*card.components, row]
    return card


async def test_a_card_is_reviewed_again_in_its_place_and_stays_where_that_fails(
    world: World,
) -> None:
    question, card = await reviewed(world, "lambda_", "Lambda is a letter")
    world.script("lambda_(x)", says(found("lambda_", "Lambda is reserved")), says("{}"))
    await world.discord.presses(card, "Review again", "alice")
    await world.eventually(lambda: len(world.turns(question)) == 2)
    assert "Lambda is reserved" in world.discord.visible(card)
    world.script("lambda_(x)", fails(401))
    await world.discord.presses(card, "Review again", "alice")
    await world.eventually(lambda: len(world.turns(question)) == 3)
    assert "eval" in world.discord.visible(card)
    assert ids(world, card, "Dismiss")


async def test_its_buttons_work_after_a_restart_and_without_the_store(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        world.script("omega(x)", says(found_in("omega")), says("{}"))
        wish = f"review this\n```py\n{long_code('omega')}```"
        question = await world.asks(world.channel(), wish)
        await world.answer(question)
        card = world.discord.replies(question)[0]
        await world.bots[0].kill()
        successor = await world.bot().__aenter__()
        await successor.ready()
        first = world.discord.visible(card)
        await world.discord.presses(card, "›", "bob")
        assert world.discord.visible(card) != first
        opened = await world.discord.presses(card, "Dismiss", "alice")
        await world.discord.submits(opened.modal, {"reason": ["later"]})
        assert "Not now" in world.discord.visible(card)
        store = await store_process(tmp_path)
        os.kill(store, signal.SIGSTOP)
        try:
            shown = world.discord.visible(card)
            away = await world.discord.presses(card, "‹", "bob")
            assert away.text in (say("press_again", "en"), say("press_unsure", "en"))
            assert world.discord.visible(card) == shown
        finally:
            os.kill(store, signal.SIGCONT)
        assert world.discord.replies(question)[0] is card
        await successor.terminate()
