"""Shows a review's card anew where it stands: another page, or what has changed since.

One after the other for each message, the newest wish wins. By an edit while the workspace's budget
has room beyond what answers need; else, and where the message is no edit's (one person's alone, or
of a channel that the bot is not in), by the press's own URL.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

from adapters.slack.answers.responding import LookRefused, ResponseUrl
from adapters.slack.cards.layout import LEVELS, Laid, lay
from adapters.slack.cards.marks import Mark
from adapters.slack.client import CallRefused
from adapters.slack.limits import UPDATE
from adapters.slack.outbound import LOOK_REFUSED
from adapters.slack.surfaces.dismissing import Site
from adapters.slack.surfaces.newest import Newest
from adapters.slack.surfaces.pressed import thread_of
from adapters.slack.workspaces import Workspace
from bot.cards import ReviewDesk
from bot.errors import PlatformError, PlatformTemporary, StoreError

_log = logging.getLogger(__name__)


class Redrawing:
    """The messages of one process whose cards are shown anew."""

    def __init__(self, desk: ReviewDesk) -> None:
        self._desk = desk
        self._newest = Newest()

    async def show(self, site: Site, mark: Mark, person: str, workspace: Workspace) -> None:
        """Show the page that `mark` names, as the review stands when its turn comes, for the
        `person` who wants it or for all. Raises `StoreUnavailable`."""

        async def work() -> None:
            thread = thread_of(mark, workspace.team, site.channel)
            alone = person if site.private else ""
            card = await self._desk.card(mark.review, thread, alone)
            if card is None:
                return
            heading = _heading(site.heading)
            for level in range(min(mark.level, len(LEVELS) - 1), len(LEVELS)):
                laid = lay(card, replace(mark, level=level), heading)
                if await _shown(laid, site, workspace):
                    return

        await self._newest.do((workspace.team, site.channel, site.message), work)


async def _shown(laid: Laid, site: Site, workspace: Workspace) -> bool:
    """Tell whether nothing plainer has to be tried."""
    try:
        if not site.private and await _edited(laid, site, workspace):
            return True
        url = ResponseUrl(workspace.client, site.url, site.until)
        await url.say(laid.text, blocks=laid.blocks, replace=True)
    except LookRefused as error:
        _log.warning("a smaller page is tried: %s", error)
        return False
    except CallRefused as error:
        _log.warning("a smaller page is tried: %s", error)
        return False
    except PlatformError as error:
        _log.info("a card was not shown anew: %s", error)
    return True


async def _edited(laid: Laid, site: Site, workspace: Workspace) -> bool:
    """Tell whether the message was edited; raises `CallRefused` for blocks alone."""
    client = workspace.client
    try:
        if not await client.allowance.try_take(client.workspace, UPDATE):
            raise PlatformTemporary("no slot is free")
        await client.call(UPDATE, channel=site.channel, ts=site.message, **laid.content)
    except CallRefused as error:
        if error.code in LOOK_REFUSED:
            raise
        _log.info("not to be edited: %s", error)
        return False
    except (PlatformError, StoreError) as error:
        _log.info("not edited now: %s", error)
        return False
    return True


def _heading(written: str) -> dict[str, Any] | None:
    if not written:
        return None
    try:
        block = json.loads(written)
    except ValueError:
        return None
    return block if isinstance(block, dict) else None
