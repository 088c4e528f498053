"""The decorator `@tool(...)`: what a tool's author may say beyond the function itself.

It only leaves a mark on the function; `bot.tools.registry` reads it. A function without the mark
is a tool with every option at its default.
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


def tool(
    *,
    name: str | None = None,
    timeout: float = 20.0,
    title: Title | None = None,
    repeatable: bool = True,
) -> Callable[[_Function], _Function]:
    """Mark a function as a tool with options.

    `name` replaces the function's own, `timeout` is in seconds, `title` is for the status line,
    and `repeatable=False` keeps the tool from being run again after a crash.
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
