"""The pane in which people talk to the bot beside a channel: prompts to begin with, a title, and
which channel they have open.

Slack has two such panes. In the older one each conversation is a thread that begins with an event
(https://docs.slack.dev/ai/developing-agents); in the newer one it is the direct message itself
(https://docs.slack.dev/ai/migrating-to-agent-messaging).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.limits import PROMPTS, TITLE
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from bot.events import Author, Message, ThreadRef
from bot.store.notes import Notes
from bot.wording import say

KEPT_SECONDS = 30 * 24 * 3600

LONGEST_TITLE = 60
"""Characters of a title: about what the list of conversations shows."""

CHANNEL = "slack#/types/channel_id"
"""The kind of thing beside the conversation that is told on; others are documents and lists."""


@dataclass(frozen=True, slots=True)
class Pane:
    """A conversation beside a channel: whose it is, and which channel is open."""

    thread: ThreadRef
    person: str
    beside: str


class Assistant:
    """Handles the events of both panes."""

    def __init__(self, notes: Notes, tongues: Tongues) -> None:
        self._notes = notes
        self._tongues = tongues

    async def opened(self, event: Mapping[str, Any], workspace: Workspace) -> Pane | None:
        """Note what is open beside a conversation that has begun or moved on; None for an event
        without one. Raises `StoreUnavailable`."""
        pane = _pane(event, workspace.team)
        if pane is not None:
            name = _name("open", pane.thread)
            await self._notes.keep(name, json.dumps(pane.beside), KEPT_SECONDS)
        return pane

    async def suggest(self, pane: Pane, workspace: Workspace) -> None:
        """Offer prompts that fit what is open, until something was asked. Raises
        `StoreUnavailable` and the `PlatformError` family."""
        if await self._notes.read(_name("titled", pane.thread)):
            return
        locale = await self._tongues.of(workspace, pane.person)
        known: Mapping[str, Author] = {}
        if pane.beside:
            known = await workspace.people.named(pane.thread, {pane.beside})
        name = known[pane.beside].name if pane.beside in known else ""
        thread = pane.thread
        where = {"thread_ts": thread.thread} if thread.thread else {}
        await workspace.client.read(
            PROMPTS,
            channel_id=thread.channel,
            title=say("prompts_title", locale),
            prompts=prompts(locale, name),
            **where,
        )

    async def looking_at(self, event: Mapping[str, Any], message: Message) -> str:
        """Tell which channel is open beside a direct message, empty for none. Raises
        `StoreUnavailable`."""
        if message.place.kind != "direct":
            return ""
        told = event.get("app_context")
        if isinstance(told, Mapping):
            return _channel(told)
        for thread in dict.fromkeys((message.thread, _direct(message.thread))):
            if noted := await self._notes.read(_name("open", thread)):
                return str(json.loads(noted))
        return ""

    async def asked(self, message: Message, workspace: Workspace) -> None:
        """Give a conversation in the older pane its title, by the first question."""
        thread = message.thread
        if message.place.kind != "direct" or not thread.thread:
            return
        if not await self._notes.read(_name("open", thread)):
            return  # a thread under a direct message: it has no title
        name = _name("titled", thread)
        if (text := title(message.text)) and await self._notes.claim(name, "1", KEPT_SECONDS):
            await workspace.client.read(
                TITLE, channel_id=thread.channel, thread_ts=thread.thread, title=text
            )


def prompts(locale: str, channel: str = "") -> list[dict[str, str]]:
    """Return what may be asked to begin with, four at most; `channel` is the open one's name."""
    keys = ["prompt_weather", "prompt_time", "prompt_abilities"]
    listed = [{"title": say(key, locale), "message": say(f"{key}_text", locale)} for key in keys]
    last = {"title": say("prompt_draft", locale), "message": say("prompt_draft_text", locale)}
    if channel:
        last = {
            "title": say("prompt_channel", locale, channel=channel),
            "message": say("prompt_channel_text", locale, channel=channel),
        }
    return [last, *listed]


def title(text: str) -> str:
    """Make a title of a question: its first line, cut between words."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    line = next((line for line in lines if line.strip("`>#*-_ ")), "")
    if len(line) <= LONGEST_TITLE:
        return line
    at = line.rfind(" ", 0, LONGEST_TITLE + 1)
    # Languages without spaces are cut anywhere.
    cut = line[: at if at > LONGEST_TITLE // 2 else LONGEST_TITLE]
    return cut.rstrip(" ,.;:，。；：、") + "…"


def _pane(event: Mapping[str, Any], team: str) -> Pane | None:
    """Read where a pane is, who looks at it and which channel is open beside it."""
    pane = event.get("assistant_thread")
    if isinstance(pane, Mapping):
        channel, ts = str(pane.get("channel_id") or ""), str(pane.get("thread_ts") or "")
        context = pane.get("context")
        beside = str(context.get("channel_id") or "") if isinstance(context, Mapping) else ""
        person = str(pane.get("user_id") or "")
    else:
        channel, ts, person = str(event.get("channel") or ""), "", str(event.get("user") or "")
        context = event.get("context")
        beside = _channel(context) if isinstance(context, Mapping) else ""
    return Pane(ThreadRef("slack", team, channel, ts), person, beside) if channel else None


def _channel(context: Mapping[str, Any]) -> str:
    entities = context.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, Mapping) and entity.get("type") == CHANNEL:
            return str(entity.get("value") or "")
    return ""


def _direct(thread: ThreadRef) -> ThreadRef:
    return ThreadRef(thread.platform, thread.workspace, thread.channel)


def _name(what: str, thread: ThreadRef) -> str:
    return f"slack/pane/{what}/{thread.workspace}/{thread.channel}/{thread.thread}"
