"""From the text that a model wrote as arguments to values that fit the function.

Lenient where no meaning is lost (a number in quotes, one string for a list, null for "left out"),
and otherwise `AskAgain` with words that the model can act on. Pure; `bot.tools.registry` calls it.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.errors import AskAgain

_MOST = 400_000
"""Characters of arguments; a whole file for a review fits, a runaway model does not."""

_FAULTS = 5
"""Faults named at once; a model corrects these first."""


def parse(text: str) -> dict[str, Any]:
    """Read the arguments as JSON. Nothing, blanks and null are no arguments; raises `AskAgain`."""
    if len(text) > _MOST:
        raise AskAgain(f"The arguments are longer than {_MOST:,} characters. Send less.")
    text = _unfenced(text.strip())
    if not text:
        return {}
    value = _loads(text)
    if isinstance(value, str):  # some models write the object as a string of JSON
        value = _loads(value) if value.strip() else None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise AskAgain("The arguments must be one JSON object. Call again with an object.")
    return value


def check(name: str, model: type[BaseModel], schema: dict[str, Any], values: Any) -> dict[str, Any]:
    """Fit `values` to the tool's `model`; only what was given is in the result.

    `schema` is the tool's plain JSON schema. Raises `AskAgain`.
    """
    try:
        checked = model.model_validate(_softened(schema, values))
    except ValidationError as error:
        raise AskAgain(_explain(name, schema, error)) from None
    return {key: checked.__dict__[key] for key in checked.__pydantic_fields_set__}


def _unfenced(text: str) -> str:
    """Take a Markdown fence off: some models wrap JSON in one."""
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        return text[text.index("\n") : -3].strip()
    return text


def _loads(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
        return _sound(value)
    except RecursionError:
        raise AskAgain("The arguments nest too deep. Call again with flat values.") from None
    except json.JSONDecodeError as error:
        where = f"{error.msg} at character {error.pos + 1} of {len(text)}"
        raise AskAgain(
            f"The arguments are not JSON ({where}). Call again with valid JSON."
        ) from None
    except ValueError:  # an integer of thousands of digits
        raise AskAgain("A number in the arguments is too long.") from None


def _no_constant(word: str) -> Any:
    raise AskAgain(f"{word} is not JSON. Call again with a number, or leave the argument out.")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise AskAgain(f"The argument {twice[:60]!r} is given twice. Call again with one of them.")
    return result


def _sound(value: Any) -> Any:
    """Replace halves of characters (a lone "\\ud83d"), which no network or store can carry."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_sound(each) for each in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(each) for key, each in value.items()}
    return value


def _softened(schema: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    properties, required = schema["properties"], schema["required"]
    softened = {}
    for name, value in values.items():
        form = properties.get(name, {})
        if name not in required and (value is None or (value == "" and not _takes_text(form))):
            continue
        softened[name] = _soften(form, value)
    return softened


def _takes_text(form: dict[str, Any]) -> bool:
    return form.get("type") == "string" and "enum" not in form


def _soften(form: dict[str, Any], value: Any) -> Any:
    """Bend one value towards its form where that loses no meaning."""
    wanted = form.get("type")
    if wanted in ("array", "object") and isinstance(value, str):
        value = _opened(value)
    if wanted == "array" and not isinstance(value, list):
        value = [value]
    elif wanted == "string" and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and "enum" in form:
        same = [each for each in form["enum"] if str(each).casefold() == value.strip().casefold()]
        value = same[0] if same else value
    return value


def _opened(text: str) -> Any:
    """Read a list or an object that was written as a string."""
    if text.strip()[:1] in ("[", "{"):
        try:
            return _loads(text)
        except AskAgain:
            return text
    return text


def _explain(name: str, schema: dict[str, Any], error: ValidationError) -> str:
    takes = ", ".join(schema["properties"]) or "none"
    faults = []
    for fault in error.errors(include_url=False, include_context=False)[:_FAULTS]:
        where = ".".join(str(part) for part in fault["loc"])[:80]
        if fault["type"] == "missing":
            faults.append(f"{where!r} is missing")
        elif fault["type"] == "extra_forbidden":
            faults.append(f"there is no argument {where!r}")
        else:
            faults.append(f"{where!r}: {fault['msg'][:200]}")
    return f"{name}: {'; '.join(faults)}. It takes: {takes}. Correct the call and make it again."
