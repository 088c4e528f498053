"""The second look at a finished turn that had changed hands: its former owner may have written on.

Written by the worker that finished the turn, kept by the inbox, looked at when the former owner can
no longer write.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot import event_codec
from bot.errors import NewerVersion, PlatformTemporary, StoreUnavailable
from bot.events import TurnEvent
from bot.platform import Batch, Platform
from bot.store.histories import Histories

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What is needed to look at a finished turn once more."""

    key: str
    event: TurnEvent
    parts: tuple[str, ...]
    text: str

    def write(self) -> str:
        """Spell it as JSON."""
        body = {"key": self.key, "event": event_codec.encode(self.event), "parts": self.parts}
        return json.dumps({**body, "text": self.text}, ensure_ascii=False)

    @classmethod
    def read(cls, record: str) -> SecondLook:
        """Read one back. Raises `NewerVersion` or `MalformedValue`."""
        body = json.loads(record)
        event = event_codec.decode(body["event"])
        return cls(body["key"], event, tuple(body["parts"]), body["text"])


async def look_again(record: str, histories: Histories, platforms: Mapping[str, Platform]) -> bool:
    """Mend what a former owner left visible; False to be asked again later.

    Raises `StoreUnavailable`.
    """
    try:
        look = SecondLook.read(record)
        thread = look.event.thread
        text = look.text
        if text and look.parts:
            # Given anew, edited away or forgotten since: what it read is not to come back.
            entry = await histories.entry(thread.key, look.parts[0])
            text = text if entry is not None and entry.text == text else ""
        batch = Batch(thread, (look.event,))
        await platforms[thread.platform].tidy(batch, look.key, look.parts, text)
    except (NewerVersion, PlatformTemporary) as error:
        _log.info("looked at again later: %s", error)
        return False
    except StoreUnavailable:
        raise
    except Exception:
        _log.exception("a finished turn could not be looked at")
    return True
