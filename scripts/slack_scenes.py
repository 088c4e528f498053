"""Everything that people see of the bot in Slack, played by a real bot in a local Slack.

Each scene returns a page of `slack_preview`; `take_slack_picture --all` photographs them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from adapters.slack.cards.layout import shows_card
from adapters.slack.cards.marks import DISMISS
from adapters.slack.surfaces.buttons import AGAIN, STOP
from scripts.scripted import CHINESE, FINDINGS, REVIEW, REVIEWED, pieces
from scripts.slack_preview import Shown, confirmation, dark, page, prompts, thread, view
from tests.scenarios.slack.world import World
from tests.servers.model import fails, says
from tests.servers.slack import Message

COLORS = {"alice": "#7a4f9a", "bob": "#2f7d4f"}


def named(world: World, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a view with people's names in the place of their ids, as Slack shows it."""
    text = json.dumps(body)
    for user in world.slack.workspace.users.values():
        text = text.replace(f"<@{user.id}>", f"<@{user.real_name}>")
    return dict(json.loads(text))


def shown(world: World, message: Message, at: str = "14:20") -> Shown:
    """Return a message as the preview takes it."""
    if message.bot_id:
        return Shown("Parley", "#1f3a5f", at, message.text, tuple(message.blocks), is_app=True)
    name = world.slack.workspace.user(message.user or "").name
    return Shown(name.title(), COLORS[name], at, world.slack.visible(message))


def whispered(world: World, text: str) -> Shown:
    """Return what only one person sees."""
    said = named(world, {"text": text})["text"]
    return Shown("Parley", "#1f3a5f", "14:20", said, is_app=True, private=True)


async def home(world: World) -> str:
    """The App Home before and after everything was forgotten, and the question between."""
    await world.slack.opens_home("alice")
    place = (world.slack.app.id, world.slack.user("alice"))
    await world.until(lambda: place in world.slack.homes)
    before = world.slack.homes[place]
    button = next(b for b in before.body["blocks"] if b["type"] == "actions")["elements"][0]
    await world.slack.click(before, button["action_id"])
    await world.until(
        lambda: len(world.slack.homes[place].body["blocks"]) > len(before.body["blocks"])
    )
    after = world.slack.homes[place]
    views = (
        view(named(world, before.body), "Parley"),
        confirmation(button["confirm"]),
        view(named(world, after.body), "Parley"),
    )
    return page(*views)


async def dialog(world: World) -> str:
    """The dialog about a message."""
    message = await world.slack.user_posts(world.channel(), "bob", ASKED_ABOUT)
    return page(view(await opened(world, message), "Parley"))


async def opened(world: World, message: Message) -> Mapping[str, Any]:
    """Choose the shortcut of a message; returns the dialog."""
    before = set(world.slack.views)
    await world.slack.message_shortcut("ask_about_message", message, "alice")
    (id,) = set(world.slack.views) - before
    return named(world, world.slack.views[id].body)


ASKED_ABOUT = (
    "since 14:05 `checkout` throws:\n```\nTimeoutError: pool exhausted (20/20)\n```\nany idea?"
)


async def hello(world: World) -> str:
    """The hello where it is invited, and where its threads are left."""
    channel = world.channel()
    await world.slack.kick(channel, world.slack.bot_user)
    await world.slack.invite(channel, world.slack.bot_user)
    found = lambda: [m for m in world.slack.messages(channel) if m.bot_id]  # noqa: E731  used twice
    await world.until(found)
    return page(thread(shown(world, message) for message in found()))


async def commands(world: World) -> str:
    """What only one person sees: help, a slip, and what else is acknowledged."""
    channel = world.channel()
    for text in ("help", "halp", "ask", "reset", "leave"):
        await world.slack.slash("/parley", text, channel=channel)
    direct = world.slack.dm("alice")
    await world.slack.slash("/parley", "leave", channel=direct)
    return page(thread(whispered(world, e.text) for e in world.slack.ephemerals_for("alice")))


