"""The parts of an answer that find no message of their own: they share a file at the last message.

Where the bot is no member, only an interaction's token writes, and a few messages at most. Called
by `shown`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from adapters.discord.answers.bodies import BARE, Body, file, with_file
from adapters.discord.answers.responding import ORIGINAL
from adapters.discord.client import Upload
from adapters.streaming import Stage
from bot.errors import PlatformTemporary

_IN_FILE = "file:"
"""What the id of a part begins with that stands in the file."""


def in_file(id: str) -> bool:
    """Tell whether a part stands in the file, and is no message."""
    return id.startswith(_IN_FILE)


class Overflow:
    """The file of one answer; `edit` changes a message and its files."""

    def __init__(self, edit: Callable[[str, Body, Sequence[Upload]], Awaitable[str]]) -> None:
        self._edit = edit
        self._parts: dict[int, str] = {}

    @property
    def begun(self) -> bool:
        """Tell whether anything stands in the file."""
        return bool(self._parts)

    async def put(self, index: int, markdown: str, stage: Stage, ids: Mapping[int, str]) -> str:
        """Put a part into the file at the last message of `ids`, with all that stands there
        already. Returns the part's id. Raises `PlatformTemporary` for one that still grows."""
        if stage is Stage.GROWING:
            raise PlatformTemporary("told as a file, at the end")
        self._parts[index] = markdown
        whole = "\n\n".join(text for _, text in sorted(self._parts.items()))
        messages = {at: id for at, id in ids.items() if not in_file(id)}
        carrier = messages[max(messages)] if messages else ORIGINAL
        await self._edit(carrier, with_file(BARE), [file(whole)])
        return f"{_IN_FILE}{index}"
