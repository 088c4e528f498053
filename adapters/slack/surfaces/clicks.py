"""What people press under an answer: Stop, Regenerate, a thumb; and Slack's own stop button.

A press is acknowledged when the store has it, and within Slack's 3 s also when the store is away:
the person is told so, as Slack would not send it again. What needs no acknowledgement runs beside.
Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from adapters.common.beside import Beside
from adapters.common.payloads import mapping
from adapters.common.presses import ASKERS, wish_id
from adapters.common.promptness import claiming, not_pressed
from adapters.slack.inbound import microseconds
from adapters.slack.limits import USER
from adapters.slack.places import place_of
from adapters.slack.surfaces.buttons import AGAIN, FEEDBACK, STOP, Tag
from adapters.slack.surfaces.whispers import Ear, whisper
from adapters.slack.workspaces import Workspace
from bot.errors import PlatformError, StoreUnavailable
from bot.events import Author, Feedback, Place, Regenerate, Stop, ThreadRef
from bot.platform import Controlled, Sink, Stored
from bot.wording import say

_log = logging.getLogger(__name__)

OURS = re.compile(f"^(?:{STOP}|{AGAIN}|{FEEDBACK})$")
"""The action ids that are handled here."""

SESSION_STOPPED = "agent_session_stopped"
"""https://docs.slack.dev/reference/events/agent_session_stopped"""

LOOK_UP_SECONDS = 0.5
"""A sentence beside a press does not wait longer for its language."""

Tongue = Callable[[Workspace, str, float], Awaitable[str]]
"""Tells a person's locale, looked up for at most so many seconds."""


@dataclass(frozen=True, slots=True)
class Press:
    """One press: where, by whom, on which message, and what the button says."""

    action: str
    tag: Tag | None
    team: str
    channel: str
    message: str
    seen_in: str
    """The thread in which the message stands, empty for none."""
    person: str
    at: str
    place: Place = field(default_factory=Place)
    url: str = ""

    @property
    def thread(self) -> ThreadRef:
        """The thread whose turn made the message."""
        return ThreadRef("slack", self.team, self.channel, self.tag.thread if self.tag else "")

    @property
    def home(self) -> ThreadRef:
        """The thread that remembers the answer: a command's has opened one of its own."""
        own = self.thread
        if own.thread and not microseconds(own.thread):
            return ThreadRef("slack", self.team, self.channel, self.seen_in or self.message)
        return own


def read(body: Mapping[str, Any], team: str) -> Press | None:
    """Read a `block_actions` payload; None for what is not a press under a message."""
    actions, where = body.get("actions"), mapping(body.get("container"))
    action = mapping(actions[0]) if isinstance(actions, list) and actions else {}
    channel, person = mapping(body.get("channel")), mapping(body.get("user"))
    in_channel = str(where.get("channel_id") or channel.get("id") or "")
    press = Press(
        action=str(action.get("action_id") or ""),
        tag=Tag.read(action.get("value")),
        team=team,
        channel=in_channel,
        message=str(where.get("message_ts") or ""),
        seen_in=str(where.get("thread_ts") or ""),
        person=str(person.get("id") or ""),
        at=str(action.get("action_ts") or ""),
        place=place_of(in_channel, str(channel.get("name") or "")),
        url=str(body.get("response_url") or ""),
    )
    return press if press.channel and press.message and press.person else None


def session(event: Mapping[str, Any], team: str) -> Press | None:
    """Read the event of Slack's own stop button."""
    thread, person = str(event.get("thread_ts") or ""), str(event.get("user") or "")
    channel = str(event.get("channel") or "")
    at = str(event.get("event_ts") or "")
    press = Press(STOP, Tag(thread, ""), team, channel, thread, thread, person, at)
    return press if channel and person else None


