"""Opens dialogs within the three seconds that Slack gives for it
(https://docs.slack.dev/interactivity/handling-user-interaction)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from adapters.common.promptness import reading
from adapters.slack.limits import VIEW
from adapters.slack.workspaces import Workspace
from bot.errors import PlatformError, PlatformTemporary, StoreUnavailable

_log = logging.getLogger(__name__)

OPEN_SECONDS = 1.0
"""Longer Slack is not waited for: it waits itself, for the acknowledgement."""

SLOT_SECONDS = 0.3
"""Of them, for the store."""


async def opened(workspace: Workspace, trigger: str, view: Mapping[str, Any]) -> bool:
    """Tell whether the dialog has opened for certain. No second try: a trigger is good once."""
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            if not await _may_open(workspace):
                raise PlatformTemporary("no slot is free")  # a trigger outlives no wait for one
            await workspace.client.call(VIEW, trigger_id=trigger, view=view)
    except (PlatformError, StoreUnavailable, TimeoutError) as error:
        _log.warning("a dialog was not opened: %s", str(error) or type(error).__name__)
        return False
    return True


async def _may_open(workspace: Workspace) -> bool:
    """Take a slot, if one is free; a dialog does not depend on the store that counts them."""
    try:
        async with reading(SLOT_SECONDS):
            return await workspace.client.allowance.try_take(workspace.client.workspace, VIEW)
    except StoreUnavailable:
        return True
