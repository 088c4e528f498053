"""What the commands are, and what the core is handed of them: names, options, texts.

The tree is discord.py's; its callbacks only read what was chosen and hand it to the `Counter`
behind them. Names and descriptions stand in `bot.wording`.
Limits: https://docs.discord.com/developers/interactions/application-commands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import discord
from discord import app_commands
from discord.app_commands import (
    AppCommandContext,
    AppInstallationType,
    TranslationContextLocation,
)

from bot.wording import language, say

_log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

MOST_DAYS = 7
LONGEST_TEXT = 4_000
"""Characters of an option; Discord itself takes 6,000."""
LONGEST_PLACE, LONGEST_PLACES = 100, 300


class Counter(Protocol):
    """What is behind the tree. Each call acknowledges its interaction."""

    async def ask(
        self,
        interaction: Interaction,
        question: str,
        file: discord.Attachment | None,
        private: bool,
    ) -> None:
        """Put a question."""

    async def weather(
        self, interaction: Interaction, place: str, unit: str | None, days: int | None
    ) -> None:
        """Put a question about the weather."""

    async def time(self, interaction: Interaction, places: str) -> None:
        """Put a question about the time."""

    async def review(
        self,
        interaction: Interaction,
        text: str | None,
        file: discord.Attachment | None,
        link: str | None,
    ) -> None:
        """Put a wish for a review."""

    async def act(self, interaction: Interaction, name: str) -> None:
        """Do what needs no answer from the model: `reset`, `leave`, `help`."""

    async def ask_about(self, interaction: Interaction) -> None:
        """Open the dialog about a message."""

    async def review_message(self, interaction: Interaction) -> None:
        """Put a wish for a review of a message."""

    async def suggest(self, interaction: Interaction, typed: str, *, several: bool) -> None:
        """Offer places."""

    async def confused(self, interaction: Interaction) -> None:
        """Say that a command is none that this release knows."""


class Tree(app_commands.CommandTree[Any]):
    """The tree of one client; what goes wrong in it is told to who called it."""

    def __init__(self, client: discord.Client, counter: Counter) -> None:
        super().__init__(
            client,
            allowed_installs=AppInstallationType(guild=True, user=True),
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self._counter = counter

    async def interaction_check(self, interaction: Interaction) -> bool:
        """Let commands pass. What is typed into one is answered here: discord.py would answer once
        more where another process has, and log that as a fault."""
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        if (found := typed_in(interaction.data)) is not None:
            option, typed = found
            await self._counter.suggest(interaction, typed, several=option == _SEVERAL)
        return False

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Answer also where Discord knows a command otherwise than this release."""
        if isinstance(error, app_commands.CommandInvokeError):
            _log.error("a command failed", exc_info=error.original)
        else:
            _log.warning("a command was not understood: %s", type(error).__name__)
        if interaction.type is not discord.InteractionType.autocomplete:
            await self._counter.confused(interaction)


def grown(client: discord.Client, counter: Counter) -> Tree:
    """Return a tree with all the commands, in English; `Words` translates."""
    tree = Tree(client, counter)
    for command in (*_asking(counter), *_looking_up(counter), *_acting(counter)):
        tree.add_command(command)
    for menu in _menus(counter):
        tree.add_command(menu)
    return tree


class Words(app_commands.Translator):
    """Translates names and descriptions into Chinese; English is what they are in the tree."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the words for a locale, None where Discord is to show the English ones."""
        key = _key(context.location, getattr(context.data, "name", ""))
        if not key or language(locale.value) == "en":
            return None
        return say(key, locale.value)


_MENUS = {"Ask Parley about this": "menu_ask", "Review this code": "menu_review"}
"""What the menus are called in English, and by which their payloads name them."""

_SEVERAL = "places"
"""The option that takes several places."""

_CHOICES = {"Celsius (°C)": "home_celsius", "Fahrenheit (°F)": "home_fahrenheit"}


