"""The real discord.py lives with the gateway: it hears, resumes, starts anew, and gives up."""

from __future__ import annotations

import pytest

from .server import LocalDiscord
from .sockets_client import Bot, Sharded, discord, running, until


async def test_it_logs_in_and_hears_a_message_once(server: LocalDiscord) -> None:
    bot = Bot()
    async with running(server, bot):
        await server.user_posts("general", "alice", "hello")
        await until(lambda: bot.texts == ["hello"])
        assert bot.messages[0].channel.name == "general"
        assert server.gateway.connections[0].streaming
        assert str(bot.guilds[0].me.id) == server.bot.id


async def test_after_a_drop_it_resumes_and_hears_what_it_missed_once(server: LocalDiscord) -> None:
    bot = Bot()
    async with running(server, bot):
        server.gateway.drop()
        await server.wait_for(lambda: not server.gateway.connections)
        await server.user_posts("general", "alice", "while you were away")
        await until(lambda: bot.happened == ["connect", "resumed"])
        await server.user_posts("general", "alice", "back again")
        await until(lambda: len(bot.texts) == 2)
        assert bot.texts == ["while you were away", "back again"]
        assert (server.gateway.identifies, server.gateway.resumes) == (1, 1)


async def test_it_follows_a_request_to_reconnect(server: LocalDiscord) -> None:
    bot = Bot()
    async with running(server, bot):
        server.gateway.reconnect()
        await until(lambda: "resumed" in bot.happened)
        assert server.gateway.identifies == 1


@pytest.mark.parametrize("code", [1000, 4000, 4008, 1012])
async def test_it_resumes_after_these_codes(server: LocalDiscord, code: int) -> None:
    bot = Bot()
    async with running(server, bot):
        server.gateway.close(code)
        await until(lambda: server.gateway.handshakes == 2 and server.gateway.ready())


async def test_an_invalid_session_makes_it_identify_again(
    server: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = Bot()
    # The client waits five seconds before every identify but its first.
    monkeypatch.setattr(bot, "before_identify_hook", _at_once)
    async with running(server, bot):
        server.gateway.invalidate()
        await until(lambda: server.gateway.identifies == 2)
        await until(lambda: bot.happened.count("connect") == 2)


async def test_a_forgotten_session_cannot_be_resumed(
    server: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = Bot()
    monkeypatch.setattr(bot, "before_identify_hook", _at_once)
    async with running(server, bot):
        server.gateway.forget_sessions()
        server.gateway.drop()
        await until(lambda: server.gateway.identifies == 2)
        assert server.gateway.invalid_sessions == 1


async def test_a_half_open_socket_is_noticed_by_its_silence(server: LocalDiscord) -> None:
    server.gateway.heartbeat_seconds = 0.05
    bot = Bot(heartbeat_timeout=0.3)
    async with running(server, bot):
        server.gateway.freeze()
        await server.user_posts("general", "alice", "unheard at first")
        await until(lambda: "resumed" in bot.happened)
        assert bot.texts == ["unheard at first"]


async def test_without_the_portals_consent_it_dies_of_4014(server: LocalDiscord) -> None:
    server.application.flags = 0
    bot = Bot()
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(server, bot):
            pass
    assert server.gateway.closes == [4014]


async def test_shards_share_the_servers(server: LocalDiscord) -> None:
    bot = Sharded(shard_count=2)
    bot.before_identify_hook = _at_once  # type: ignore[method-assign]
    async with running(server, bot):
        assert sorted(s.shard for s in server.gateway.sessions) == [(0, 2), (1, 2)]
        await server.user_posts("general", "alice", f"hello <@{server.bot.id}>")
        await server.user_posts(server.dm("alice"), "alice", "hello in private")
        await until(lambda: len(bot.texts) == 2)


async def test_an_automatically_sharded_client_asks_how_many_shards_there_should_be(
    server: LocalDiscord,
) -> None:
    server.gateway.recommended_shards = 2
    bot = Sharded()
    bot.before_identify_hook = _at_once  # type: ignore[method-assign]
    async with running(server, bot):
        await until(lambda: [c.name for c in server.calls].count("GET /gateway/bot") == 1)
        assert sorted(s.shard for s in server.gateway.sessions) == [(0, 2), (1, 2)]


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    return None
