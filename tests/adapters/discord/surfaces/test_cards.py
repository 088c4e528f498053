"""Buttons of a review's card: for the right people, on outdated views, after a restart, in time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.cards import layout
from adapters.discord.chains import Tag, keep_tag, part_name
from adapters.discord.surfaces.buttons import footer
from adapters.discord.writing import card_body
from adapters.streaming import Stage
from bot.cards import EXPLAIN, LONGEST_NOTE, ReviewCard
from bot.events import Command, Regenerate, ThreadRef
from bot.replies import Done, TextDelta
from bot.wording import say
from tests.adapters.discord.cards.made import REVIEW, MemoryDesk, card, finding
from tests.adapters.discord.rig import Rig, rigged
from tests.fakes import MemoryReceipt
from tests.servers.discord.interactions_records import Outcome
from tests.servers.discord.records import Message, MessageFlag
from tests.servers.discord.sockets_client import until

FIX = "**Fix (checked)**\n```diff\n-x = eval(y)\n+x = int(y)\n```"


@pytest.fixture
async def desk() -> MemoryDesk:
    return MemoryDesk()


@pytest.fixture
async def rig(desk: MemoryDesk) -> AsyncIterator[Rig]:
    async with rigged(reviews=desk) as made:
        yield made


def review(rig: Rig, desk: MemoryDesk, count: int = 6, **how: Any) -> ReviewCard:
    """Let the desk have a review that alice has asked for."""
    asker = rig.discord.person("alice").id
    made = card(*(finding(n, has_fix=n == 1) for n in range(1, count + 1)), askers=(asker,), **how)
    desk.cards[made.id] = made
    desk.fixes[f"{1:012x}"] = FIX
    return made


async def stands(rig: Rig, shown: ReviewCard, **how: Any) -> Message:
    """Let a card stand in the channel, as outbound posts it."""
    general = rig.discord.place("general").id
    thread = ThreadRef("discord", rig.discord.guild.id, general, "42")
    tag = Tag(thread, "key", (rig.discord.person("alice").id,))
    name = part_name(await keep_tag(rig.notes, tag), 0)
    body = {k: v for k, v in card_body(shown, name, **how).items() if k != "content"}
    raw = await rig.rest.call("messages.post", channel_id=general, json=body)
    return rig.discord.place("general").messages[raw["id"]]


def told(outcome: Outcome) -> str:
    assert all(message.visible_to for message in outcome.messages)
    return outcome.text


def named(rig: Rig, message: Message, label: str, nth: int = 0) -> str:
    """Return the custom id of the `nth` button with a label."""
    found = [b["custom_id"] for b in rig.discord.buttons(message) if b.get("label") == label]
    return found[nth]


async def test_anybody_turns_the_pages(rig: Rig, desk: MemoryDesk) -> None:
    message = await stands(rig, review(rig, desk), above="> <https://example.com/1>")
    assert "Something is wrong in 5" not in rig.discord.visible(message)
    outcome = await rig.discord.presses(message, "›", "bob")
    assert told(outcome) == ""
    shown = rig.discord.visible(message)
    assert "Something is wrong in 5" in shown
    assert "Something is wrong in 1" not in shown
    assert shown.startswith("> <https://example.com/1>")
    await rig.discord.presses(message, "‹", "alice")
    assert "Something is wrong in 1" in rig.discord.visible(message)
    assert [b.get("label") for b in rig.discord.buttons(message)][-3:] == [
        *("Review again", None, None)
    ]
    assert desk.asked[0].channel == rig.discord.place("general").id


async def test_a_fix_is_shown_to_who_pressed_and_nobody_else(rig: Rig, desk: MemoryDesk) -> None:
    message = await stands(rig, review(rig, desk))
    outcome = await rig.discord.presses(message, "Show fix", "bob")
    assert "+x = int(y)" in told(outcome)
    assert "Something is wrong in 1" in told(outcome)
    desk.fixes.clear()
    outcome = await rig.discord.presses(message, "Show fix", "bob")
    assert told(outcome) == say("card_no_fix", "en")


async def test_a_long_fix_is_whole_in_a_file(rig: Rig, desk: MemoryDesk) -> None:
    message = await stands(rig, review(rig, desk))
    desk.fixes[f"{1:012x}"] = "```diff\n" + "+x = 1  # and so on\n" * 300 + "```"
    outcome = await rig.discord.presses(message, "Show fix", "bob")
    (shown,) = outcome.private
    assert shown.attachments[0].data.count(b"and so on") == 300


async def test_an_explanation_is_asked_for_in_the_reviews_thread(
    rig: Rig, desk: MemoryDesk
) -> None:
    message = await stands(rig, review(rig, desk))
    outcome = await rig.discord.presses(message, named(rig, message, "Explain", 1), "bob")
    assert outcome.loading
    (asked,) = rig.sink.put_in
    assert isinstance(asked, Command)
    assert (asked.name, asked.text) == (EXPLAIN, f"{REVIEW}/{2:012x}")
    assert (asked.thread.thread, asked.private) == ("42", False)
    assert asked.author.id == rig.discord.person("bob").id
    await rig.deliver(asked, TextDelta("**2.** So."), Done("**2.** So."))
    assert outcome.text == "**2.** So."
    assert [m.visible_to for m in outcome.messages] == [None]
    again = await rig.discord.presses(message, named(rig, message, "Explain", 1), "bob")
    assert told(again) == ""
    assert len(rig.sink.put_in) == 1


async def test_who_asked_dismisses_a_finding(rig: Rig, desk: MemoryDesk) -> None:
    message = await stands(rig, review(rig, desk))
    opened = await rig.discord.presses(message, named(rig, message, "Dismiss", 1), "alice")
    assert opened.modal is not None
    assert opened.modal.title == say("dismiss_title", "en")
    done = await rig.discord.submits(
        opened.modal, {"reason": ["intended"], "note": "y is ours: token sk-" + "a1" * 24}
    )
    assert told(done) == ""
    (dismissal,) = desk.dismissals
    assert (dismissal.finding, dismissal.reason) == (f"{2:012x}", "intended")
    assert dismissal.author.id == rig.discord.person("alice").id
    assert "a1a1a1" not in dismissal.note
    assert len(dismissal.note) <= LONGEST_NOTE
    await rig.discord.presses(message, "›", "bob")
    assert "~~2\\. 🟠 High · Something is wrong in 2~~" in rig.discord.visible(message)


async def test_others_are_told_before_a_dialog_opens_and_moderators_may(
    rig: Rig, desk: MemoryDesk
) -> None:
    message = await stands(rig, review(rig, desk))
    outcome = await rig.discord.presses(message, "Dismiss", "bob", locale="zh-CN")
    assert told(outcome) == say("card_not_yours", "zh-CN")
    await rig.discord.moderator("carol")
    opened = await rig.discord.presses(message, "Dismiss", "carol")
    await rig.discord.submits(opened.modal, {"reason": ["later"]})
    assert [one.anyone for one in desk.dismissals] == [True]


async def test_who_lost_the_right_meanwhile_is_told_so(rig: Rig, desk: MemoryDesk) -> None:
    bob = rig.discord.person("bob").id
    made = desk.cards[REVIEW] = replace(review(rig, desk), askers=(bob,))
    message = await stands(rig, made)
    opened = await rig.discord.presses(message, "Dismiss", "bob")
    desk.cards[REVIEW] = replace(made, askers=())
    done = await rig.discord.submits(opened.modal, {"reason": ["later"]})
    assert told(done) == say("card_not_yours", "en")


async def test_on_an_outdated_view_the_finding_that_was_seen_is_meant(
    rig: Rig, desk: MemoryDesk
) -> None:
    made = review(rig, desk)
    message = await stands(rig, made)
    first, *rest = made.findings
    desk.cards[REVIEW] = replace(
        made, version="cccccccc", findings=(*rest, replace(first, status="fixed"))
    )
    outcome = await rig.discord.presses(message, "Show fix", "bob")
    await until(lambda: len(outcome.private) == 2)
    assert "+x = int(y)" in told(outcome)
    assert say("card_changed", "en") in told(outcome)
    assert "Something is wrong in 1" not in rig.discord.visible(message)  # on the last page now


async def test_a_finding_that_is_gone_or_closed_is_not_dismissed(
    rig: Rig, desk: MemoryDesk
) -> None:
    made = review(rig, desk)
    message = await stands(rig, made)
    gone, closed = named(rig, message, "Dismiss", 0), named(rig, message, "Dismiss", 1)
    _, second, *rest = made.findings
    desk.cards[REVIEW] = replace(
        made, version="cccccccc", findings=(*rest, replace(second, status="fixed"))
    )
    pressed = await rig.discord.presses(message, gone, "alice")
    await until(lambda: pressed.private)
    assert told(pressed) == say("card_finding_gone", "en")
    message = await stands(rig, made)
    pressed = await rig.discord.presses(message, closed, "alice")
    await until(lambda: pressed.private)
    assert told(pressed) == say("card_finding_closed", "en")
    assert desk.dismissals == []


async def test_a_page_that_is_gone_becomes_the_last_one(rig: Rig, desk: MemoryDesk) -> None:
    made = review(rig, desk, 12)
    message = await stands(rig, made, number=1)
    desk.cards[REVIEW] = replace(made, version="cccccccc", findings=made.findings[:2])
    outcome = await rig.discord.presses(message, "›", "bob")
    await until(lambda: outcome.private)
    assert told(outcome) == say("card_changed", "en")
    assert "Something is wrong in 2" in rig.discord.visible(message)


async def test_an_outdated_view_is_brought_up_to_date_beside_an_explanation(
    rig: Rig, desk: MemoryDesk
) -> None:
    made = review(rig, desk)
    message = await stands(rig, made)
    desk.cards[REVIEW] = replace(made, version="cccccccc", summary="It is different now.")
    await rig.discord.presses(message, "Explain", "bob")
    await until(lambda: "It is different now." in rig.discord.visible(message))


async def test_a_forgotten_review_is_told_kindly(rig: Rig, desk: MemoryDesk) -> None:
    message = await stands(rig, review(rig, desk))
    opened = await rig.discord.presses(message, "Dismiss", "alice")
    desk.cards.clear()
    for button in ("›", "Show fix", "Explain", "Dismiss"):
        outcome = await rig.discord.presses(message, button, "alice")
        assert told(outcome) == say("card_forgotten", "en")
    done = await rig.discord.submits(opened.modal, {"reason": ["other"]})
    assert told(done) == say("card_forgotten", "en")


async def test_a_store_that_is_away_is_told_of(rig: Rig, desk: MemoryDesk) -> None:
    message = await stands(rig, review(rig, desk))
    opened = await rig.discord.presses(message, "Dismiss", "alice")
    desk.away = True
    for button in ("›", "Show fix", "Explain", "Dismiss"):
        outcome = await rig.discord.presses(message, button, "alice")
        assert told(outcome) == say("press_again", "en")
    done = await rig.discord.submits(opened.modal, {"reason": ["other"]})
    assert told(done) == say("press_again", "en")
    assert "Something is wrong in 1" in rig.discord.visible(message)


async def test_an_inbox_that_hangs_is_told_of_in_time(rig: Rig, desk: MemoryDesk) -> None:
    message = await stands(rig, review(rig, desk))
    rig.sink.hangs = True
    outcome = await rig.discord.presses(message, "Explain", "bob")
    assert told(outcome) == say("press_unsure", "en")


async def test_the_buttons_work_after_a_restart_and_in_one_of_two_processes(
    rig: Rig, desk: MemoryDesk
) -> None:
    message = await stands(rig, review(rig, desk))
    opened = await rig.discord.presses(message, "Dismiss", "alice")
    await rig.again()
    await rig.begin()
    await rig.discord.presses(message, "›", "bob")
    assert "Something is wrong in 5" in rig.discord.visible(message)
    await rig.discord.submits(opened.modal, {"reason": ["later"]})
    await rig.settle()
    assert len(desk.dismissals) == 1


@pytest.mark.parametrize("fault", ["reset", "503"])
async def test_a_lost_acknowledgement_of_a_page_is_asked_for_again(
    rig: Rig, desk: MemoryDesk, fault: str
) -> None:
    message = await stands(rig, review(rig, desk))
    rig.discord.fail("POST /interactions/{interaction_id}/{interaction_token}/callback", fault)
    await rig.discord.presses(message, "›", "bob")
    assert "Something is wrong in 5" in rig.discord.visible(message)


async def test_a_button_of_another_release_is_answered_kindly(rig: Rig) -> None:
    row = {"type": 2, "style": 2, "label": "Old", "custom_id": "parley:magic:1.2.3"}
    body = {"content": "So.", "components": [{"type": 1, "components": [row]}]}
    general = rig.discord.place("general")
    raw = await rig.rest.call("messages.post", channel_id=general.id, json=body)
    outcome = await rig.discord.presses(general.messages[raw["id"]], "Old", "bob")
    assert told(outcome) == say("too_late_to_press", "en")


# -- a command's answer as a card ---------------------------------------------------------------


async def reviewed(rig: Rig, shown: ReviewCard, **how: Any) -> Outcome:
    """Review by the command; the text grows before the card takes its place."""
    outcome = await rig.discord.runs("general", "alice", "review", text="x = eval(y)")
    replies = (TextDelta(shown.text), shown, Done(shown.text))
    await rig.deliver(rig.commands[-1], *replies, **how)
    return outcome


async def test_a_commands_answer_becomes_a_card(rig: Rig, desk: MemoryDesk) -> None:
    outcome = await reviewed(rig, review(rig, desk))
    (message,) = outcome.messages
    assert message.flags & MessageFlag.COMPONENTS_V2
    assert "Something is wrong in 1" in outcome.text
    assert rig.discord.pinged_by_bot() == []
    await rig.discord.presses(message, "›", "bob")
    assert "Something is wrong in 5" in rig.discord.visible(message)


async def test_a_message_that_was_reviewed_is_linked_above_its_card(
    rig: Rig, desk: MemoryDesk
) -> None:
    code = await rig.discord.user_posts("general", "bob", "`x = eval(y)`")
    outcome = await rig.discord.chooses(code, "Review this code", "alice")
    made = review(rig, desk)
    await rig.deliver(rig.commands[-1], TextDelta(made.text), made, Done(made.text))
    (message,) = outcome.public
    for turn in ("›", "‹"):
        assert rig.discord.visible(message).startswith("> <https://discord.com/channels/")
        await rig.discord.presses(message, turn, "bob")
    # And above the one that takes its place.
    await rig.discord.presses(message, "Review again", "alice")
    wish = rig.sink.put_in[-1]
    assert isinstance(wish, Regenerate)
    newer = replace(made, version="dddddddd", summary="All is new.")
    receipt = MemoryReceipt(key="another", known={0: message.id})
    await rig.deliver(wish, TextDelta(newer.text), newer, Done(newer.text), receipt=receipt)
    shown = rig.discord.visible(message)
    assert shown.startswith("> <https://discord.com/channels/")
    assert "All is new." in shown
    assert len(rig.discord.own("general")) == 1


async def test_a_private_review_is_a_card_that_only_who_asked_sees(
    rig: Rig, desk: MemoryDesk
) -> None:
    outcome = await rig.discord.runs(
        "general", "alice", "ask", question="review this `x = eval(y)`", private=True
    )
    made = review(rig, desk)
    await rig.deliver(rig.commands[-1], TextDelta(made.text), made, Done(made.text))
    (message,) = outcome.private
    assert "Something is wrong in 1" in told(outcome)
    assert "Review again" not in [b.get("label") for b in rig.discord.buttons(message)]
    await rig.discord.presses(message, "›", "alice")
    assert "Something is wrong in 5" in rig.discord.visible(message)
    explained = await rig.discord.presses(message, "Explain", "alice")
    assert rig.commands[-1].private
    await rig.deliver(rig.commands[-1], TextDelta("So."), Done("So."))
    assert "So." in told(explained)
    opened = await rig.discord.presses(message, "Dismiss", "alice")
    await rig.discord.submits(opened.modal, {"reason": ["other"], "note": "mine"})
    assert "~~" in rig.discord.visible(message)


async def test_a_retry_of_a_command_fills_the_card_again(rig: Rig, desk: MemoryDesk) -> None:
    made = review(rig, desk)
    receipt = MemoryReceipt()
    outcome = await reviewed(rig, made, receipt=receipt)
    await rig.deliver(
        rig.commands[-1],
        *(TextDelta(made.text), made, Done(made.text)),
        receipt=receipt.after_a_crash(),
    )
    assert "Something is wrong in 1" in outcome.text
    assert len(outcome.messages) == 1


async def test_a_footer_of_a_card_says_review_again() -> None:
    rows = footer(Stage.ANSWERED, "name", lambda key: say(key, "en"), label="card_again")
    assert rows[0]["components"][0]["label"] == "Review again"
    assert layout.is_card([]) is False


@pytest.mark.parametrize("label", ["›", "Show fix", "Explain", "Dismiss"])
async def test_a_button_of_another_review_does_nothing_under_a_card(
    rig: Rig, desk: MemoryDesk, label: str
) -> None:
    made = review(rig, desk)
    message = await stands(rig, made)
    other = "fedcba9876543210"
    desk.cards[other] = replace(made, id=other, summary="Nobody else's business.")
    button = next(b for b in rig.discord.buttons(message) if b.get("label") == label)
    button["custom_id"] = button["custom_id"].replace(REVIEW, other)
    before = rig.discord.visible(message)
    outcome = await rig.discord.presses(message, button["custom_id"], "bob")
    assert told(outcome) == say("card_forgotten", "en")
    assert outcome.modal is None
    assert rig.discord.visible(message) == before
