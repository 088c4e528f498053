"""Reads a typed function: its name, what it is for, and the form of its arguments.

Raises `BadTool` with a sentence for the function's author. Pure; `bot.tools.registry` calls it.
"""

from __future__ import annotations

import inspect
import re
import typing
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo

from bot.tools.naming import Names
from bot.tools.port import ToolContext

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What every provider takes as a function name
(https://platform.openai.com/docs/api-reference/chat/create, `tools`)."""

_SECTION = re.compile(r"^(Args|Arguments|Parameters|Returns|Yields|Raises|Examples?|Notes?):\s*$")
_ITEM = re.compile(r"^\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?\s*:\s*(?P<text>.*)$")
_REST_PARAM = re.compile(r"^:param\s+(?:[^:]*\s)?(?P<name>\w+):\s*(?P<text>.*)$")
_REST_OTHER = re.compile(r"^:(returns?|rtype|raises?|type)\b")

_CONFIG = ConfigDict(
    extra="forbid",
    allow_inf_nan=False,
    coerce_numbers_to_str=True,
    protected_namespaces=(),
    populate_by_name=True,
    arbitrary_types_allowed=False,
)


class BadTool(Exception):
    """A function that cannot be a tool; the text tells its author why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What was read of a function."""

    name: str
    description: str
    takes_context: bool
    arguments: type[BaseModel]
    """One field for each argument; the fields that were set are what the function is given."""
    names: Names


def read(function: Callable[..., Any], name: str | None = None) -> Signature:
    """Read `function`; `name` replaces its own. Raises `BadTool`."""
    chosen = name or str(getattr(function, "__name__", ""))
    if not _NAME.fullmatch(chosen):
        raise BadTool(f"the name {chosen!r} is not 1 to 64 letters, digits, '_' or '-'")
    description, documented = _documentation(inspect.getdoc(function) or "")
    if not description:
        raise BadTool("it has no docstring, which is all that tells the model what it is for")
    parameters, hints = _parameters(function)
    takes_context = bool(parameters) and hints.get(parameters[0].name) is ToolContext
    own = parameters[1:] if takes_context else parameters
    fields = {each.name: _field(each, hints, documented) for each in own}
    names = _names({each.name: hints[each.name] for each in own})
    return Signature(chosen, description, takes_context, _model(fields), names)


def _parameters(
    function: Callable[..., Any],
) -> tuple[list[inspect.Parameter], dict[str, Any]]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
        hints = typing.get_type_hints(_typed(function), include_extras=True)
    except Exception as error:
        raise BadTool(f"its signature cannot be read: {error}") from error
    return parameters, hints


def _typed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Find where the annotations are: an object with `__call__` keeps them there."""
    if inspect.isroutine(function):
        return function
    return type(function).__call__


def _field(
    parameter: inspect.Parameter, hints: dict[str, Any], documented: dict[str, str]
) -> tuple[Any, FieldInfo]:
    name = parameter.name
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise BadTool(f"the parameter {name!r} is not a plain named one")
    if name not in hints:
        raise BadTool(f"the parameter {name!r} has no type")
    if hints[name] is ToolContext:
        raise BadTool("the context must be the first parameter")
    described = _annotated_text(hints[name]) or documented.get(name, "")
    if parameter.default is parameter.empty:
        return hints[name], Field(description=described or None)
    if parameter.default not in (None, "", [], ()):
        described = f"{described} Default: {parameter.default}.".strip()
    field: FieldInfo = Field(default=None, description=described or None)  # type: ignore[assignment]  # pydantic types it as the field's value
    return hints[name], field


def _annotated_text(hint: Any) -> str:
    """Read `Annotated[..., "text"]`, or the description of a `Field` in it."""
    if typing.get_origin(hint) is not Annotated:
        return ""
    for extra in hint.__metadata__:
        if isinstance(extra, str):
            return extra
        if isinstance(extra, FieldInfo) and extra.description:
            return extra.description
    return ""


def _names(hints: dict[str, Any]) -> Names:
    try:
        return Names.of({name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()})
    except ValueError as error:
        raise BadTool(str(error)) from error


def _model(fields: dict[str, tuple[Any, FieldInfo]]) -> type[BaseModel]:
    try:
        with warnings.catch_warnings():
            # A parameter may be called `copy` or `json`; the fields are only read from the inside.
            warnings.simplefilter("ignore")
            model: type[BaseModel] = create_model("Arguments", __config__=_CONFIG, **fields)  # type: ignore[call-overload]  # fields known only at run time
    except (PydanticUserError, NameError, TypeError) as error:
        raise BadTool(f"its parameters cannot be described to a model: {error}") from error
    if lost := fields.keys() - model.__pydantic_fields__.keys():
        raise BadTool(f"a parameter cannot be called {min(lost)!r}")
    return model


def _documentation(text: str) -> tuple[str, dict[str, str]]:
    """Split a docstring into what the function is for and a text for each parameter."""
    prose: list[str] = []
    texts: dict[str, str] = {}
    section = current = ""
    for line in text.splitlines():
        stripped = line.strip()
        if heading := _SECTION.match(line):
            section, current = heading[1], ""
        elif found := _REST_PARAM.match(stripped):
            section, current = "Args", found["name"]
            texts[current] = found["text"]
        elif _REST_OTHER.match(stripped) or (section and stripped and not line.startswith(" ")):
            section, current = ("Returns", "") if stripped.startswith(":") else ("", "")
            prose += [] if section else [line]
        elif not section:
            prose.append(line)
        elif section.startswith(("Arg", "Param")):
            current = _note_parameter(line, current, texts)
    return "\n".join(prose).strip(), {name: note.strip() for name, note in texts.items()}


def _note_parameter(line: str, current: str, texts: dict[str, str]) -> str:
    """Take one line of a section on parameters; return whose text goes on."""
    indent = len(line) - len(line.lstrip())
    if (found := _ITEM.match(line.strip())) and indent <= 4:
        texts[found["name"]] = found["text"]
        return found["name"]
    if current and line.strip():
        texts[current] += " " + line.strip()
    return current