def _key(location: TranslationContextLocation, name: str) -> str:
    """Return under which key the words of a part of the tree stand, empty for none."""
    match location:
        case TranslationContextLocation.command_name:
            return _MENUS.get(name, f"command_{name}")
        case TranslationContextLocation.command_description:
            return f"command_{name}_about"
        case TranslationContextLocation.parameter_name:
            return f"option_{name}"
        case TranslationContextLocation.parameter_description:
            return f"option_{name}_about"
        case TranslationContextLocation.choice_name:
            return _CHOICES.get(name, "")
    return ""


def typed_in(data: object) -> tuple[str, str] | None:
    """Return the option that somebody types into, and what they have typed; None for none."""
    options = data.get("options") if isinstance(data, Mapping) else None
    for option in options if isinstance(options, Sequence) else ():
        if isinstance(option, Mapping) and option.get("focused"):
            return str(option.get("name") or ""), str(option.get("value") or "")
    return None


_Text = app_commands.Range[str, 1, LONGEST_TEXT]
_Place = app_commands.Range[str, 1, LONGEST_PLACE]
_Places = app_commands.Range[str, 1, LONGEST_PLACES]
_Days = app_commands.Range[int, 1, MOST_DAYS]

_Callback: TypeAlias = Callable[..., Coroutine[Any, Any, None]]
_Command: TypeAlias = app_commands.Command[Any, ..., Any]


def _asking(counter: Counter) -> Sequence[_Command]:
    @_command("ask", "question", "attachment", "private")
    async def ask(
        interaction: Interaction,
        question: _Text,
        attachment: discord.Attachment | None = None,
        private: bool = False,
    ) -> None:
        await counter.ask(interaction, question, attachment, private)

    @_command("review", "text", "attachment", "link")
    async def review(
        interaction: Interaction,
        text: _Text | None = None,
        attachment: discord.Attachment | None = None,
        link: _Text | None = None,
    ) -> None:
        await counter.review(interaction, text, attachment, link)

    return ask, review


def _looking_up(counter: Counter) -> Sequence[_Command]:
    @_command("weather", "place", "unit", "days")
    @app_commands.choices(
        unit=[
            app_commands.Choice(name=name, value=value)
            for name, value in zip(_CHOICES, ("celsius", "fahrenheit"), strict=True)
        ]
    )
    async def weather(
        interaction: Interaction,
        place: _Place,
        unit: str | None = None,
        days: _Days | None = None,
    ) -> None:
        await counter.weather(interaction, place, unit, days)

    @_command("time", "places")
    async def time(interaction: Interaction, places: _Places) -> None:
        await counter.time(interaction, places)

    weather.autocomplete("place")(_suggested)
    time.autocomplete("places")(_suggested)
    return weather, time


async def _suggested(_: Interaction, __: str) -> list[app_commands.Choice[str]]:
    """Stand for what the tree does itself, so that Discord knows that there are suggestions."""
    return []


def _acting(counter: Counter) -> Sequence[_Command]:
    @_command("reset")
    async def reset(interaction: Interaction) -> None:
        await counter.act(interaction, "reset")

    @_command("leave")
    async def leave(interaction: Interaction) -> None:
        await counter.act(interaction, "leave")

    @_command("help")
    async def help(interaction: Interaction) -> None:
        await counter.act(interaction, "help")

    return reset, leave, help


def _menus(counter: Counter) -> Sequence[app_commands.ContextMenu]:
    async def ask_about(interaction: Interaction, message: discord.Message) -> None:
        await counter.ask_about(interaction)

    async def review(interaction: Interaction, message: discord.Message) -> None:
        await counter.review_message(interaction)

    return [
        app_commands.ContextMenu(name=name, callback=callback)
        for name, callback in zip(_MENUS, (ask_about, review), strict=True)
    ]


def _command(name: str, *options: str) -> Callable[[_Callback], _Command]:
    """Make a command of a callback, with its English descriptions."""

    def made(callback: _Callback) -> _Command:
        abouts = {option: say(f"option_{option}_about", "en") for option in options}
        described = app_commands.describe(**abouts)(callback) if abouts else callback
        about = say(f"command_{name}_about", "en")
        return app_commands.Command(name=name, description=about, callback=described)

    return made
