"""Sockets open by a ticket that is good once, and die in every way that they do in life."""

from __future__ import annotations

import asyncio

import aiohttp
import aiohttp.web
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import Listener, until


async def test_a_ticket_is_good_once_and_for_a_short_time(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    web = AsyncWebClient(base_url=slack.api_url, session=session)

    async def fresh_url() -> str:
        return str((await web.apps_connections_open(app_token=slack.app_token))["url"])

    url = await fresh_url()
    async with session.ws_connect(url) as ws:
        hello = await ws.receive_json()
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": slack.app.id}
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)
    url = await fresh_url()
    slack.clock.advance(slack.hub.ticket_seconds + 1)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)


async def test_the_eleventh_socket_is_turned_away(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    web = AsyncWebClient(base_url=slack.api_url, session=session)
    sockets = []
    for _ in range(11):
        opened = await web.apps_connections_open(app_token=slack.app_token)
        sockets.append(await session.ws_connect(opened["url"]))
    for ws in sockets[:10]:
        assert (await ws.receive_json())["type"] == "hello"
    turned_away = await sockets[10].receive_json()
    assert (turned_away["type"], turned_away["reason"]) == ("disconnect", "too_many_websockets")
    assert (await sockets[10].receive()).type is aiohttp.WSMsgType.CLOSE
    for ws in sockets:
        await ws.close()


async def test_the_real_client_follows_a_disconnect_frame_and_survives_a_reset(
    slack: LocalSlack,
) -> None:
    async with Listener(slack, ping_interval=0.3) as listener:
        await slack.wait_for(slack.hub.ready)
        old = slack.hub.ready()[0]
        slack.hub.disconnect("refresh_requested")
        await slack.wait_for(lambda: slack.hub.ready() and slack.hub.ready()[0] is not old)
        slack.hub.ready()[0].reset()
        await slack.wait_for(lambda: slack.hub.connections == 3 and slack.hub.ready())
        await slack.user_posts(slack.dm(), "alice", "still there?")
        await until(lambda: listener.events)


async def test_refused_handshakes_and_a_late_hello_do_not_lose_the_ticket(
    slack: LocalSlack,
) -> None:
    slack.hub.refuse_handshakes, slack.hub.hello_delay = 1, 30.0
    async with Listener(slack, ping_interval=0.1):
        assert slack.hub.handshakes_refused == 1
        assert slack.hub.ready() == []
        await slack.wait_for(lambda: slack.hub.sockets)
        slack.clock.advance(30)
        await slack.wait_for(slack.hub.ready)


async def test_slack_pings_its_sockets_and_a_disabled_link_lets_nobody_back_in(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    web = AsyncWebClient(base_url=slack.api_url, session=session)
    opened = await web.apps_connections_open(app_token=slack.app_token)
    async with session.ws_connect(opened["url"]) as ws:
        assert (await ws.receive_json())["type"] == "hello"
        slack.clock.advance(slack.hub.ping_seconds)
        frame = asyncio.create_task(ws.receive_json())
        await until(lambda: slack.hub.ready()[0].pongs == 1)
        slack.hub.disconnect("link_disabled", grace=0)
        assert (await frame)["reason"] == "link_disabled"
        assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
    with pytest.raises(SlackApiError, match="forbidden_team"):
        await web.apps_connections_open(app_token=slack.app_token)