async def answers(world: World) -> str:
    """A private and a public answer to a command, the last where it is no member."""
    channel = world.channel()
    world.script("half-life", says("About **5,730 years**.\n\n- see `decay.py`\n- and *Libby*"))
    await world.slack.slash("/parley", "ask private the half-life of C-14?", channel=channel)
    told = lambda: [e.text for e in world.slack.ephemerals if e.channel == channel]  # noqa: E731
    waiting = told()
    await world.until(lambda: "5,730" in told()[-1])
    private = [whispered(world, waiting[-1]), whispered(world, told()[-1])]
    await world.slack.slash("/parley", "ask the half-life of C-14?", channel=channel)
    posted = lambda: [m for m in world.slack.messages(channel) if m.bot_id]  # noqa: E731
    public = [whispered(world, told()[-1])]
    await world.until(lambda: posted() and AGAIN in json.dumps(posted()[-1].blocks))
    await world.slack.kick(channel, world.slack.bot_user)
    await world.slack.slash("/parley", "ask what half-life?", channel=channel)
    await world.until(lambda: len(posted()) == 2)
    public += [shown(world, message) for message in posted()]
    return page(thread([*private, *public]))


async def pane(world: World) -> str:
    """What the pane offers, beside a channel and alone."""
    views = []
    for context in ("engineering", None):
        root = await world.slack.opens_assistant("alice", context=context)
        place = (root.channel, root.ts)
        await world.until(lambda place=place: place in world.slack.assistants)
        offered = world.slack.assistants[place]
        views.append(prompts(offered.prompts_title or "", offered.prompts))
    return page(*views)


async def endings(world: World) -> str:
    """An answer that failed, one that was stopped, one that broke off, a limit."""
    channel = world.channel()
    world.script("fail now", fails(401))
    world.script("stop me", says("The first step is to look ", 0.05, "at the log.", 60.0, "never"))
    failed = await world.asks(channel, "fail now")
    await world.answer(failed)
    stopped = await world.asks(channel, "stop me")
    await world.until(lambda: [m for m in world.slack.replies(stopped) if "log" in m.text])
    growing = shown(world, world.slack.replies(stopped)[0])
    await world.slack.click(world.slack.replies(stopped)[0], STOP)
    await world.slack.click(world.slack.replies(stopped)[0], STOP, "bob")
    await world.answer(stopped)
    left = await world.asks(channel, "leave", thread_ts=stopped.ts)
    await world.until(lambda: len(world.slack.replies(stopped)) == 2)
    messages = [failed, *world.slack.replies(failed), stopped]
    last, gone = world.slack.replies(stopped)
    told = [
        whispered(world, world.slack.ephemeral_text(e)) for e in world.slack.ephemerals_for("bob")
    ]
    rows = [shown(world, m) for m in messages]
    return page(
        thread(
            [*rows, growing, shown(world, last), *told, *(shown(world, m) for m in (left, gone))]
        )
    )


async def review(world: World) -> str:
    """A long answer in two messages."""
    world.script("review this", says(*pieces(REVIEW)))
    asked = await world.asks(world.channel(), "review this")
    await world.answer(asked)
    return page(thread(shown(world, m) for m in (asked, *world.slack.replies(asked))))


async def card(world: World) -> str:
    """A review's card in the light theme, in the dark one as narrow as a telephone, and the dialog
    of its Dismiss."""
    asked, answer = await carded(world)
    before = set(world.slack.views)
    dismiss = next(e for e in world.slack.elements(answer) if e["action_id"] == DISMISS)
    await world.slack.click(answer, DISMISS, "alice", dismiss["value"])
    await world.until(lambda: set(world.slack.views) - before)
    (id,) = set(world.slack.views) - before
    shown_dialog = view(named(world, world.slack.views[id].body), "Parley")
    rows = [shown(world, asked), shown(world, answer)]
    return page(thread(rows), dark(thread(rows)), shown_dialog)


async def carded(world: World) -> tuple[Message, Message]:
    """Have code reviewed; returns the question and the card."""
    world.script("def checkout", says(json.dumps(FINDINGS)), says("{}"))
    file = world.slack.file("checkout.py", REVIEWED, mimetype="text/x-python")
    asked = await world.asks(world.channel(), "please review", files=[file])

    def found() -> list[Message]:
        return [m for m in world.slack.replies(asked) if shows_card(m.blocks)]

    (answer,) = await world.until(found)
    return asked, answer


async def table(world: World) -> str:
    """A table with Chinese text."""
    world.script("机房", says(CHINESE))
    asked = await world.asks(world.channel(), "比较一下三个机房")
    await world.answer(asked)
    return page(thread(shown(world, m) for m in (asked, *world.slack.replies(asked))))


SCENES: Mapping[str, Callable[[World], Awaitable[str]]] = {
    scene.__name__: scene
    for scene in (home, dialog, hello, commands, answers, pane, endings, review, card, table)
}
