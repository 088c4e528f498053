"""What tools do, as the task cards of a native stream.

Pure. A task is told once when its tool starts and once when it ends; what was not told yet waits
for the next write. Used by `streams`. Source of the chunks:
https://docs.slack.dev/reference/methods/chat.appendStream.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from adapters.slack.text.markdown import label
from bot.guard.masking import mask
from bot.replies import ToolFinished, ToolStarted

Chunk: TypeAlias = dict[str, Any]

LONGEST_TITLE = 120
MOST = 20
"""Cards of one reply: more tools than that run without one."""


@dataclass(slots=True)
class Tasks:
    """The tools of one reply."""

    _ids: dict[str, str] = field(default_factory=dict)
    """By the call's id, which a model may use again in its next round."""
    _titles: dict[str, str] = field(default_factory=dict)
    _states: dict[str, str] = field(default_factory=dict)
    _untold: list[str] = field(default_factory=list)

    @property
    def untold(self) -> bool:
        """Tell whether something happened that was not told yet."""
        return bool(self._untold)

    def note(self, reply: ToolStarted | ToolFinished) -> None:
        """Take note of a tool that starts or ends."""
        if isinstance(reply, ToolStarted):
            if len(self._titles) >= MOST:
                return
            id = self._ids[reply.call_id] = f"tool-{len(self._titles) + 1}"
            self._titles[id] = label(mask(reply.title or reply.name))[:LONGEST_TITLE] or "…"
            self._set(id, "in_progress")
        elif (known := self._ids.pop(reply.call_id, None)) is not None:
            self._set(known, "complete" if reply.ok else "error")

    def end(self) -> None:
        """Close what still runs: its message is ended."""
        for id, state in self._states.items():
            if state == "in_progress":
                self._set(id, "error")

    def chunks(self) -> list[Chunk]:
        """Return what was not told yet."""
        return [
            {
                "type": "task_update",
                "id": id,
                "title": self._titles[id],
                "status": self._states[id],
            }
            for id in self._untold
        ]

    def told(self, chunks: list[Chunk]) -> None:
        """Note that these chunks are shown; what has changed meanwhile is still to be told."""
        said = {chunk["id"]: chunk["status"] for chunk in chunks if "id" in chunk}
        self._untold = [id for id in self._untold if said.get(id) != self._states[id]]

    def _set(self, id: str, state: str) -> None:
        self._states[id] = state
        if id not in self._untold:
            self._untold.append(id)
