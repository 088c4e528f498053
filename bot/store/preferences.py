"""What each person has chosen: the bot's language, the scale of temperatures, who sees answers.

A hash per person that never runs out. What a later release wrote and this one does not know counts
as not chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from bot.store import keys
from bot.store.connection import Connection

Choice: TypeAlias = Literal["language", "units", "answers"]

CHOICES: Mapping[Choice, Collection[str]] = {
    "language": ("en", "zh-Hans", "zh-Hant"),
    "units": ("celsius", "fahrenheit"),
    "answers": ("public", "private"),
}
"""What can be chosen; an empty value takes a choice back."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's choices; empty where they chose nothing."""

    language: str = ""
    units: str = ""
    answers: str = ""
    """`private`: what they ask by a command is answered only for them."""


@dataclass(frozen=True, slots=True)
class PreferenceBook:
    """Everybody's preferences, by person (`platform/workspace/id`)."""

    connection: Connection

    async def load(self, person: str) -> Preferences:
        """Read a person's choices. Raises `StoreUnavailable` within 2 s."""
        names = list(get_args(Choice))
        name = keys.preferences(person)
        values = await self.connection.quick_command("hmget", name, names)
        return Preferences(
            **{
                choice: value if value in CHOICES[choice] else ""
                for choice, value in zip(names, values, strict=True)
            }
        )

    async def choose(self, person: str, choice: Choice, value: str) -> None:
        """Keep a choice. Raises ValueError for what cannot be chosen, `StoreUnavailable`."""
        name = keys.preferences(person)
        if not value:
            await self.connection.quick_command("hdel", name, choice)
        elif value not in CHOICES[choice]:
            raise ValueError(f"{choice} cannot be {value!r}")
        else:
            await self.connection.quick_command("hset", name, choice, value)
