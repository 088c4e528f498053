"""Dialogs, the App Home, the pane and invitations, as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.slack.test_commands import posted, told
from tests.scenarios.slack.test_doors import HttpWorld
from tests.scenarios.slack.world import World
from tests.servers.model import says
from tests.servers.slack import Message

pytestmark = pytest.mark.asyncio(loop_scope="package")

SHORTCUT = "ask_about_message"


async def dialog(world: World, message: Message, user: str = "alice") -> Any:
    """Choose the shortcut on a message and return the dialog that opens."""
    before = set(world.slack.views)
    outcome = await world.slack.message_shortcut(SHORTCUT, message, user)
    assert outcome.acked
    (opened,) = set(world.slack.views) - before
    return world.slack.views[opened]


def filled(question: str, audience: str = "public") -> dict[str, dict[str, Any]]:
    """Return what a person has put into the dialog."""
    return {
        "question": {"question": {"type": "plain_text_input", "value": question}},
        "audience": {"audience": {"selected_option": {"value": audience}}},
    }


def shown_home(world: World, user: str = "alice") -> dict[str, Any]:
    """Return the App Home as a person sees it, an empty one before it was published."""
    view = world.slack.homes.get((world.slack.app.id, world.slack.user(user)))
    return view.body if view is not None else {"blocks": []}


def home_text(world: World, user: str = "alice") -> str:
    return json.dumps(shown_home(world, user), ensure_ascii=False)


# -- the shortcut ---------------------------------------------------------------------------------


async def test_a_message_is_asked_about_in_its_thread(world: World) -> None:
    channel = world.channel()
    await world.slack.user_posts(channel, "bob", "an earlier one")
    root = await world.slack.user_posts(channel, "bob", "we run this:\n```\nrm -rf build\n```")
    await world.slack.user_posts(channel, "carol", "why though?", root.ts)
    world.script("is this safe", says("It only removes the build."))
    view = await dialog(world, root)
    assert "rm -rf build" in json.dumps(view.body)
    outcome = await world.slack.submit(view, filled("is this safe?"))
    assert (outcome.acked, outcome.answer) == (True, None)
    await world.until(lambda: world.slack.replies(root))
    await world.until(lambda: "build." in world.slack.visible(world.slack.replies(root)[-1]))
    first, *rest = world.slack.visible(world.slack.replies(root)[-1]).split("\n")
    assert "alice" in first
    assert "is this safe?" in first
    assert "rm -rf" not in first
    assert rest[-1] == "It only removes the build."
    request = await world.request("is this safe")
    assert "rm -rf build" in request.last_user_text
    assert "why though?" in world.spoken(request)
    await world.slack.user_posts(channel, "bob", "thanks, and this?", root.ts)
    await world.request("thanks, and this?")


async def test_a_submission_that_comes_twice_is_answered_once(world: World) -> None:
    channel = world.channel()
    message = await world.slack.user_posts(channel, "bob", "some words")
    view = await dialog(world, message)
    for _ in range(2):
        assert (await world.slack.submit(view, filled("once?"))).acked
    await world.until(lambda: world.slack.replies(message))
    await world.eventually(lambda: world.turns(message))
    assert len(world.slack.replies(message)) == 1


async def test_a_private_question_about_a_message_is_answered_for_one(world: World) -> None:
    channel = world.channel()
    message = await world.slack.user_posts(channel, "bob", "pläusible words")
    world.script("what does bob mean", says("Something plausible."))
    view = await dialog(world, message)
    await world.slack.submit(view, filled("what does bob mean?", "private"))
    await world.until(lambda: told(world, channel)[-1:] == ["Something plausible."])
    assert world.slack.replies(message) == []
    request = await world.request("what does bob mean")
    assert "pläusible words" in request.last_user_text


async def test_a_question_without_words_is_refused_in_the_dialog(world: World) -> None:
    message = await world.slack.user_posts(world.channel(), "bob", "some words")
    view = await dialog(world, message)
    outcome = await world.slack.submit(view, filled("  "))
    assert outcome.answer is not None
    assert outcome.answer["response_action"] == "errors"
    assert set(outcome.answer["errors"]) == {"question"}


async def test_about_a_message_where_the_bot_is_no_member_only_the_asker_is_told(
    world: World,
) -> None:
    channel = world.channel()
    message = await world.slack.user_posts(channel, "bob", "secret words")
    await world.slack.kick(channel, world.slack.bot_user)
    world.script("explain the secret", says("It is a secret."))
    view = await dialog(world, message)
    await world.slack.submit(view, filled("explain the secret"))
    await world.until(lambda: any("It is a secret." in text for text in told(world, channel)))
    text = told(world, channel)[-1]
    assert "/invite" in text
    assert world.slack.replies(message) == []
    assert "secret words" in (await world.request("explain the secret")).last_user_text


# -- the App Home ---------------------------------------------------------------------------------


async def test_the_home_shows_what_there_is_and_keeps_what_is_chosen(world: World) -> None:
    erin = world.person()
    await world.slack.opens_home(erin)
    await world.until(lambda: "Your settings" in home_text(world, erin))
    assert "/parley ask private" in home_text(world, erin)
    home = world.slack.homes[world.slack.app.id, world.slack.user(erin)]
    assert (await world.slack.click(home, "home_language", value="zh-Hans")).acked
    await world.until(lambda: "你的设置" in home_text(world, erin))
    for action, value in (("home_units", "fahrenheit"), ("home_answers", "private")):
        home = world.slack.homes[world.slack.app.id, world.slack.user(erin)]
        await world.slack.click(home, action, value=value)
    channel = world.channel()
    await world.slack.slash("/parley", "help", erin, channel)
    assert "怎样提问" in told(world, channel, erin)[-1]
    await world.slack.slash("/parley", f"ask what of {channel}?", erin, channel)
    await world.until(lambda: "You said" in told(world, channel, erin)[-1])
    assert posted(world, channel) == []
    (request,) = world.requests(f"what of {channel}?")
    system = str(request.messages[0]["content"])
    assert "Fahrenheit" in system
    assert "zh-Hans" in system


async def test_what_somebody_said_is_forgotten_everywhere_at_their_wish(world: World) -> None:
    frank = world.person()
    one, two = world.channel(), world.channel()
    questions = []
    for channel in (one, two):
        questions.append(await world.asks(channel, f"remember plum {channel}", frank))
        await world.answer(questions[-1])
    await world.slack.opens_home(frank)
    await world.until(lambda: "Forget what I said" in home_text(world, frank))
    home = world.slack.homes[world.slack.app.id, world.slack.user(frank)]
    assert (await world.slack.click(home, "home_forget")).acked
    await world.until(lambda: "I have forgotten" in home_text(world, frank))
    for channel, question in zip((one, two), questions, strict=True):
        await world.asks(channel, f"what fruit {channel}?", frank, thread_ts=question.ts)
        assert "plum" not in world.spoken(await world.request(f"what fruit {channel}?"))


# -- the pane -------------------------------------------------------------------------------------


async def test_the_older_pane_gets_prompts_a_title_and_the_open_channel(world: World) -> None:
    root = await world.slack.opens_assistant("alice", context="engineering")
    place = (root.channel, root.ts)
    await world.until(lambda: place in world.slack.assistants)
    prompts = world.slack.assistants[place].prompts
    assert 1 <= len(prompts) <= 4
    assert any("#engineering" in prompt["message"] for prompt in prompts)
    question = "please explain to me how the very long pipeline of our team works in detail"
    await world.slack.user_posts(root.channel, "alice", question, root.ts)
    await world.until(lambda: world.slack.assistants[place].title)
    title = world.slack.assistants[place].title
    assert question.startswith(title.rstrip("…"))
    assert len(title) <= 61
    request = await world.request("very long pipeline")
    assert "#engineering" in str(request.messages[0]["content"])
    await world.slack.user_posts(root.channel, "alice", "and another thing", root.ts)
    await world.request("and another thing")
    assert world.slack.assistants[place].title == title


async def test_the_newer_pane_gets_prompts_without_a_thread(world: World) -> None:
    dana = world.person()
    await world.slack.opens_home(dana, "messages")
    direct = world.slack.dm(dana)
    await world.until(lambda: (direct, "") in world.slack.assistants)
    assert world.slack.assistants[direct, ""].prompts


async def test_prompts_follow_the_channel_that_is_open_until_something_is_asked(
    world: World,
) -> None:
    hana = world.person()
    root = await world.slack.opens_assistant(hana)
    place = (root.channel, root.ts)
    await world.until(lambda: place in world.slack.assistants)
    assert "#general" not in str(world.slack.assistants[place].prompts)
    await world.slack.looks_elsewhere(root, "general", hana)
    await world.until(lambda: "#general" in str(world.slack.assistants[place].prompts))
    await world.slack.user_posts(root.channel, hana, "what shall I do?", root.ts)
    await world.until(lambda: world.slack.assistants[place].title)
    await world.slack.looks_elsewhere(root, "engineering", hana)
    await world.slack.user_posts(root.channel, hana, "and where am I now?", root.ts)
    request = await world.request("where am I now")
    assert "#engineering" in str(request.messages[0]["content"])
    assert "#general" in str(world.slack.assistants[place].prompts)


async def test_in_the_newer_pane_the_model_knows_the_open_channel(world: World) -> None:
    ivo = world.person()
    direct = world.slack.dm(ivo)
    await world.slack.looks_at("engineering", ivo)
    await world.until(
        lambda: (
            "#engineering" in str(world.slack.assistants[direct, ""].prompts)
            if (direct, "") in world.slack.assistants
            else False
        )
    )
    await world.slack.user_posts(direct, ivo, "where am I, please?")
    request = await world.request("where am I, please?")
    assert "#engineering" in str(request.messages[0]["content"])


async def test_a_channel_that_the_bot_may_not_know_is_not_told(world: World) -> None:
    jana = world.person()
    hidden = world.channel(private=True)
    _, where = world.slack.place(hidden)
    where.members.pop(world.slack.bot_user)
    root = await world.slack.opens_assistant(jana, context=hidden)
    await world.slack.user_posts(root.channel, jana, "what is hidden here?", root.ts)
    request = await world.request("what is hidden here?")
    assert "has the channel" not in str(request.messages[0]["content"])
    assert hidden not in str(request.messages)


# -- invitations ----------------------------------------------------------------------------------


async def test_invited_it_says_one_hello_however_often_it_is_told(world: World) -> None:
    channel = world.channel()
    await world.slack.kick(channel, world.slack.bot_user)
    await world.slack.invite(channel, world.slack.bot_user)
    await world.until(lambda: posted(world, channel))
    (delivery,) = [
        d for d in world.slack.deliveries("member_joined_channel") if d.event["channel"] == channel
    ]
    for _ in range(3):
        await world.slack.redeliver(delivery)
    question = await world.asks(channel, "hello yourself")
    await world.answer(question)
    (hello,) = posted(world, channel)
    text = world.slack.visible(hello)
    assert all(word in text for word in ("mention", "Stop", "30 days"))


async def test_others_who_join_are_not_greeted_by_it(world: World) -> None:
    channel, gina = world.channel(), world.person()
    await world.slack.invite(channel, gina)
    question = await world.asks(channel, "who came?")
    await world.answer(question)
    assert posted(world, channel) == []


async def test_outside_of_its_channels_it_stays_silent(tmp_path: Path) -> None:
    async with World(tmp_path, {"CHANNELS": "#random"}).open() as world:
        for name in ("general", "random"):
            _, where = world.slack.place(world.slack.channel(name))
            where.members.pop(world.slack.bot_user, None)
            await world.slack.invite(name, world.slack.bot_user)
        await world.until(lambda: posted(world, world.slack.channel("random")))
        assert posted(world, world.slack.channel("general")) == []


async def test_two_processes_say_one_hello(tmp_path: Path) -> None:
    async with World(tmp_path).open("listen", "listen") as world:
        channel = world.channel()
        await world.slack.kick(channel, world.slack.bot_user)
        await world.slack.invite(channel, world.slack.bot_user)
        (delivery,) = world.slack.deliveries("member_joined_channel")
        await world.slack.redeliver(delivery)
        await world.slack.redeliver(delivery)
        await world.until(lambda: posted(world, channel))
        await world.slack.slash("/parley", "help", channel=channel)
        assert len(posted(world, channel)) == 1


# -- over HTTP -------------------------------------------------------------------------------------


async def test_over_http_everything_works_the_same(tmp_path: Path) -> None:
    world = HttpWorld(tmp_path)
    async with world.open():
        world.call(world.bots[0])
        channel = world.channel()
        outcome = await world.slack.slash("/parley", "ask private over http?", channel=channel)
        assert outcome.acked
        await world.until(lambda: told(world, channel)[-1:] == ["You said: [alice] over http?"])
        message = await world.slack.user_posts(channel, "bob", "some words")
        view = await dialog(world, message)
        refused = await world.slack.submit(view, filled(" "))
        assert refused.answer is not None
        assert refused.answer["response_action"] == "errors"
        assert (await world.slack.submit(view, filled("what is this?"))).answer is None
        await world.until(lambda: world.slack.replies(message))
        await world.slack.opens_home("alice")
        home = (world.slack.app.id, world.slack.user("alice"))
        await world.until(lambda: home in world.slack.homes)
        units = await world.slack.click(world.slack.homes[home], "home_units", value="celsius")
        assert units.acked
