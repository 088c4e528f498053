"""Makes tools of functions: the bot's own, and those that other packages offer.

A package offers tools by an entry point of the group `parley.tools`. A stranger's tool that is
broken is logged with its package's name and left out; it never stops the bot.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from typing import Any

from bot.tools import arguments as given
from bot.tools import schema
from bot.tools.languages import titled
from bot.tools.options import Options, options_of
from bot.tools.port import Tool, ToolContext, ToolOutput
from bot.tools.results import as_output, remarked
from bot.tools.signature import BadTool, Signature, read
from bot.tools.threads import in_thread

GROUP = "parley.tools"

_MOST_OFFERED = 100
"""Tools of one entry point; a model cannot tell more apart, and an endless iterator ends."""

_log = logging.getLogger(__name__)


def make_tool(function: Callable[..., Any]) -> Tool:
    """Derive a tool from a typed function with a docstring. Raises `BadTool`."""
    if not callable(function):
        raise BadTool(f"it is no function but a value of the type {type(function).__name__}")
    options = options_of(function) or Options()
    signature = read(function, options.name)
    parameters = schema.parameters(signature.arguments)

    def title(values: dict[str, Any], locale: str) -> str:
        return titled(signature.name, options.title, signature.names.apply(values).values, locale)

    return Tool(
        name=signature.name,
        description=signature.description,
        parameters=parameters,
        run=_runner(function, signature, parameters, strict=not options.repeatable),
        title=title,
        timeout=options.timeout,
        repeatable=options.repeatable,
    )


def load_tools(
    builtins: Iterable[Callable[..., Any] | Tool] = (), *, group: str = GROUP
) -> dict[str, Tool]:
    """Gather the bot's own tools and those of every installed package, by name.

    The first of a name wins, and the bot's own come first; a fault among those raises `BadTool`.
    """
    tools: dict[str, Tool] = {}
    for each in builtins:
        _add(tools, each)
    points = entry_points(group=group)
    for point in sorted(points, key=lambda each: (_package(each), each.name)):
        _load(point, tools)
    return tools


def _load(point: EntryPoint, tools: dict[str, Tool]) -> None:
    # A stranger's module may do anything at import, `sys.exit` included.
    try:
        offered = list(islice(_offered(point.load()), _MOST_OFFERED))
    except (Exception, SystemExit) as error:
        _left_out(point, point.value, f"{type(error).__name__}: {error}")
        return
    for each in offered:
        try:
            tool = _add(tools, each)
        except Exception as error:
            _left_out(point, getattr(each, "__name__", repr(each)[:80]), str(error))
        else:
            _log.info("tool %r comes from the package %s", tool.name, _package(point))


def _left_out(point: EntryPoint, what: str, why: str) -> None:
    _log.error("the tool %s of the package %s is left out: %s", what, _package(point), why[:500])


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "(unknown)"


def _add(tools: dict[str, Tool], offered: Any) -> Tool:
    tool = offered if isinstance(offered, Tool) else make_tool(offered)
    if tool.name in tools:
        raise BadTool(f"there is a tool named {tool.name!r} already")
    tools[tool.name] = tool
    return tool


def _offered(thing: Any) -> Iterator[Any]:
    """Yield the tools that an entry point's object stands for."""
    if isinstance(thing, Tool):
        yield thing
    elif isinstance(thing, Iterable) and not isinstance(thing, str | bytes):
        for each in thing:
            yield from _offered(each)
    elif callable(thing) and _is_factory(thing):
        yield from _made(thing)
    else:
        yield thing


def _made(factory: Callable[[], Any]) -> Iterator[Any]:
    made = factory()
    if isinstance(made, str | bytes) or not (isinstance(made, Iterable) or callable(made)):
        raise BadTool("it returned no tools; a tool itself says `-> str`, or is marked with @tool")
    yield from _offered(made)


def _is_factory(function: Callable[..., Any]) -> bool:
    """Tell a maker of tools from a tool: plain, without parameters, and not declared to return
    what a tool returns."""
    if options_of(function) is not None or inspect.iscoroutinefunction(function):
        return False
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return False
    returned = signature.return_annotation
    spelled = returned if isinstance(returned, str) else getattr(returned, "__name__", "")
    return not signature.parameters and spelled not in ("str", "ToolOutput")


def _runner(
    function: Callable[..., Any], signature: Signature, parameters: dict[str, Any], *, strict: bool
) -> Callable[[ToolContext, dict[str, Any]], Any]:
    asynchronous = _is_async(function)

    async def run(context: ToolContext, values: dict[str, Any]) -> ToolOutput:
        checked = given.check(signature, parameters, values, strict=strict)
        positional = (context,) if signature.takes_context else ()
        if asynchronous:
            result = await function(*positional, **checked.values)
        else:
            result = await in_thread(lambda: function(*positional, **checked.values))
        return remarked(as_output(result), checked.remark(signature.name))

    return run


def _is_async(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004  an object whose call is a coroutine
    )
