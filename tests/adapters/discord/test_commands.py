"""The commands as Discord is told of them, in every language within its limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.commands import Tree, Words, grown, typed_in
from adapters.discord.surfaces.reception import time_text, weather_text
from bot.models.offline_reading import read
from bot.wording import say

NAME = re.compile(r"[-_'\w]{1,32}")
"""Of a slash command and an option
(https://docs.discord.com/developers/interactions/application-commands)."""


@pytest.fixture
async def payloads() -> list[dict[str, Any]]:
    tree: Tree = grown(discord.Client(intents=discord.Intents.none()), None)  # type: ignore[arg-type]  # nobody calls them here
    words = Words()
    return [await one.get_translated_payload(tree, words) for one in tree.get_commands()]


def said(part: dict[str, Any], field: str) -> Iterator[str]:
    yield part[field]
    yield from (part.get(f"{field}_localizations") or {}).values()


async def test_every_name_and_description_is_one_that_discord_takes(
    payloads: list[dict[str, Any]],
) -> None:
    for command in payloads:
        menu = command["type"] != 1
        for name in said(command, "name"):
            assert len(name) <= 32
            assert menu or (NAME.fullmatch(name) and name == name.lower())
        if menu:
            continue
        for part in (command, *command["options"]):
            assert all(NAME.fullmatch(name) for name in said(part, "name"))
            assert all(1 <= len(about) <= 100 for about in said(part, "description"))


async def test_all_of_a_command_together_is_not_too_long(payloads: list[dict[str, Any]]) -> None:
    for command in payloads:
        parts = [command, *command.get("options", ())]
        parts += [c for p in command.get("options", ()) for c in p.get("choices", ())]
        for field in ("name", "description"):
            assert all(field not in p or list(said(p, field)) for p in parts)
        total = sum(
            max(map(len, said(p, field)))
            for p in parts
            for field in ("name", "description")
            if field in p
        )
        assert total <= 8000


async def test_a_name_is_used_once_in_each_language(payloads: list[dict[str, Any]]) -> None:
    for place in (None, "zh-CN", "zh-TW"):
        names = [c["name"] if place is None else c["name_localizations"][place] for c in payloads]
        assert len(set(names)) == len(names)
        for command in payloads:
            options = command.get("options") or ()
            names = [
                o["name"] if place is None else o["name_localizations"][place] for o in options
            ]
            assert len(set(names)) == len(names)


async def test_required_options_come_first(payloads: list[dict[str, Any]]) -> None:
    for command in payloads:
        needed = [option.get("required", False) for option in command.get("options") or ()]
        assert needed == sorted(needed, reverse=True)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
def test_the_help_names_each_entry_of_a_messages_menu(
    payloads: list[dict[str, Any]], locale: str
) -> None:
    menus = [one for one in payloads if one["type"] == discord.AppCommandType.message.value]
    assert len(menus) == 2
    for menu in menus:
        name = menu["name_localizations"].get(locale, menu["name"])
        assert name in say("discord_help_ask", locale, mention="@Parley")


def test_what_somebody_types_into_is_found() -> None:
    assert typed_in({"options": [{"name": "unit", "value": "x"},
                                 {"name": "place", "value": "pa", "focused": True}]}) == (
        "place", "pa",
    )  # fmt: skip
    assert typed_in({"options": [{"name": "place", "value": "pa"}]}) is None


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["options", "focused", "name", "value"]), inner)))  # fmt: skip
def test_data_of_any_shape_is_read_or_left(data: object) -> None:
    typed_in(data)


@pytest.mark.parametrize("place", ["Paris", "San Francisco, California", "北京", "São Paulo"])
def test_the_core_reads_what_was_chosen_without_a_model_too(place: str) -> None:
    (wish,) = read(f"/weather {weather_text(place, 'fahrenheit', 3)}")
    assert (wish.kind, wish.places, wish.days, wish.unit) == (
        "weather", (place,), 3, "fahrenheit",
    )  # fmt: skip
    (wish,) = read(f"/weather {weather_text(place, None, None)}")
    assert wish.places == (place,)


def test_several_places_stay_apart() -> None:
    (wish,) = read(f"/time {time_text(['Tokyo', 'New York'])}")
    assert wish.places == ("Tokyo", "New York")
