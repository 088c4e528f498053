"""Workspaces by installation: found at once, remembered for moments, never mixed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.client import SlackClient
from adapters.slack.installation.installed import (
    FRESH_SECONDS,
    Installation,
    InstalledWorkspaces,
    Records,
)
from adapters.slack.installation.installing import (
    COOKIE,
    INSTALL,
    REDIRECT,
    STATE_SECONDS,
    Installing,
    Many,
)
from adapters.slack.workspaces import NotInstalled, OneWorkspace, departure, team_of
from bot.errors import PlatformRefused, StoreUnavailable
from bot.guard.sealing import Sealer
from bot.metrics import Metrics
from tests.adapters.slack.parts import Counted, client_of
from tests.servers.slack import LocalSlack

KEY, OTHER = b"k" * 32, b"o" * 32


class _Store:
    """What `Installations` and `Notes` do, in memory; `away` is a store that does not answer."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.reads = 0
        self.away = False
        self.claimed: set[str] = set()

    async def save(self, platform: str, workspace: str, sealed: str) -> None:
        self.kept[workspace] = sealed

    async def get(self, platform: str, workspace: str) -> str | None:
        self.reads += 1
        if self.away:
            raise StoreUnavailable("away")
        return self.kept.get(workspace)

    async def replace(self, platform: str, workspace: str, read: str, sealed: str) -> None:
        if self.kept.get(workspace) == read:
            self.kept[workspace] = sealed

    async def remove(self, platform: str, workspace: str, read: str) -> None:
        if self.kept.get(workspace) == read:
            del self.kept[workspace]

    async def claim(self, name: str, value: str, seconds: int) -> bool:
        if self.away:
            raise StoreUnavailable("away")
        new = name not in self.claimed
        self.claimed.add(name)
        return new


class _Stage:
    def __init__(self, *keys: bytes, home: OneWorkspace | None = None) -> None:
        self.store: Any = _Store()
        self.now = 1_000.0
        self.records = Records(self.store, Sealer(keys or [KEY]))
        self.client = SlackClient("", "http://127.0.0.1:9/api/", Counted(), Metrics())
        self.workspaces = InstalledWorkspaces(self.client, self.records, home, lambda: self.now)

    async def install(self, team: str, token: str = "xoxb-1", at: float = 500.5) -> None:
        await self.records.save(Installation(team, token, f"U{team}", f"B{team}", at))


@pytest.fixture
async def stage() -> AsyncIterator[_Stage]:
    made = _Stage()
    yield made
    await made.workspaces.close()


async def test_each_team_has_its_own_token_people_and_lines(stage: _Stage) -> None:
    for team in ("T1", "T2"):
        await stage.install(team, f"xoxb-{team}")
    one, two = await stage.workspaces.of("T1"), await stage.workspaces.of("T2")
    assert (one.client.token, two.client.token) == ("xoxb-T1", "xoxb-T2")
    assert (one.client.workspace, two.client.workspace) == ("T1", "T2")
    assert (one.me.user, two.me.bot, two.me.team) == ("UT1", "BT2", "T2")
    assert one.people is not two.people
    assert one.lines is not two.lines
    assert one.client.session is two.client.session


async def test_one_that_is_not_installed_is_never_answered_by_another(stage: _Stage) -> None:
    await stage.install("T1")
    for team in ("T2", "", "T1 "):
        with pytest.raises(NotInstalled):
            await stage.workspaces.of(team)


async def test_it_is_found_as_soon_as_it_is_kept_and_then_remembered(stage: _Stage) -> None:
    with pytest.raises(NotInstalled):
        await stage.workspaces.of("T1")
    await stage.install("T1")
    found = await stage.workspaces.of("T1")
    reads = stage.store.reads
    assert await stage.workspaces.of("T1") is found
    assert stage.store.reads == reads
    stage.now += FRESH_SECONDS + 0.1
    assert await stage.workspaces.of("T1") is found
    assert stage.store.reads == reads + 1


async def test_a_new_token_is_taken_at_the_next_look_or_when_the_old_is_refused(
    stage: _Stage,
) -> None:
    await stage.install("T1", "xoxb-old")
    found = await stage.workspaces.of("T1")
    await stage.install("T1", "xoxb-new")
    assert (await stage.workspaces.of("T1")).client.token == "xoxb-old"
    found.client.refused = "Slack refuses the bot token"
    assert (await stage.workspaces.of("T1")).client.token == "xoxb-new"


async def test_a_store_that_is_away_stops_only_what_is_not_known(stage: _Stage) -> None:
    await stage.install("T1")
    found = await stage.workspaces.of("T1")
    stage.store.away, stage.now = True, stage.now + 60
    assert await stage.workspaces.of("T1") is found
    with pytest.raises(StoreUnavailable):
        await stage.workspaces.of("T2")


