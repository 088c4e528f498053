"""Puts tool calls together from the fragments of a Chat Completions stream. Pure.

OpenAI numbers fragments by `index` and names each call once. Look-alikes leave out or repeat the
index, the id and the name; what a fragment belongs to is therefore decided from all three.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bot.models.port import ToolCall

MAX_CALLS = 64
"""More calls than that in one answer are left out: no thread needs them."""


@dataclass(slots=True)
class _Draft:
    place: int | None
    id: str
    name: str = ""
    pieces: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def arguments(self) -> str:
        return "".join(self.pieces)

    @property
    def is_whole(self) -> bool:
        """Whether the arguments are complete JSON already, so that more would be another call."""
        return bool(self.pieces) and _is_json(self.arguments)


class Calls:
    """The calls of one answer, in the order in which the model began them."""

    def __init__(self, offered: Collection[str]) -> None:
        self._offered = frozenset(offered)
        self._drafts: list[_Draft] = []

    def add(self, fragment: Any) -> None:
        """Take one element of a delta's `tool_calls`."""
        if not isinstance(fragment, dict):
            return
        function = fragment.get("function")
        function = function if isinstance(function, dict) else fragment
        name, arguments = _text(function.get("name")), function.get("arguments")
        place, id = _place(fragment.get("index")), _text(fragment.get("id"))
        draft = self._draft(place, id, name, arguments)
        if draft is None:
            if len(self._drafts) >= MAX_CALLS:
                return
            draft = _Draft(place, id)
            self._drafts.append(draft)
        draft.id = draft.id or id
        draft.name = self._named(draft, name)
        if isinstance(fragment.get("extra_content"), dict):
            draft.extra = fragment["extra_content"]
        _append(draft, arguments)

    def add_whole(self, call: Any) -> None:
        """Take a call that stands complete in a message that was not streamed."""
        if isinstance(call, dict):
            self.add({**call, "index": len(self._drafts) + 1_000_000})

    def add_legacy(self, function: Any) -> None:
        """Take a fragment of the `function_call` that came before `tool_calls`: only one fits."""
        if isinstance(function, dict):
            self.add({"index": -1, "function": function})

    def add_named(self, name: str, arguments: str) -> None:
        """Take a call that was read from text."""
        self.add_whole({"function": {"name": name, "arguments": arguments}})

    def __len__(self) -> int:
        return len(self._drafts)

    def finish(self, *, cut: bool) -> tuple[tuple[ToolCall, ...], dict[str, Any]]:
        """Return the calls with ids of their own, and each id's extras to be sent back.

        `cut` says that the answer ran into its limit: a call whose arguments broke off is dropped.
        """
        calls: list[ToolCall] = []
        extras: dict[str, Any] = {}
        for draft in self._drafts:
            arguments = _arguments(draft.arguments)
            if not draft.name or (cut and not _is_json(arguments)):
                continue
            taken = {call.id for call in calls}
            id = draft.id if draft.id and draft.id not in taken else fresh_id()
            calls.append(ToolCall(id, draft.name, arguments))
            if draft.extra:
                extras[id] = draft.extra
        return tuple(calls), extras

    def _draft(self, place: int | None, id: str, name: str, arguments: Any) -> _Draft | None:
        """Return the begun call that a fragment continues, None when it begins another."""
        if place is not None:
            same = [draft for draft in self._drafts if draft.place == place]
        elif id:
            same = [draft for draft in self._drafts if draft.id == id]
        else:
            same = self._drafts[-1:]
        if not same:
            return None
        draft = same[-1]
        if id and draft.id and id != draft.id:
            return None  # one index for all calls, told apart by their ids
        if draft.is_whole and name and arguments:
            return None  # neither index nor id tells: a whole call after a whole call
        if name and draft.name and name != draft.name and not self._continues(draft, name):
            return None
        return draft

    def _continues(self, draft: _Draft, name: str) -> bool:
        """Tell whether `name` is the next piece of a name that arrives in pieces."""
        return not draft.pieces and any(
            known.startswith(draft.name + name) for known in self._offered
        )

    def _named(self, draft: _Draft, name: str) -> str:
        name = name.strip().removeprefix("functions.")
        if not draft.name or not name or name == draft.name:
            return draft.name or name
        return draft.name + name


def fresh_id() -> str:
    """Return an id of OpenAI's form for a call that came without one."""
    return f"call_{secrets.token_hex(12)}"


def _append(draft: _Draft, arguments: Any) -> None:
    if isinstance(arguments, str):
        if arguments:
            draft.pieces.append(arguments)
    elif arguments is not None:
        draft.pieces.append(json.dumps(arguments, ensure_ascii=False))


def _arguments(text: str) -> str:
    """Return a call's arguments as JSON text: "{}" for none, and unpacked when packed twice."""
    text = text.strip()
    if not text or text == "null":
        return "{}"
    if text.startswith('"'):
        try:
            inner = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return inner if isinstance(inner, str) and inner.lstrip().startswith("{") else text
    return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _place(index: Any) -> int | None:
    if isinstance(index, bool):
        return None
    if isinstance(index, int):
        return index
    return int(index) if isinstance(index, str) and index.isdigit() else None


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
