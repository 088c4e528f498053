"""What a tool's author may say beyond the function itself: `@tool(...)` about the tool, and `Also`
and `Narrowed` inside `Annotated[...]` about an argument.

They only leave marks; `bot.tools.registry` and `bot.tools.signature` read them. Without any, every
option is at its default and an argument has one name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

Title: TypeAlias = str | Mapping[str, str] | Callable[[dict[str, Any], str], str]
"""What a status line says: a template ("Rolling {dice}…"), one for each language (`en`, `zh-CN`,
`zh-TW`), or a function of (arguments, locale)."""

_MARK = "__parley_tool__"
_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one tool."""

    name: str | None = None
    timeout: float = 20.0
    title: Title | None = None
    repeatable: bool = True


@dataclass(frozen=True, slots=True, init=False)
class Also:
    """Further names under which models give an argument: `Annotated[str, "…", Also("city")]`.

    The model is not told of them. The case of letters, "_" and "-" make no difference.
    """

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


@dataclass(frozen=True, slots=True, init=False)
class Narrowed:
    """Names whose text narrows an argument down: with `Narrowed("country")` on `place`, "Paris"
    and `country="France"` are "Paris, France"."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


def tool(
    *,
    name: str | None = None,
    timeout: float = 20.0,
    title: Title | None = None,
    repeatable: bool = True,
) -> Callable[[_Function], _Function]:
    """Mark a function as a tool with options.

    `name` replaces the function's own, `timeout` is in seconds, `title` is for the status line,
    and `repeatable=False` is for what has effects: it is not run again after a crash, nor without
    an argument that the model wished and the tool does not have.
    """

    def mark(function: _Function) -> _Function:
        options = Options(name=name, timeout=timeout, title=title, repeatable=repeatable)
        setattr(function, _MARK, options)
        return function

    return mark


def options_of(function: Callable[..., Any]) -> Options | None:
    """Read the mark; None for a function that carries none."""
    options = getattr(function, _MARK, None)
    return options if isinstance(options, Options) else None
