"""The message that somebody asks about: read from its shortcut, kept while the dialog is open.

A dialog carries 3,000 characters of its own; the whole message waits in a note. What a click or a
submission names is read with the same care as anything else that comes back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from adapters.slack import attached, inbound
from bot.events import Attachment, ThreadRef
from bot.guard.masking import mask

NOTE_SECONDS = 24 * 3600
"""How long a dialog may stay open."""

LONGEST_EXCERPT = 600
"""Characters of the message in a dialog, and all that is left when its note is gone."""

LONGEST_QUOTE = 20_000
"""Characters of the message that the model is shown."""


@dataclass(frozen=True, slots=True)
class About:
    """A message, and how who asks about it can be answered. `at` is when they chose the shortcut,
    by Slack's clock; it names their question."""

    team: str
    channel: str
    channel_name: str
    ts: str
    thread_ts: str
    at: str
    author: str
    url: str
    until: int
    text: str
    mentions: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()

    @property
    def thread(self) -> ThreadRef:
        """The thread of the message, which is answered there."""
        return ThreadRef("slack", self.team, self.channel, self.thread_ts or self.ts)

    @property
    def note(self) -> str:
        """The name of the note in which the whole of it is kept."""
        return f"slack/about/{self.team}/{self.channel}/{self.ts}/{self.at}"

    def write(self) -> str:
        """Write all of it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def brief(self) -> str:
        """Write what a dialog carries along: at most 3,000 characters."""
        # A control character takes six in JSON.
        text = "".join(letter for letter in self.text if letter >= " " or letter == "\n")
        return replace(self, text=text[:LONGEST_EXCERPT], mentions=(), files=()).write()


def read_shortcut(body: Mapping[str, Any], team: str, until: int) -> About | None:
    """Read the payload of a message shortcut; None for one that names no message."""
    message, channel = body.get("message"), body.get("channel")
    if not isinstance(message, Mapping) or not isinstance(channel, Mapping):
        return None
    ts, id = str(message.get("ts") or body.get("message_ts") or ""), str(channel.get("id") or "")
    at = str(body.get("action_ts") or "")
    if not ts or not id or not inbound.microseconds(at):
        return None
    text, mentions = inbound.read_text(message)
    return About(
        team=team,
        channel=id,
        channel_name=str(channel.get("name") or ""),
        ts=ts,
        thread_ts=str(message.get("thread_ts") or ""),
        at=at,
        author=str(message.get("user") or message.get("bot_id") or ""),
        url=str(body.get("response_url") or ""),
        until=until,
        text=mask(text[:LONGEST_QUOTE]),
        mentions=mentions,
        files=attached.files(message),
    )


def read(data: str) -> About | None:
    """Read back what `write` or `brief` wrote; None for anything else."""
    try:
        fields = json.loads(data)
        files = tuple(Attachment(**file) for file in fields.pop("files"))
        return About(**fields | {"files": files, "mentions": tuple(fields["mentions"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
