"""Messages that only the person who pressed a button sees: ephemeral ones, else by the press's
response URL. Called by what handles presses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.slack.answers.responding import ResponseUrl, until
from adapters.slack.limits import EPHEMERAL
from adapters.slack.text.blocks import Block
from adapters.slack.workspaces import Workspace
from bot.errors import PlatformError, PlatformTemporary, StoreError


@dataclass(frozen=True, slots=True)
class Ear:
    """A person at a place: `thread` is the one in which they look, empty for none; `url` answers
    their press five times."""

    person: str
    channel: str
    thread: str = ""
    url: str = ""


async def whisper(
    ear: Ear,
    workspace: Workspace,
    text: str,
    blocks: Sequence[Block] = (),
    *,
    store_away: bool = False,
) -> None:
    """Say something (mrkdwn, and the same as blocks) that only one person sees. Raises the
    `PlatformError` family when neither way is open."""
    client, where = workspace.client, {"thread_ts": ear.thread} if ear.thread else {}
    shown = {"blocks": list(blocks)} if blocks else {}
    try:
        if not store_away and not await client.allowance.try_take(workspace.team, EPHEMERAL):
            raise PlatformTemporary(f"{EPHEMERAL}: no slot now")
        await client.call(
            EPHEMERAL, channel=ear.channel, user=ear.person, text=text, **where, **shown
        )
    except (PlatformError, StoreError):
        if ear.url:
            await ResponseUrl(client, ear.url, until()).say(text, blocks=blocks)
