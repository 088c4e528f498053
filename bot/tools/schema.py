"""Turns pydantic's JSON schema into the plain one that every provider takes.

References are spelled out in place; titles and defaults are left out (strict services answer 400 to
`default`); an optional value is simply not required. Pure.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema

from bot.tools.signature import BadTool

_DROPPED = frozenset({"title", "default", "$defs"})
_NAMED = frozenset({"properties", "patternProperties"})
"""Keywords whose keys are names that somebody chose, not keywords."""

_DEPTH = 12
"""Levels of nesting; a model that refers to itself passes any."""


def parameters(model: type[BaseModel]) -> dict[str, Any]:
    """Describe the arguments of `model` as a JSON schema of type object. Raises `BadTool`."""
    try:
        raw = model.model_json_schema(by_alias=False)
    except PydanticInvalidForJsonSchema as error:
        raise BadTool(f"its parameters have no JSON form: {error.message}") from error
    plain = _plain(raw, raw.get("$defs", {}), 0)
    return {
        "type": "object",
        "properties": plain.get("properties", {}),
        "required": plain.get("required", []),
        "additionalProperties": False,
    }


def _plain(node: Any, definitions: dict[str, Any], depth: int) -> Any:
    if depth > _DEPTH:
        raise BadTool("its parameters nest too deep, or refer to themselves")
    if isinstance(node, list):
        return [_plain(each, definitions, depth) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[-1]]
        return _plain({**target, **_without(node, "$ref")}, definitions, depth + 1)
    if "anyOf" in node:
        node = _not_null(node)
    return {
        key: _named(value, definitions, depth)
        if key in _NAMED
        else _plain(value, definitions, depth + 1)
        for key, value in node.items()
        if key not in _DROPPED
    }


def _named(node: dict[str, Any], definitions: dict[str, Any], depth: int) -> dict[str, Any]:
    return {name: _plain(value, definitions, depth + 1) for name, value in node.items()}


def _not_null(node: dict[str, Any]) -> dict[str, Any]:
    """Leave null out of the choices: whoever wants none leaves the argument out."""
    choices = [each for each in node["anyOf"] if each != {"type": "null"}]
    rest = _without(node, "anyOf")
    return {**choices[0], **rest} if len(choices) == 1 else {**rest, "anyOf": choices}


def _without(node: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name != key}
