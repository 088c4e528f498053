"""What people see and press under the bot's answers."""

from __future__ import annotations

import re
from typing import Any

import aiohttp

from adapters.slack.surfaces.buttons import AGAIN, FEEDBACK, STOP
from tests.scenarios.slack.world import World
from tests.servers.slack import Message, Outcome

NAMES = {STOP: "stop", AGAIN: "again", FEEDBACK: "feedback"}


def offered(world: World, message: Message) -> list[str]:
    """Return which buttons stand under a message."""
    return [NAMES[element["action_id"]] for element in world.slack.elements(message)]


def offers(world: World, question: Message) -> list[list[str]]:
    """Return which buttons stand under each message of an answer."""
    return [offered(world, reply) for reply in world.slack.replies(question)]


async def growing(world: World, question: Message, text: str) -> Message:
    """Wait until an answer shows `text`; returns its newest message."""
    found: list[Message] = await world.until(
        lambda: [r for r in world.slack.replies(question) if text in world.slack.visible(r)]
    )
    return found[-1]


async def thumbs(world: World, message: Message, user: str, side: str) -> Outcome:
    """Give a thumb: `positive` or `negative`."""
    (element,) = [e for e in world.slack.elements(message) if e["action_id"] == FEEDBACK]
    value = element[f"{side}_button"]["value"]
    return await world.slack.click(message, FEEDBACK, user, value)


async def told(world: World, user: str, text: str) -> Any:
    """Wait until a person alone has been told a sentence that holds `text`."""
    return await world.until(
        lambda: [
            e for e in world.slack.ephemerals_for(user) if text in world.slack.ephemeral_text(e)
        ]
    )


async def counted(world: World) -> dict[str, float]:
    """Return how many thumbs the bots have counted, by `up` and `down`."""
    found: dict[str, float] = {}
    async with aiohttp.ClientSession() as session:
        for bot in world.bots:
            async with session.get(f"{bot.url}/metrics") as response:
                text = await response.text()
            for word, count in re.findall(r'feedback_total\{.*value="(\w+)"\} ([\d.]+)', text):
                found[word] = found.get(word, 0) + float(count)
    return found
