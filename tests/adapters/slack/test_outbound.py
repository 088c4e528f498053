"""What a write holds: the text, the same as blocks, the buttons; and how refused blocks end."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from adapters.slack.outbound import SlackSurface
from adapters.slack.standing import Spot
from adapters.slack.status import StatusLines
from adapters.slack.surfaces.buttons import AGAIN, FEEDBACK, STOP, Tag, footer
from adapters.streaming import MessageGone, Stage, TooLong
from tests.adapters.slack.parts import asked, client_of
from tests.servers.slack import LocalSlack, Message


async def _surface(slack: LocalSlack, client: Any, key: str = "k") -> tuple[SlackSurface, Message]:
    root = await slack.user_posts("general", "alice", "question")
    thread = asked(slack, root).thread
    buttons = partial(footer, tag=Tag(thread.thread, key, ("U1",)), words=str)
    spot = Spot(client, StatusLines(client), thread, key, root.ts)
    surface = SlackSurface(spot, buttons=buttons)
    return surface, root


def _offered(slack: LocalSlack, message: Message) -> list[str]:
    return [element["action_id"] for element in slack.elements(message)]


async def test_a_post_grows_and_ends_with_its_buttons_and_is_never_marked_as_edited() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        id = await surface.post(0, "**Hel", Stage.GROWING)
        (post,) = slack.replies(root)
        assert _offered(slack, post) == [STOP]
        await surface.edit(id, "**Hello**", Stage.ANSWERED)
        assert _offered(slack, post) == [FEEDBACK, AGAIN]
        assert post.text == "*Hello*"
        assert slack.visible(post) == "Hello"
        assert post.edited is None
        await surface.edit(id, "**Hello**", Stage.CLOSED)
        assert _offered(slack, post) == []


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "invalid_attachments"])
async def test_blocks_that_slack_refuses_are_left_out_from_then_on(error: str) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        id = await surface.post(0, "One", Stage.GROWING)
        slack.fail("chat.update", error)
        assert await surface.edit(id, "One **two**", Stage.GROWING)
        assert await surface.edit(id, "One **two** three", Stage.ANSWERED)
        (post,) = slack.replies(root)
        assert slack.visible(post) == "One *two* three"
        assert _offered(slack, post) == []
        assert len(slack.calls_to("chat.update")) == 3


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_text_that_slack_finds_too_long_is_told_from_a_lost_place(method: str) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, _ = await _surface(slack, client)
        id = "" if method == "chat.postMessage" else await surface.post(0, "One", Stage.GROWING)
        slack.fail(method, "msg_too_long", 2)  # with its blocks, and without
        with pytest.raises(TooLong):
            await (surface.edit(id, "Two", Stage.ANSWERED) if id else surface.post(0, "One"))


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message"])
@pytest.mark.parametrize("stage", [Stage.GROWING, Stage.ANSWERED])
async def test_a_half_that_may_not_change_any_more_does_not_stay_beside_the_whole(
    stage: Stage, error: str
) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        id = await surface.post(0, "Half", Stage.GROWING)
        slack.fail("chat.update", error)
        with pytest.raises(MessageGone):
            await surface.edit(id, "Half and whole", stage)
        assert slack.replies(root) == []


async def test_a_half_that_may_not_be_deleted_either_holds_nothing_up() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        id = await surface.post(0, "Half", Stage.GROWING)
        slack.fail("chat.update", "edit_window_closed")
        slack.fail("chat.delete", "cant_delete_message", 9)
        with pytest.raises(MessageGone):
            await surface.edit(id, "Half and whole", Stage.ANSWERED)
        assert len(slack.replies(root)) == len(slack.calls_to("chat.delete")) == 1


async def test_what_does_not_fit_into_blocks_is_shown_as_text() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        await surface.post(0, "```\na\n```\n" * 300, Stage.ANSWERED)
        (post,) = slack.replies(root)
        assert post.blocks == []
        assert post.text.count("a") == 300


async def test_a_text_of_which_nothing_is_visible_still_has_its_buttons() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        await surface.post(0, " \n", Stage.ANSWERED)
        (post,) = slack.replies(root)
        assert slack.visible(post) == post.text == "…"
        assert _offered(slack, post) == [FEEDBACK, AGAIN]


async def test_a_stop_button_that_a_former_owner_left_is_taken_away() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        id = await surface.post(0, "The whole answer.", Stage.ANSWERED)
        await surface.edit(id, "The whole answer.", Stage.GROWING)
        await surface.repair([id], ["The whole answer."])
        (post,) = slack.replies(root)
        assert _offered(slack, post) == [FEEDBACK, AGAIN]


async def test_secrets_are_masked_in_both_looks() -> None:
    secret = "xoxb-123456789012-1234567890123-abcdefghijklmnopqrstuvwx"
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        await surface.post(0, f"It is {secret}.", Stage.ANSWERED)
        (post,) = slack.replies(root)
        assert secret not in f"{post.text} {post.blocks}"
