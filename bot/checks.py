"""A later look at a finished turn that had changed hands: its former owner may have written on.

Written by the worker that finished the turn, kept by the inbox, looked at when the former owner can
no longer write.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot import events
from bot.errors import NewerVersion, PlatformTemporary, StoreUnavailable
from bot.platform import Batch, Platform
from bot.store.histories import Histories

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """What a later look at a finished turn needs."""

    key: str
    event: events.TurnEvent
    parts: tuple[str, ...]
    text: str

    def write(self) -> str:
        """Spell the check as JSON."""
        body = {"key": self.key, "event": events.encode(self.event), "parts": self.parts}
        return json.dumps({**body, "text": self.text}, ensure_ascii=False)

    @classmethod
    def read(cls, record: str) -> Check:
        """Read a check back. Raises `NewerVersion` or `MalformedValue`."""
        body = json.loads(record)
        event = events.decode(body["event"])
        return cls(body["key"], event, tuple(body["parts"]), body["text"])


async def look_again(record: str, histories: Histories, platforms: Mapping[str, Platform]) -> bool:
    """Mend what a former owner left visible; False to be asked again later.

    Raises `StoreUnavailable`.
    """
    try:
        check = Check.read(record)
        thread = check.event.thread
        text = check.text
        if text and check.parts:
            # Given anew, edited away or forgotten since: what it read is not to come back.
            entry = await histories.entry(thread.key, check.parts[0])
            text = text if entry is not None and entry.text == text else ""
        batch = Batch(thread, (check.event,))
        await platforms[thread.platform].tidy(batch, check.key, check.parts, text)
    except (NewerVersion, PlatformTemporary) as error:
        _log.info("looked at again later: %s", error)
        return False
    except StoreUnavailable:
        raise
    except Exception:
        _log.exception("a finished turn could not be looked at")
    return True
