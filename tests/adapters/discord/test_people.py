"""Ids get their names, from the gateway's cache or by REST, and never hold anything up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.client import DiscordClient
from adapters.discord.people import People
from bot.events import Author, ThreadRef
from tests.adapters.discord.ears import client_of, listening, until
from tests.servers.discord import LocalDiscord


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as server:
        yield server


@pytest.fixture
async def client(discord: LocalDiscord) -> AsyncIterator[DiscordClient]:
    async with client_of(discord) as client:
        yield client


def thread(discord: LocalDiscord) -> ThreadRef:
    return ThreadRef("discord", discord.guild.id, discord.place("general").id, "1")


async def test_roles_channels_people_and_the_bot_are_named_by_rest(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    people = People(client)
    role, dave = discord.add_role(discord.guild, "oncall"), discord.person("dave")
    bob, general = discord.person("bob"), discord.place("general")
    ids = [role.id, bob.id, dave.id, general.id, discord.bot.id, "123", "no id"]
    found = await people.named(thread(discord), ids)
    assert found == {
        role.id: Author(role.id, "oncall"),
        bob.id: Author(bob.id, "Bob"),
        dave.id: Author(dave.id, "Dave"),
        general.id: Author(general.id, "general"),
        discord.bot.id: Author(discord.bot.id, "Parley", is_bot=True),
    }
    before = len(discord.calls)
    assert await people.named(thread(discord), ids) == found
    assert len(discord.calls) == before
    await people.close()


async def test_a_channel_that_not_everybody_sees_is_named_to_nobody(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    private = discord.text_channel("plans")
    everybody = discord.guild.roles[discord.guild.id]
    await discord.permit(private, everybody, deny=1 << 10)
    await discord.permit(private, allow=1 << 10)
    assert await People(client).named(thread(discord), [private.id]) == {}
    async with listening(discord) as ears:
        await discord.user_posts("general", "alice", f"@parley what is in <#{private.id}>?")
        await until(lambda: ears.texts == [f"what is in #{private.id}?"])
        people = People(ears.client, ears.listener.guild)
        assert await people.named(thread(discord), [private.id]) == {}


async def test_the_gateway_knows_roles_and_channels_without_a_call(discord: LocalDiscord) -> None:
    role = discord.add_role(discord.guild, "oncall")
    async with listening(discord) as ears:
        people = People(ears.client, ears.listener.guild)
        before = len(discord.calls)
        ids = [role.id, discord.place("general").id]
        found = await people.named(thread(discord), ids)
        assert [author.name for author in found.values()] == ["oncall", "general"]
        assert len(discord.calls) == before
        own = discord.bot_role(discord.guild).id
        assert await people.own_role(discord.guild.id) == own
        await discord.user_posts("general", "alice", f"<@&{own}> hi <@&{role.id}>")
        await until(lambda: ears.texts == ["hi @oncall"])


async def test_the_bots_own_role_is_found_by_rest(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    people = People(client)
    assert await people.own_role(discord.guild.id) == discord.bot_role(discord.guild).id
    assert await people.own_role("@me") == ""
    assert await people.own_role("5") == ""


async def test_a_name_that_cannot_be_had_is_left_out(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    people = People(client)
    discord.fail("*", "503", times=50)
    assert await people.named(thread(discord), [discord.person("bob").id]) == {}
    discord.faults.clear()
    assert len(await people.named(thread(discord), [discord.person("bob").id])) == 1


async def test_a_name_that_does_not_come_is_not_waited_for(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    people = People(client)
    discord.fail("*", "hang", times=5)
    assert await people.named(thread(discord), [discord.person("bob").id], 0.1) == {}
    await people.close()
