"""From the text that a model wrote as arguments to values that fit the function.

Each correction costs the person who waits another answer of the model. So what is plain is taken
(other names in `bot.tools.naming`, other types in `bot.tools.softening`), what nobody asked for is
left out and named, and the rest is `AskAgain` with words that the model can act on. Pure;
`bot.tools.registry` calls it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.errors import AskAgain
from bot.tools.signature import Signature
from bot.tools.softening import softened

_MOST = 400_000
"""Characters of arguments; a whole file for a review fits, a runaway model does not."""

_FAULTS = 5
"""Faults named at once; a model corrects these first."""

_MOST_NAME = 40
"""Characters of a name that the model made up, as it is told back."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The values that were given, and the model's names for those that were left out."""

    values: dict[str, Any]
    ignored: tuple[str, ...] = ()

    def remark(self, tool: str) -> str:
        """Say in one line what was left out, so that the model claims nothing of it; or nothing."""
        if not self.ignored:
            return ""
        names = ", ".join(repr(name[:_MOST_NAME]) for name in self.ignored[:_FAULTS])
        more = ", …" if len(self.ignored) > _FAULTS else ""
        form = "argument {}; it was" if len(self.ignored) == 1 else "arguments {}; they were"
        return f"({tool} has no {form.format(names + more)} ignored.)"


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


def check(
    signature: Signature, schema: dict[str, Any], values: Any, *, strict: bool = False
) -> Checked:
    """Fit `values` to the tool's arguments; only what was given is in the result.

    `schema` is the tool's plain JSON schema. `strict` refuses unknown arguments instead of leaving
    them out. Raises `AskAgain`.
    """
    named = signature.names.apply(values)
    fitting = softened(schema, named.values, _opened)
    try:
        return Checked(_validated(signature.arguments, fitting))
    except ValidationError as error:
        needless = {} if strict else _needless(error, named.spelled, schema["required"])
        if not needless:
            raise AskAgain(_explain(signature.name, schema, error)) from None
    known = {name: value for name, value in fitting.items() if name not in needless}
    return Checked(_validated(signature.arguments, known), tuple(needless.values()))


def _validated(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    checked = model.model_validate(values)
    return {key: checked.__dict__[key] for key in checked.__pydantic_fields_set__}


def _needless(
    error: ValidationError, spelled: Mapping[str, str], required: list[str]
) -> dict[str, str]:
    """Return what can be left out with the model's name for it, if all is well without it.

    That is a name which the tool does not have, and a further name for an optional argument whose
    value does not fit it: it was probably meant for something else.
    """
    needless = {}
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(fault["loc"][0])
        if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
            needless[name] = name
        elif name in spelled and name not in required:
            needless[name] = spelled[name]
        else:
            return {}
    return needless


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
        ended = error.pos >= len(text)
        place = "their end" if ended else f"character {error.pos + 1} of {len(text)}"
        where = f"{error.msg} at {place}"
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
