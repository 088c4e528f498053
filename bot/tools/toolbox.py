"""The front door of the tools room: every tool by name, one way to call them, one way to close.

The composition root opens it with the settings; the engine and `doctor` use it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from bot.errors import AskAgain
from bot.models.port import Model, ToolSpec
from bot.tools.arguments import parse
from bot.tools.calling import call
from bot.tools.clock import Clock
from bot.tools.geocoding import Geocoder
from bot.tools.languages import titled
from bot.tools.openmeteo import PAUSE, OpenMeteo
from bot.tools.port import Tool, ToolContext, ToolOutput
from bot.tools.registry import load_tools
from bot.tools.review import CodeReview
from bot.tools.weather import Weather


class Toolbox:
    """All the tools of this process."""

    def __init__(
        self, tools: dict[str, Tool], closers: Sequence[Callable[[], Awaitable[None]]] = ()
    ) -> None:
        self.tools = tools
        self._closers = tuple(closers)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """Describe the tools to a model."""
        return tuple(
            ToolSpec(tool.name, tool.description, tool.parameters) for tool in self.tools.values()
        )

    async def call(self, name: str, context: ToolContext, arguments: str) -> ToolOutput:
        """Run the tool `name` with the arguments as the model wrote them.

        Raises `AskAgain` (also for a name that does not exist) and `ToolFailed`, nothing else.
        """
        tool = self.tools.get(name)
        if tool is None:
            names = ", ".join(self.tools) or "none"
            raise AskAgain(f"There is no tool {name[:64]!r}. The tools are: {names}.")
        return await call(tool, context, arguments)

    def title(self, name: str, arguments: str, locale: str) -> str:
        """Say what a call does, for a status line; never raises, whatever the model wrote."""
        tool = self.tools.get(name)
        try:
            if tool is not None:
                return tool.title(parse(arguments), locale)
        except Exception:  # noqa: S110  a status line is not worth a reply; the call tells
            pass
        return titled(name[:64], None, {}, locale)

    async def close(self) -> None:
        """Let go of every connection."""
        for closer in self._closers:
            await closer()


def open_toolbox(
    *,
    forecast_url: str,
    geocoding_url: str,
    model: Model | None = None,
    secrets: tuple[str, ...] = (),
    also: Iterable[Callable[..., Any] | Tool] = (),
    pause: float = PAUSE,
) -> Toolbox:
    """Gather the built-in tools, those in `also`, and those of installed packages.

    The addresses are Open-Meteo's hosts without `/v1/…`, and `pause` is in seconds, before a busy
    service is tried once more. `model` reads along in code reviews, to which none of `secrets` is
    shown. No connection is made before a tool needs it.
    """
    service = OpenMeteo(forecast_url, geocoding_url, pause=pause)
    geocoder = Geocoder(service)
    weather = Weather(service, geocoder)
    builtins = (
        weather.weather,
        Clock(geocoder).time,
        CodeReview(model, secrets).code_review,
        *also,
    )
    return Toolbox(load_tools(builtins), [weather.close, geocoder.close, service.close])