class Clicks:
    """Handles presses."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._beside = Beside(_log)

    async def handle(self, body: Mapping[str, Any], workspace: Workspace, sink: Sink) -> None:
        """Do what was pressed. Raises nothing: every press is acknowledged."""
        press = read(body, workspace.team)
        if press is None:
            return
        try:
            async with claiming():
                await self._act(press, workspace, sink)
        except StoreUnavailable as error:
            _log.warning("a press was not stored: %s", error)
            key = not_pressed(error)
            self._beside.start(self._tell(press, workspace, key, store_away=True))

    async def session_stopped(
        self, event: Mapping[str, Any], workspace: Workspace, sink: Sink
    ) -> None:
        """Stop what Slack's own button is to stop. Raises `StoreUnavailable`: Slack sends events
        again."""
        press = session(event, workspace.team)
        if press is None:
            return
        outcome = await sink.control(Stop(press.thread, Author(press.person, "")))
        if outcome is Controlled.NOTHING:  # else the answer's end takes the button away
            self._beside.start(workspace.lines.sessions.rest(press.thread))
        if outcome is Controlled.NOTHING and press.channel.startswith("D"):
            # A direct message's top level is one conversation, whatever thread its pane shows.
            whole = ThreadRef("slack", press.team, press.channel)
            outcome = await sink.control(Stop(whole, Author(press.person, "")))
        if outcome is Controlled.NOT_ALLOWED:
            self._beside.start(self._stop_as_admin(press, workspace, sink))

    async def settle(self) -> None:
        """Wait for what runs beside the acknowledgements."""
        await self._beside.settle()

    async def close(self) -> None:
        """End what runs beside the acknowledgements."""
        await self._beside.close()

    async def _act(self, press: Press, workspace: Workspace, sink: Sink) -> None:
        if press.tag is None:
            self._beside.start(self._tell(press, workspace, "too_late_to_press"))
        elif press.action == STOP:
            await self._stop(press, workspace, sink)
        elif press.action == AGAIN:
            await self._again(press, press.tag, workspace, sink)
        elif press.action == FEEDBACK:
            await self._rate(press, press.tag, workspace, sink)

    async def _stop(self, press: Press, workspace: Workspace, sink: Sink) -> None:
        outcome = await sink.control(Stop(press.thread, Author(press.person, "")))
        if outcome is Controlled.NOTHING:
            self._beside.start(self._tell(press, workspace, "nothing_to_stop"))
        elif outcome is Controlled.NOT_ALLOWED:
            self._beside.start(self._stop_as_admin(press, workspace, sink))

    async def _stop_as_admin(self, press: Press, workspace: Workspace, sink: Sink) -> None:
        if not await is_admin(press.person, workspace):
            await self._tell(press, workspace, "not_yours_to_stop")
        elif (
            await sink.control(Stop(press.thread, Author(press.person, ""), anyone=True))
            is Controlled.NOTHING
        ):
            await self._tell(press, workspace, "nothing_to_stop")

    async def _again(self, press: Press, tag: Tag, workspace: Workspace, sink: Sink) -> None:
        if press.person not in tag.askers:
            self._beside.start(self._tell(press, workspace, "not_yours_to_repeat"))
            return
        at = microseconds(press.at)
        event = Regenerate(
            id=wish_id(press.message, tag.key, at),
            thread=press.home,
            author=workspace.people.known(press.person) or Author(press.person, ""),
            target=press.message,
            at=at,
            place=Place(press.place.kind, press.place.name, address={ASKERS: " ".join(tag.askers)}),
        )
        if await sink.put(event) is Stored.STORED:
            self._beside.start(self._show_life(event, workspace))

    async def _rate(self, press: Press, tag: Tag, workspace: Workspace, sink: Sink) -> None:
        value: Literal[-1, 0, 1] = 1 if tag.value > 0 else -1 if tag.value < 0 else 0
        author = Author(press.person, "")
        thumb = Feedback(press.message, press.home, author, value, reply=tag.key)
        if await sink.control(thumb) is Controlled.DONE:
            self._beside.start(self._tell(press, workspace, "feedback_thanks"))

    async def _show_life(self, event: Regenerate, workspace: Workspace) -> None:
        locale = await self._tongue(workspace, event.author.id, LOOK_UP_SECONDS)
        await workspace.lines.greet(event.thread, say("thinking", locale))

    async def _tell(
        self, press: Press, workspace: Workspace, key: str, *, store_away: bool = False
    ) -> None:
        """Say a sentence that only who pressed sees."""
        known = workspace.people.known(press.person)
        locale = known.locale if known is not None else ""
        if not store_away:  # else whoever asks for a language would wait for the store
            locale = await self._tongue(workspace, press.person, LOOK_UP_SECONDS)
        ear = Ear(press.person, press.channel, press.seen_in, press.url)
        await whisper(ear, workspace, say(key, locale), store_away=store_away)


async def is_admin(person: str, workspace: Workspace) -> bool:
    """Tell whether somebody runs the workspace."""
    try:
        answer = await workspace.client.read(USER, user=person)
    except PlatformError:
        return False
    user = mapping(answer.get("user"))
    return any(user.get(key) is True for key in ("is_admin", "is_owner", "is_primary_owner"))