async def test_of_many_requests_one_waits_for_a_store_that_is_away(stage: _Stage) -> None:
    await stage.install("T1")
    found = await stage.workspaces.of("T1")
    stage.store.away, stage.now, reads = True, stage.now + 60, stage.store.reads
    for _ in range(3):
        assert await stage.workspaces.of("T1") is found
    assert stage.store.reads == reads + 1
    stage.store.away, stage.now = False, stage.now + FRESH_SECONDS + 0.1
    await stage.workspaces.of("T1")
    assert stage.store.reads == reads + 2


async def test_a_removal_is_told_once_and_an_old_one_removes_nothing_new(stage: _Stage) -> None:
    await stage.install("T1", at=500.9)
    await stage.workspaces.of("T1")
    await stage.workspaces.left("T1", 499)
    await stage.workspaces.of("T1")
    await stage.workspaces.left("T1", 500)  # Slack tells whole seconds
    with pytest.raises(NotInstalled):
        await stage.workspaces.of("T1")
    await stage.workspaces.left("T1", 500)


async def test_what_no_key_opens_is_refused_and_can_be_removed(stage: _Stage) -> None:
    await stage.install("T1")
    other = _Stage(OTHER)
    other.store.kept = stage.store.kept
    with pytest.raises(PlatformRefused, match="ENCRYPTION_KEY"):
        await other.workspaces.of("T1")
    await other.workspaces.left("T1", 0)
    assert stage.store.kept == {}
    await other.workspaces.close()


async def test_an_installation_moved_to_another_workspace_does_not_open(stage: _Stage) -> None:
    await stage.install("T1")
    stage.store.kept["T2"] = stage.store.kept["T1"]
    with pytest.raises(PlatformRefused):
        await stage.workspaces.of("T2")


async def test_beside_a_configured_token_the_others_are_still_their_own() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        stage = _Stage(home=OneWorkspace(client))
        await stage.workspaces.start()
        await stage.install("T2", "xoxb-T2")
        home = await stage.workspaces.of(slack.workspace.team_id)
        assert home.client.token == slack.bot_token
        assert (await stage.workspaces.of("T2")).client.token == "xoxb-T2"
        with pytest.raises(NotInstalled):
            await stage.workspaces.of("T3")
        assert stage.workspaces.health().ready
        await stage.workspaces.close()


def test_the_team_is_the_one_that_the_event_was_sent_for() -> None:
    authorised = [{"team_id": "THOME", "user_id": "U"}]
    assert team_of({"team_id": "TGUEST", "authorizations": authorised}) == "THOME"
    assert team_of({"team_id": "T1"}) == "T1"
    assert team_of({"type": "block_actions", "team": {"id": "T2"}}) == "T2"
    for odd in ({}, {"authorizations": [3]}, {"team": None}, {"authorizations": {}, "team": "T"}):
        assert team_of(odd) == ""


@pytest.mark.parametrize(
    ("event", "leaves"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, False),
        ({"type": "tokens_revoked"}, False),
        ({"type": "message"}, False),
        ("odd", False),
    ],
)
def test_only_the_loss_of_the_bots_token_is_a_departure(event: Any, leaves: bool) -> None:
    assert (departure({"event": event, "event_time": 7}) == 7) is leaves


async def test_a_state_is_good_for_ten_minutes_one_browser_and_one_use() -> None:
    stage = _Stage()
    many = Many("id", "secret", "https://p.example", stage.store, stage.store, Sealer([KEY]))
    now = [1_000.0]
    app = web.Application()
    app.add_routes(Installing(many, stage.client, stage.records, lambda: now[0]).routes())
    jar = aiohttp.DummyCookieJar()
    async with TestServer(app) as server, aiohttp.ClientSession(cookie_jar=jar) as session:

        async def begun() -> tuple[str, dict[str, str]]:
            async with session.get(server.make_url(INSTALL), allow_redirects=False) as got:
                (state,) = parse_qs(urlsplit(got.headers["Location"]).query)["state"]
                return state, {"Cookie": f"{COOKIE}={got.cookies[COOKIE].value}"}

        async def ended(state: str, headers: dict[str, str]) -> int:
            address = server.make_url(REDIRECT).with_query(state=state, error="access_denied")
            async with session.get(address, headers=headers) as got:
                return got.status

        state, cookie = await begun()
        now[0] += STATE_SECONDS + 1
        assert await ended(state, cookie) == 400
        state, cookie = await begun()
        _, another = await begun()
        assert await ended(state, {}) == 400
        assert await ended(state, another) == 400
        stage.store.away = True
        assert await ended(state, cookie) == 503
        stage.store.away = False
        assert await ended(state, cookie) == 403
        assert await ended(state, cookie) == 400
        odd = Sealer([KEY]).seal(json.dumps({"not": "ours"}), "slack install state")
        assert await ended(odd, cookie) == 400
        for method in ("HEAD", "POST"):
            async with session.request(method, server.make_url(REDIRECT)) as got:
                assert got.status == 405
    await stage.workspaces.close()
