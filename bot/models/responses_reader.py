"""The Responses wire: how an answer is read from its typed events. Pure.

Reference: https://platform.openai.com/docs/api-reference/responses-streaming. The last event
repeats the whole output; look-alikes may leave it empty: the items are gathered as they come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import ModelRefused, ModelTemporary
from bot.models.calls import Calls
from bot.models.port import Completion, Finish, Request, TextPiece, Thinking, Usage
from bot.models.reading import Visible, counted, guessed

_REFUSAL = "response.refusal.delta"
_DELTAS = frozenset({"response.output_text.delta", _REFUSAL})
_LAST = frozenset({"response.completed", "response.incomplete", "response.done"})
_FORGOTTEN = ("id", "status", "namespace", "created_by")
"""Keys of an item that mean something only to a service that stored it."""


@dataclass(frozen=True, slots=True)
class Items:
    """The model's own output items, to be sent back within the turn."""

    items: tuple[dict[str, Any], ...]


class ResponsesReader:
    """Reads the answer to one request."""

    def __init__(self, request: Request) -> None:
        self.ending = False
        self.ended = False
        self._request = request
        self._visible = Visible(request)
        self._items: dict[int, dict[str, Any]] = {}
        self._arguments: dict[int, list[str]] = {}
        self._message: int | None = None
        """The place of the message that was last streamed."""
        self._cut = False
        self._refused = False
        self._usage: Usage | None = None

    def take(self, event: Mapping[str, Any]) -> None:
        """Take one event."""
        kind = event.get("type")
        if kind in _DELTAS:
            if kind == _REFUSAL and event.get("delta"):
                self._refused = self._refused or not self._visible.text.strip()
            self._say(_place(event), event.get("delta"))
        elif kind == "response.function_call_arguments.delta":
            self._visible.active = True
            place = _place(event)
            self._arguments.setdefault(place, []).append(str(event.get("delta") or ""))
        elif kind in ("response.output_item.added", "response.output_item.done"):
            self._visible.active = True
            if isinstance(event.get("item"), dict):
                self._items[_place(event)] = event["item"]
        elif kind in _LAST:
            self._last(event.get("response"))
        else:
            self._visible.active = True

    def take_whole(self, body: Mapping[str, Any]) -> None:
        """Take a response object."""
        if body.get("status") not in ("completed", "incomplete", "failed", None):
            raise ModelTemporary("the model service answered without an answer")
        self._last(body)

    def drain(self) -> TextPiece | Thinking | None:
        """Return what has become visible since the last call."""
        return self._visible.drain()

    def finish(self) -> tuple[TextPiece | None, Completion]:
        """Return the last piece of text and the completion."""
        if not self.ended:
            raise ModelTemporary("the model's stream ended without its end")
        if self._message is None:
            for part in self._parts():
                self._refused = self._refused or bool(
                    part.get("refusal") and not self._visible.text.strip()
                )
                self._visible.add(str(part.get("text") or part.get("refusal") or ""))
        last = self._visible.finish()
        calls = Calls([tool.name for tool in self._request.tools])
        for place, item in sorted(self._items.items()):
            if item.get("type") == "function_call":
                calls.add_whole(self._call(place, item))
        for name, arguments in self._visible.screen.calls:
            calls.add_named(name, arguments)
        made, _ = calls.finish(cut=self._cut)
        text = self._visible.text
        finish: Finish = "calls" if made else "length" if self._cut else "stop"
        usage = self._usage or guessed(
            self._request, text, [call.name + call.arguments for call in made], 0
        )
        opaque = self._opaque() if made else None
        return last, Completion(text, made, finish, usage, opaque, refused=self._refused)

    def _say(self, place: int, delta: Any) -> None:
        if not isinstance(delta, str) or not delta:
            return
        if self._message not in (None, place):
            self._visible.add("\n\n")  # a comment before the answer proper, for example
        self._message = place
        self._visible.add(delta)

    def _last(self, response: Any) -> None:
        """Take the response object that ends the stream, for good or bad."""
        response = response if isinstance(response, Mapping) else {}
        usage = counted(response.get("usage"), input="input_tokens", output="output_tokens")
        self._usage = usage or self._usage
        if response.get("status") == "failed":
            raise ModelTemporary("the model service failed")
        output = response.get("output")
        if isinstance(output, list) and output:
            self._items = {at: item for at, item in enumerate(output) if isinstance(item, dict)}
        details = response.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, Mapping) else None
        if reason == "content_filter":
            raise ModelRefused("the model service's content filter ended the answer")
        self._cut = response.get("status") == "incomplete"
        self.ended = True

    def _parts(self) -> list[Mapping[str, Any]]:
        """Return the texts of the items, for a service that sent none while it streamed."""
        return [
            part
            for _, item in sorted(self._items.items())
            if item.get("type") == "message"
            for part in item.get("content") or ()
            if isinstance(part, Mapping)
        ]

    def _call(self, place: int, item: dict[str, Any]) -> dict[str, Any]:
        streamed = "".join(self._arguments.get(place, ()))
        arguments = item.get("arguments") or streamed
        id = item.get("call_id") or item.get("id")
        return {"id": id, "function": {"name": item.get("name"), "arguments": arguments}}

    def _opaque(self) -> Items | None:
        """Return the items to send back: as they came when the reasoning among them is sealed.

        The service has stored nothing: reasoning that is not sealed would be an unknown id, and
        without it the ids of what followed it are refused too.
        """
        items = [item for _, item in sorted(self._items.items())]
        if not all(item.get("type") in ("reasoning", "message", "function_call") for item in items):
            return None
        ids = [item.get("call_id") for item in items if item["type"] == "function_call"]
        if not all(ids) or len(set(ids)) < len(ids):
            return None
        reasoning = [item for item in items if item["type"] == "reasoning"]
        if not reasoning or not all(item.get("encrypted_content") for item in reasoning):
            return None
        return Items(tuple(_without_state(item) for item in items))


def _without_state(item: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in item.items() if key not in _FORGOTTEN}
    if item["type"] == "reasoning":
        kept.setdefault("summary", [])
        if isinstance(item.get("id"), str):
            kept["id"] = item["id"]
    return kept


def _place(event: Mapping[str, Any]) -> int:
    place = event.get("output_index")
    return place if isinstance(place, int) else 0
