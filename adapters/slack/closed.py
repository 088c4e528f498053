"""What is said when the bot may not write in the place in which it was asked.

Who asked learns it in a direct message, and the operator once an hour for each channel and reason.
Nothing that stands in the channel is repeated, only its name as Slack shows it to who may know it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.common.closed import ONCE_SECONDS, OPERATOR_SECONDS, tell_of_it
from adapters.slack import operators, render
from adapters.slack.answers.answering import asked_in
from adapters.slack.answers.asides import direct_channel
from adapters.slack.client import CallRefused
from adapters.slack.inbound import timestamp
from adapters.slack.outbound import Said, SlackSurface
from adapters.slack.standing import Spot
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import NAME, OneWorkspace, Workspace
from adapters.streaming import Stage
from bot.events import ThreadRef
from bot.platform import Batch
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)

REASONS: Mapping[str, str] = {
    "is_archived": "place_archived",
    "is_inactive": "place_archived",  # what chat.update says of it
    "not_in_channel": "place_not_member",
    "channel_not_found": "place_not_member",
    "cannot_reply_to_message": "place_not_allowed",
}
"""Slack's words for a closed place (https://docs.slack.dev/reference/methods/chat.postMessage), and
the sentences that tell of them."""

RESTRICTED = "restricted_action"
"""What the other words for it begin with."""

_PLACE = "@channel-name"
"""Stands for the channel while a sentence is rendered."""


def reason(code: str) -> str:
    """Name the sentence that tells of a refusal, empty for one that closes no place."""
    return "place_not_allowed" if code.startswith(RESTRICTED) else REASONS.get(code, "")


class Closed:
    """Tells of places that are closed to the bot. `told` are the channels that operators named,
    other platforms' too; they are of the workspace `home`, if there is one."""

    def __init__(
        self,
        notes: Notes,
        tongues: Tongues,
        told: Sequence[str] = (),
        home: OneWorkspace | None = None,
    ) -> None:
        self._notes = notes
        self._tongues = tongues
        self._operators = operators.channels(told, home=home is not None)
        self._home = home
        if trouble := operators.trouble(told, home=home is not None):
            _log.warning(trouble)

    async def tell(self, error: CallRefused, workspace: Workspace, batch: Batch, key: str) -> None:
        """Tell of a reply (its `key`) that was refused. Raises nothing: the turn ends in any case,
        with its line in the log."""
        asked, where = asked_in(batch), batch.thread.channel
        private = asked is not None and asked.private
        if private or batch.first.place.kind == "direct" or where.startswith("D"):
            return
        if not (sentence := reason(error.code)):
            return

        async def person(one: str) -> None:
            await self._tell_person(sentence, workspace, batch, f"{key}/{one}", one)

        operator = partial(self._tell_operator, error.code, workspace, batch)
        await tell_of_it(batch, person, self._operators, operator)

    async def _tell_person(
        self, sentence: str, workspace: Workspace, batch: Batch, key: str, person: str
    ) -> None:
        name = f"slack/closed/{workspace.team}/{key}"
        if not await self._notes.claim(name, "1", ONCE_SECONDS):
            return
        locale = await self._tongues.of(workspace, person)
        text = say(sentence, locale, channel=_PLACE, mention=f"@{NAME}")
        channel = await direct_channel(workspace.client, person)
        await _post(workspace, channel, name, batch, _shown(text, batch.thread.channel))

    async def _tell_operator(
        self, code: str, workspace: Workspace, batch: Batch, operator: str
    ) -> None:
        channel, team = batch.thread.channel, workspace.team
        name = f"slack/closed/{team}/{channel}/{code}/{operator}"
        if not await self._notes.claim(name, "1", OPERATOR_SECONDS):
            return
        teller = workspace if self._home is None else await self._home.of("")
        place = _PLACE if teller.team == team else f"`{channel}`"
        text = say("operator_place_closed", "", channel=place, team=team, reason=code)
        await _post(teller, operator, name, batch, _shown(text, channel))


class _Ready(SlackSurface):
    """Posts text that is mrkdwn already."""

    def _content(self, said: Said) -> dict[str, Any]:
        return {"text": said.markdown}


async def _post(workspace: Workspace, channel: str, key: str, batch: Batch, text: str) -> None:
    """Post once, in its slot; a lost answer is looked for before it is posted again."""
    thread = ThreadRef("slack", workspace.team, channel)
    stamp = timestamp(batch.first.at)
    surface = _Ready(Spot(workspace.client, workspace.lines, thread, key, stamp))
    await surface.post(0, text, Stage.CLOSED)


def _shown(markdown: str, channel: str) -> str:
    """Render a sentence in which a channel is named."""
    if not operators.CHANNEL.fullmatch(channel):
        return render.to_mrkdwn(markdown.replace(_PLACE, f"`{channel}`"))
    return render.to_mrkdwn(markdown).replace(render.to_mrkdwn(_PLACE), f"<#{channel}>")
