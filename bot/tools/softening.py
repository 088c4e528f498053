"""Bends values towards their form where no meaning is lost: a number in quotes stays for pydantic,
one string for a list, a list of one for a string, null for "left out". Pure; `bot.tools.arguments`
calls it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_SINGLE = frozenset({"string", "integer", "number", "boolean"})
_NO_TEXT = _SINGLE - {"string"}


def softened(
    schema: dict[str, Any], values: dict[str, Any], opened: Callable[[str], Any]
) -> dict[str, Any]:
    """Soften each of `values`, and leave out what says nothing.

    `schema` is the tool's plain JSON schema; `opened` reads a list or an object inside a string.
    """
    properties, required = schema["properties"], schema["required"]
    return {
        name: _soften(properties.get(name, {}), value, opened)
        for name, value in values.items()
        if name in required or not _says_nothing(properties.get(name, {}), value)
    }


def _says_nothing(form: dict[str, Any], value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, str) or (form.get("type") == "string" and "enum" not in form):
        return False
    word = value.strip().casefold()
    if word in ("null", "none"):
        choices = form.get("enum", ())
        return (form.get("type") in _NO_TEXT or bool(choices)) and _choice(choices, value) is None
    return not word


def _soften(form: dict[str, Any], value: Any, opened: Callable[[str], Any]) -> Any:
    wanted = form.get("type")
    if wanted in ("array", "object") and isinstance(value, str):
        value = opened(value)
    if wanted == "array":
        items = form.get("items")
        each_form = items if isinstance(items, dict) else {}
        each_of = value if isinstance(value, list) else [value]
        return [_soften(each_form, each, opened) for each in each_of]
    if wanted in _SINGLE and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and "enum" in form:
        choice = _choice(form["enum"], value)
        value = value if choice is None else choice
    return value


def _choice(choices: Any, text: str) -> Any:
    """Find `text` among the choices in any case; a number among them may be in quotes."""
    wanted = text.strip().casefold()
    return next((each for each in choices if str(each).casefold() == wanted), None)
