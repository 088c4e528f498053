"""Checks the tools of a request: names, shapes, and the rules of strict schemas.

Both wires use it; they differ in whether the function stands in its own object.
Rules: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

from __future__ import annotations

import re
from typing import Any

from . import rejections
from .rejections import Rejected

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_NAME_LENGTH = 64
_MAX_TOOLS = 128
_CHAT_KEYS = frozenset({"name", "description", "parameters", "strict"})
_RESPONSES_KEYS = _CHAT_KEYS | {
    "type",
    "allowed_callers",
    "async",
    "defer_loading",
    "output_schema",
}
# Keywords that strict schemas refuse; `default` is the one that generated schemas bring along.
_NOT_IN_STRICT = ("default", "allOf", "oneOf", "not", "if", "then", "else", "patternProperties")
_TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}
# A value nested deeper than this is refused.
_MAX_DEPTH = 10


def check_tools(body: dict[str, Any], *, nested: bool) -> list[str]:
    """Return the names of the offered functions; raise `Rejected` for the first fault found.

    `nested` is the chat form, `{"type": "function", "function": {...}}`.
    """
    tools = body.get("tools")
    if tools is None:
        for param in ("tool_choice", "parallel_tool_calls"):
            if nested and body.get(param) is not None:
                message = f"'{param}' is only allowed when 'tools' are specified."
                raise Rejected(message, param=param)
        return []
    if not isinstance(tools, list):
        raise rejections.wrong_type("tools", "an array of objects", tools)
    if not tools and nested:
        raise rejections.empty_array("tools")
    if len(tools) > _MAX_TOOLS:
        raise Rejected(f"Invalid 'tools': array too long. Maximum {_MAX_TOOLS}.", param="tools")
    names = [_check_tool(tool, f"tools[{at}]", nested) for at, tool in enumerate(tools)]
    _check_choice(body.get("tool_choice"), names, nested)
    return names


def _check_tool(tool: Any, where: str, nested: bool) -> str:
    if not isinstance(tool, dict):
        raise rejections.wrong_type(where, "an object", tool)
    if "type" not in tool:
        raise rejections.missing(f"{where}.type")
    if tool["type"] != "function":
        raise rejections.wrong_value(f"{where}.type", tool["type"], ("function",))
    function, at = tool, where
    if nested:
        _only(tool, frozenset({"type", "function"}), where)
        if not isinstance(tool.get("function"), dict):
            raise rejections.missing(f"{where}.function")
        function, at = tool["function"], f"{where}.function"
    _only(function, _CHAT_KEYS if nested else _RESPONSES_KEYS, at)
    _check_name(function.get("name"), f"{at}.name")
    _check_parameters(function, f"{at}.parameters")
    return str(function["name"])


def _check_name(name: Any, where: str) -> None:
    if name is None:
        raise rejections.missing(where)
    if not isinstance(name, str):
        raise rejections.wrong_type(where, "a string", name)
    if not _NAME.fullmatch(name):
        raise rejections.bad_pattern(where, "^[a-zA-Z0-9_-]+$")
    if len(name) > _NAME_LENGTH:
        raise rejections.too_long(where, _NAME_LENGTH, len(name))


def _check_parameters(function: dict[str, Any], where: str) -> None:
    schema = function.get("parameters")
    strict = function.get("strict")
    if strict is not None and not isinstance(strict, bool):
        raise rejections.wrong_type(where.replace("parameters", "strict"), "a boolean", strict)
    if schema is None:
        return
    check = _Schema(str(function["name"]), where)
    if not isinstance(schema, dict):
        raise rejections.wrong_type(where, "an object", schema)
    if schema.get("type") != "object":
        got = schema.get("type")
        raise check.bad(
            (), f"schema must be a JSON Schema of 'type: \"object\"', got 'type: {got}'."
        )
    check.walk(schema, (), strict=strict is True, root=schema)


class _Schema:
    """Walks one function's schema and raises at the first rule that it breaks."""

    def __init__(self, function: str, where: str) -> None:
        self._function, self._where = function, where

    def bad(self, context: tuple[str, ...], problem: str) -> Rejected:
        lead = f"In context={context!r}, " if context or not problem.startswith("schema") else ""
        return Rejected(
            f"Invalid schema for function '{self._function}': {lead}{problem}",
            param=self._where,
            code="invalid_function_parameters",
        )

    def walk(
        self, node: Any, context: tuple[str, ...], *, strict: bool, root: dict[str, Any]
    ) -> None:
        if not isinstance(node, dict):
            raise self.bad(context, f"{node!r} is not of type 'object', 'boolean'.")
        if len(context) > 2 * _MAX_DEPTH:
            raise self.bad(context, f"schema exceeds {_MAX_DEPTH} levels of nesting.")
        self._check_type(node, context)
        if strict:
            self._check_strict(node, context, is_root=node is root)
        for key, child in self._children(node):
            self.walk(child, (*context, *key), strict=strict, root=root)

    def _check_type(self, node: dict[str, Any], context: tuple[str, ...]) -> None:
        kinds = node.get("type", [])
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if kind not in _TYPES:
                raise self.bad(context, f"{kind!r} is not valid under any of the given schemas.")
        if node.get("type") == "array" and "items" not in node:
            raise self.bad(context, "array schema missing items.")

    def _check_strict(
        self, node: dict[str, Any], context: tuple[str, ...], *, is_root: bool
    ) -> None:
        for keyword in _NOT_IN_STRICT:
            if keyword in node:
                raise self.bad(context, f"'{keyword}' is not permitted.")
        if is_root and "anyOf" in node:
            raise self.bad(context, "schema must not have 'anyOf' at the top level.")
        if not {"type", "anyOf", "$ref", "enum", "const"} & node.keys():
            raise self.bad(context, "schema must have a 'type' key.")
        kinds = node.get("type")
        if kinds == "object" or (isinstance(kinds, list) and "object" in kinds):
            self._check_strict_object(node, context)

    def _check_strict_object(self, node: dict[str, Any], context: tuple[str, ...]) -> None:
        if node.get("additionalProperties") is not False:
            problem = "'additionalProperties' is required to be supplied and to be false."
            raise self.bad(context, problem)
        properties = node.get("properties", {})
        required = node.get("required", [])
        problem = "'required' is required to be supplied and to be an array including every key in "
        for key in properties:
            if key not in required:
                raise self.bad(context, f"{problem}properties. Missing '{key}'.")
        for key in required:
            if key not in properties:
                raise self.bad(
                    context, f"{problem}properties. Extra required key '{key}' supplied."
                )

    @staticmethod
    def _children(node: dict[str, Any]) -> list[tuple[tuple[str, ...], Any]]:
        found: list[tuple[tuple[str, ...], Any]] = []
        for group in ("properties", "$defs"):
            children = node.get(group, {})
            if isinstance(children, dict):
                found += [((group, key), child) for key, child in children.items()]
        if "items" in node:
            found.append((("items",), node["items"]))
        found += [(("anyOf", str(at)), child) for at, child in enumerate(node.get("anyOf", []))]
        return found


def _check_choice(choice: Any, names: list[str], nested: bool) -> None:
    if choice is None or choice in ("none", "auto", "required"):
        return
    if isinstance(choice, str):
        raise rejections.wrong_value("tool_choice", choice, ("none", "auto", "required"))
    if not isinstance(choice, dict):
        raise rejections.wrong_type("tool_choice", "a string or an object", choice)
    if choice.get("type") == "allowed_tools":
        return
    wanted = (choice.get("function") or {}).get("name") if nested else choice.get("name")
    if wanted not in names:
        message = f"Tool choice '{wanted}' not found in 'tools' parameter."
        raise Rejected(message, param="tool_choice", code="invalid_value")


def _only(given: dict[str, Any], known: frozenset[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise rejections.unknown(f"{where}.{key}")
