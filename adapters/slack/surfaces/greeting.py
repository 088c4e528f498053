"""One short hello where the bot is invited: how to ask, how to stop, what it remembers.

Once for each invitation, whatever is delivered again and whichever process hears it: the invitation
is claimed in the store, and acknowledged only when the hello stands.
Source: https://docs.slack.dev/reference/events/member_joined_channel.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from adapters.slack.commands import COMMAND, OWN_NAME, shown
from adapters.slack.outbound import Said, SlackSurface
from adapters.slack.standing import Spot
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from adapters.streaming import Stage
from bot.errors import PlatformGone, PlatformTemporary
from bot.events import ThreadRef
from bot.store.notes import Notes
from bot.wording import say, span

CLAIM_SECONDS = 40
"""How long an invitation is left to the process that claimed it: Slack sends the event again after
a minute."""

DONE_SECONDS = 7 * 24 * 3600

_CLAIMED, _DONE = "claimed", "done"


class Greeted(PlatformTemporary):
    """Another process is saying hello; whether it succeeds is not known yet."""


class _Hello(SlackSurface):
    """Says words of our own, in which the bot is named by a mention: in a model's text none is
    one."""

    def __init__(self, workspace: Workspace, thread: ThreadRef, key: str, stamp: str) -> None:
        super().__init__(Spot(workspace.client, workspace.lines, thread, key, stamp))
        self._bot = workspace.me.user

    def _content(self, said: Said) -> dict[str, Any]:
        return {"text": shown(said.markdown, self._bot)}


class Greeting:
    """Says hello in channels that the bot is invited to; `allowed` tells where it answers."""

    def __init__(
        self,
        notes: Notes,
        tongues: Tongues,
        *,
        history_ttl: float,
        allowed: Callable[[Collection[str]], bool],
    ) -> None:
        self._notes = notes
        self._tongues = tongues
        self._history_ttl = history_ttl
        self._allowed = allowed

    async def handle(self, body: Mapping[str, Any], workspace: Workspace) -> None:
        """Say hello if it is the bot that has joined. Raises what keeps the event unacknowledged:
        `StoreUnavailable`, and the `PlatformError` family but for a place that is gone."""
        event = body["event"]
        channel = str(event.get("channel") or "")
        if event.get("user") != workspace.me.user or not channel:
            return
        if not await self._answers_in(workspace, channel):
            return
        stamp = str(event.get("event_ts") or body.get("event_id") or "")
        name = f"slack/hello/{workspace.team}/{channel}/{stamp}"
        if not await self._notes.claim(name, _CLAIMED, CLAIM_SECONDS):
            if await self._notes.read(name) != _DONE:
                raise Greeted("another process says hello")
            return
        try:
            await self._say(event, workspace, channel, name)
        except PlatformGone:
            pass  # sent away again, or not allowed to write there
        except Exception:
            await self._notes.drop(name)
            raise  # who is cancelled keeps the claim: the post may still be on its way
        await self._notes.keep(name, _DONE, DONE_SECONDS)

    async def _say(
        self, event: Mapping[str, Any], workspace: Workspace, channel: str, name: str
    ) -> None:
        locale = await self._tongues.of(workspace, str(event.get("inviter") or ""))
        remembered = span(self._history_ttl, locale)
        text = say("hello", locale, mention=OWN_NAME, command=COMMAND, remembered=remembered)
        thread = ThreadRef("slack", workspace.team, channel)
        stamp = str(event.get("event_ts") or "0")
        surface = _Hello(workspace, thread, name, stamp)
        # A process may have ended right behind its post.
        if not await surface.find():
            await surface.post(0, text, Stage.CLOSED)

    async def _answers_in(self, workspace: Workspace, channel: str) -> bool:
        if self._allowed([channel]):
            return True
        thread = ThreadRef("slack", workspace.team, channel)
        known = (await workspace.people.named(thread, {channel})).get(channel)
        return known is not None and self._allowed([channel, known.name])
