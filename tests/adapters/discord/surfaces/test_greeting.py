"""One hello where the bot is added: short, in the server's language, once."""

from __future__ import annotations

import asyncio
from typing import Any

from adapters.discord.surfaces.greeting import Greeting, Joined
from bot.wording import say
from tests.adapters.discord.rig import Rig, rigged
from tests.servers.discord import Message
from tests.servers.discord.sockets_client import until

POSTS = "/channels/{channel_id}/messages"


def hellos(rig: Rig, guild_name: str) -> list[Message]:
    discord = rig.discord
    guild = next(g for g in discord.guilds.values() if g.name == guild_name)
    channels = [c for c in discord.channels.values() if c.guild_id == guild.id]
    return [m for channel in channels for m in discord.own(channel)]


async def invited(rig: Rig, locale: str = "en-US", **how: Any) -> None:
    discord = rig.discord
    guild = discord.open_guild("Beta", "carol", with_bot=False, locale=locale)
    discord.open_channel("lobby", guild=guild, **how)
    discord.invite_bot(guild)
    await until(lambda: all(p.gateway.get_guild(int(guild.id)) for p in rig.processes))
    for _ in range(20):
        await asyncio.sleep(0)  # its handlers begin
    await rig.settle()


async def test_a_new_server_is_greeted_once_whoever_hears_of_it() -> None:
    async with rigged() as rig:
        await rig.begin()
        await invited(rig, "zh-TW")
        (hello,) = hellos(rig, "Beta")
        assert "`/提問`" in hello.content
        assert "30 天" in hello.content
        assert say("discord_hello_blind", "zh-TW") not in hello.content
        assert rig.discord.pinged_by_bot() == []
        assert hellos(rig, "Acme") == []


async def test_without_message_content_it_says_what_works() -> None:
    async with rigged(reads_all=lambda: False) as rig:
        await invited(rig)
        (hello,) = hellos(rig, "Beta")
        assert hello.content.endswith(say("discord_hello_blind", "en"))
        assert len(hello.content) <= 2000


async def test_where_it_may_not_answer_it_says_nothing() -> None:
    async with rigged(allowed=lambda names: "general" in names) as rig:
        await invited(rig)
        assert hellos(rig, "Beta") == []


async def test_a_channel_that_refuses_is_followed_by_the_next_one() -> None:
    async with rigged() as rig:
        discord = rig.discord
        general, engineering = (discord.place(name).id for name in ("general", "engineering"))
        greeting = Greeting(
            rig.rest, rig.notes, history_ttl=60.0, allowed=lambda _: True, reads_all=lambda: True
        )
        discord.fail(f"POST {POSTS}", "403:50013")
        server = Joined("77", "en-US", discord.bot.id, (
            (general, "general"), (engineering, "engineering"),
        ))  # fmt: skip
        await greeting.greet(server)
        await greeting.greet(server)
        assert discord.own("general") == []
        assert len(discord.own("engineering")) == 1


async def test_a_lost_answer_leaves_one_hello() -> None:
    async with rigged() as rig:
        rig.discord.fail(f"POST {POSTS}", "lost")
        await invited(rig)
        assert len(hellos(rig, "Beta")) == 1
