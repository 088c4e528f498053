"""Turns wishes into calls of whatever tools are offered, by their names and schemas. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.models.calls import fresh_id
from bot.models.offline_reading import Kind, Wish
from bot.models.port import ToolCall, ToolSpec

_NAMES: dict[Kind, tuple[str, ...]] = {
    "weather": ("weather",),
    "time": ("time", "clock"),
    "review": ("review",),
}
"""What a tool's name contains: part of the project's contract with its tools."""
_ONE = ("place", "city", "location", "timezone", "query", "question")
_MANY = ("places", "cities", "locations")
_SOURCE = ("from_place", "from_city", "from_timezone", "source")
_CODE = ("code", "text", "content")
_MOST_CALLS = 8


def tool_for(kind: Kind, tools: Iterable[ToolSpec]) -> ToolSpec | None:
    """Return the first tool of that kind."""
    return next((tool for tool in tools if any(n in tool.name for n in _NAMES[kind])), None)


def calls_for(wishes: Sequence[Wish], tools: Sequence[ToolSpec]) -> tuple[ToolCall, ...]:
    """Return the calls that fulfil `wishes`; wishes without a tool are passed over."""
    made: dict[tuple[str, str], ToolCall] = {}
    for wish in wishes:
        tool = tool_for(wish.kind, tools)
        if tool is None:
            continue
        for arguments in _arguments(wish, tool.parameters.get("properties", {})):
            text = json.dumps(arguments, ensure_ascii=False)
            made.setdefault((tool.name, text), ToolCall(fresh_id(), tool.name, text))
    return tuple(made.values())[:_MOST_CALLS]


def _arguments(wish: Wish, properties: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the arguments of each call that `wish` takes: one where a tool takes many places."""
    if wish.kind == "review":
        code = _first(_CODE, properties)
        return [{code: wish.code}] if code else []
    common = _common(wish, properties)
    places = wish.places or ("here",)
    one, many = _first(_ONE, properties), _first(_MANY, properties)
    if many and (len(places) > 1 or not one):
        return [{many: list(places), **common}]
    if one is None:
        return [common]
    if _is_list(properties[one]):
        return [{one: list(places), **common}]
    return [{one: place, **common} for place in places]


def _common(wish: Wish, properties: dict[str, Any]) -> dict[str, Any]:
    common: dict[str, Any] = {}
    if wish.days and "days" in properties:
        common["days"] = wish.days
    if wish.unit and "unit" in properties:
        common["unit"] = wish.unit
    source = _first(_SOURCE, properties)
    if wish.at and source and "at" in properties:
        common |= {"at": wish.at, source: wish.source}
    return common


def _first(names: Iterable[str], properties: dict[str, Any]) -> str | None:
    return next((name for name in names if name in properties), None)


def _is_list(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "array"
