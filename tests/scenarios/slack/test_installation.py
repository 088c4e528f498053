"""Installation in many workspaces: one bot, each workspace with a token of its own, never mixed."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.slack.manifest import SCOPES
from tests.processes import BotProcess
from tests.scenarios.slack.world import World
from tests.servers.slack import Message
from tests.servers.slack.apps import Installation
from tests.servers.slack.oauth import agree, decline, uninstall
from tests.servers.slack.workspace import Workspace

PUBLIC = "https://parley.example.com"
"""What the world calls the bot; a proxy would pass it on."""

KEYS = [base64.b64encode(bytes([n]) * 32).decode() for n in range(3)]


class ManyWorld(World):
    """A world without any bot token: the bot is where people install it."""

    key = KEYS[0]
    sockets = False

    def bot(self, role: str = "all", **env: str) -> BotProcess:
        app = self.slack.app
        app.redirect_urls = [f"{PUBLIC}/slack/oauth_redirect"]
        door = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": app.signing_secret}
        many = {
            "SLACK_BOT_TOKEN": "",
            "SLACK_CLIENT_ID": app.client_id,
            "SLACK_CLIENT_SECRET": app.client_secret,
            "PUBLIC_URL": PUBLIC,
            "ENCRYPTION_KEY": self.key,
        }
        return super().bot(role, **(many | ({} if self.sockets else door) | env))

    @asynccontextmanager
    async def open(self, *roles: str) -> AsyncIterator[World]:
        async with super().open(*roles):
            if not self.sockets:
                self.slack.use_http(f"{self.bots[0].url}/slack/events")
            yield self

    def workspace(self, name: str) -> Workspace:
        """Found a workspace with one person, alice, and one channel, general."""
        made = self.slack.add_workspace(name, name.lower())
        made.add_channel("general", "channel", [made.add_user("alice", f"Alice of {name}").id])
        return made

    async def install(self, workspace: Workspace, bot: BotProcess | None = None) -> Installation:
        """Install the bot and bring it into general."""
        browser = Browser(bot or self.bots[0])
        page = await browser.back(agree(self.slack, await browser.begin(), workspace))
        assert page.status == 200, page.text
        made = self.slack.installation_in(workspace.team_id)
        assert made is not None
        workspace.channel("general").members[made.bot_user_id] = None
        return made

    async def asks_in(self, workspace: Workspace, text: str) -> Message:
        where = workspace.channel("general").id
        return await self.slack.user_posts(where, "alice", f"@parley {text}")


@dataclass
class Page:
    status: int
    text: str
    headers: Any


class Browser:
    """Somebody who follows links, with one jar for the cookie."""

    def __init__(self, bot: BotProcess, language: str = "en") -> None:
        self.bot = bot
        self.cookie = ""
        self.cookie_set = ""
        self.language = language

    async def begin(self) -> str:
        """Open the install page; returns where it leads."""
        page = await self.get("/slack/install")
        assert page.status == 302
        return str(page.headers["Location"])

    async def back(self, address: str) -> Page:
        """Come back from Slack."""
        assert address.startswith(PUBLIC)
        return await self.get(address.removeprefix(PUBLIC))

    async def get(self, path: str) -> Page:
        headers = {"Accept-Language": self.language}
        if self.cookie:
            headers["Cookie"] = self.cookie
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(self.bot.url + path, headers=headers, allow_redirects=False) as got,
        ):
            if cookie := got.headers.get("Set-Cookie", ""):
                self.cookie_set = cookie
                self.cookie = cookie.partition(";")[0]
            return Page(got.status, await got.text(), got.headers.copy())


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ManyWorld]:
    world = ManyWorld(tmp_path)
    async with world.open():
        yield world


async def test_two_workspaces_are_answered_each_with_its_own_token(world: ManyWorld) -> None:
    assert (await world.bots[0].ready())["slack"] == {"ready": True}
    red, blue = world.workspace("Red"), world.workspace("Blue")
    bots = {each.team_id: await world.install(each) for each in (red, blue)}
    questions = {
        each.team_id: await world.asks_in(each, f"I am {each.name}") for each in (red, blue)
    }
    for workspace in (red, blue):
        question = questions[workspace.team_id]
        said = await world.answer(question)
        assert said == f"You said: [alice] I am {workspace.name}"
        await world.slack.user_posts(question.channel, "alice", "and now?", question.ts)
        await world.answer(question, 2)
    for call in world.slack.calls_to("chat.postMessage"):
        where, _ = world.slack.place(call.args["channel"])
        assert call.token == bots[where.team_id].token
        assert call.error is None
    shown = [world.spoken(request) for request in world.requests("and now?")]
    assert sorted("Red" in one for one in shown) == [False, True]
    assert all(("Red" in one) != ("Blue" in one) for one in shown)
    assert all(d.acked for d in world.slack.deliveries())


async def test_slack_is_asked_for_exactly_the_manifests_scopes(world: ManyWorld) -> None:
    asked = urlsplit(await Browser(world.bots[0]).begin())
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == (
        f"{world.slack.base_url}/oauth/v2/authorize"
    )
    query = parse_qs(asked.query)
    assert query["scope"] == [",".join(sorted(SCOPES))]
    assert query["client_id"] == [world.slack.app.client_id]
    assert query["redirect_uri"] == [f"{PUBLIC}/slack/oauth_redirect"]


async def test_the_cookie_is_for_this_server_alone(world: ManyWorld) -> None:
    browser = Browser(world.bots[0])
    await browser.begin()
    parts = {part.strip().lower() for part in browser.cookie_set.split(";")}
    assert {"secure", "httponly", "samesite=lax", "max-age=600"} <= parts


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-GB,en;q=0.9", "I am in Red now"),
        ("zh-CN,zh;q=0.9", "我已经加入 Red"),
        ("zh-TW", "我已經加入 Red"),
    ],
)
async def test_the_page_speaks_the_persons_language_and_may_do_nothing(
    world: ManyWorld, language: str, words: str
) -> None:
    browser, red = Browser(world.bots[0], language), world.workspace("Red")
    page = await browser.back(agree(world.slack, await browser.begin(), red))
    assert (page.status, words in page.text) == (200, True)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in page.text
    assert "Max-Age=0" in browser.cookie_set


async def test_a_workspaces_name_is_only_text(world: ManyWorld) -> None:
    browser, evil = Browser(world.bots[0]), world.workspace("<script>alert(1)</script>")
    page = await browser.back(agree(world.slack, await browser.begin(), evil))
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_a_state_is_good_once_and_only_in_the_browser_that_began(world: ManyWorld) -> None:
    red = world.workspace("Red")
    mine, other = Browser(world.bots[0]), Browser(world.bots[0])
    address = agree(world.slack, await mine.begin(), red)
    assert (await other.back(address)).status == 400  # without a cookie
    await other.begin()
    assert (await other.back(address)).status == 400  # with another one
    forged = address.replace("state=v1.", "state=v1.AAAA")
    assert (await mine_again(mine, forged)).status == 400
    assert world.slack.calls_to("oauth.v2.access") == []
    cookie = mine.cookie
    assert (await mine.back(address)).status == 200
    mine.cookie = cookie
    assert (await mine.back(address)).status == 400  # it was used
    assert len(world.slack.calls_to("oauth.v2.access")) == 1


async def mine_again(browser: Browser, address: str) -> Page:
    """Come back without losing the cookie."""
    cookie = browser.cookie
    try:
        return await browser.back(address)
    finally:
        browser.cookie = cookie


async def test_whoever_declines_is_told_that_nothing_was_installed(world: ManyWorld) -> None:
    browser = Browser(world.bots[0])
    page = await browser.back(decline(world.slack, await browser.begin()))
    assert page.status == 403
    assert "nothing was installed" in page.text
    assert f'href="{PUBLIC}/slack/install"' in page.text


async def test_a_whole_organisation_is_refused_and_its_token_given_back(world: ManyWorld) -> None:
    browser, red = Browser(world.bots[0]), world.workspace("Red")
    there = agree(world.slack, await browser.begin(), red, whole_organisation=True)
    page = await browser.back(there)
    assert (page.status, "single workspaces" in page.text) == (403, True)
    made = world.slack.installation_in(red.team_id)
    assert made is not None
    assert made.refused_as == "token_revoked"


@pytest.mark.parametrize("fault", ["bad_client_secret", "503", "reset", "html_ok"])
async def test_an_exchange_that_fails_is_told_to_both_without_the_secret(
    world: ManyWorld, fault: str
) -> None:
    world.slack.fail("oauth.v2.access", fault)
    browser, bot = Browser(world.bots[0]), world.bots[0]
    page = await browser.back(agree(world.slack, await browser.begin(), world.workspace("Red")))
    assert (page.status, "could not be completed" in page.text) == (502, True)
    await world.eventually(lambda: any("installation failed" in line for line in bot.lines))
    assert world.slack.app.client_secret not in "".join(bot.lines)
    await world.install(world.workspace("Blue"))


async def test_tokens_are_nowhere_in_clear(world: ManyWorld, tmp_path: Path) -> None:
    made = await world.install(world.workspace("Red"))
    files = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert b"installation/slack" in kept
    assert made.token.encode() not in kept
    assert made.token not in "".join(world.bots[0].lines)


async def test_an_uninstalled_workspace_is_forgotten_and_may_come_back(world: ManyWorld) -> None:
    red, blue = world.workspace("Red"), world.workspace("Blue")
    made = await world.install(red)
    await world.install(blue)
    await world.answer(await world.asks_in(red, "here"))
    uninstall(world.slack, made)
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    assert len([d for d in world.slack.deliveries() if "token" in d.event["type"]]) == 1
    removed = world.slack.deliveries("app_uninstalled")
    calls = len(world.slack.calls)
    made.refused_as = None  # Slack delivers what was on its way
    late = await world.asks_in(red, "anybody there?")
    made.refused_as = "account_inactive"
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await world.answer(await world.asks_in(blue, "still here"))
    assert world.slack.replies(late) == []
    assert made.token not in [call.token for call in list(world.slack.calls)[calls:]]

    removed[0].payload["event_time"] -= 60  # an old delivery, long on its way
    again = await world.install(red)
    assert again.token != made.token
    await world.slack.redeliver(removed[0])
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    question = await world.asks_in(red, "back again")
    assert await world.answer(question) == "You said: [alice] back again"


async def test_a_worker_elsewhere_knows_of_an_installation_at_once(tmp_path: Path) -> None:
    async with ManyWorld(tmp_path).open("listen", "work") as world:
        assert isinstance(world, ManyWorld)
        red = world.workspace("Red")
        await world.install(red)
        question = await world.asks_in(red, "split in two")
        assert await world.answer(question) == "You said: [alice] split in two"
        assert [d.acked for d in world.slack.deliveries()] == [True] * len(world.slack.deliveries())


async def test_it_survives_a_restart_and_a_change_of_keys(tmp_path: Path) -> None:
    world = ManyWorld(tmp_path)
    async with world.open():
        red = world.workspace("Red")
        await world.install(red)
        await world.bots[0].terminate()
        for keys in (f"{KEYS[1]},{KEYS[0]}", KEYS[1]):
            async with world.bot(ENCRYPTION_KEY=keys) as bot:
                await bot.ready()
                world.slack.use_http(f"{bot.url}/slack/events")
                await world.answer(await world.asks_in(red, f"with {len(keys)}"))
        async with world.bot(ENCRYPTION_KEY=KEYS[2]) as bot:
            await bot.ready()
            webhook = world.slack.use_http(f"{bot.url}/slack/events")
            await world.asks_in(red, "with a strange key")
            await world.until(lambda: 503 in webhook.statuses)
            await world.eventually(lambda: any("ENCRYPTION_KEY" in line for line in bot.lines))


async def test_over_sockets_too(tmp_path: Path) -> None:
    world = ManyWorld(tmp_path)
    world.sockets = True
    async with world.open():
        red = world.workspace("Red")
        await world.install(red)
        question = await world.asks_in(red, "over a socket")
        assert await world.answer(question) == "You said: [alice] over a socket"


async def test_a_configured_token_and_installations_live_together(tmp_path: Path) -> None:
    world = ManyWorld(tmp_path)
    async with world.slack, world.model, world.bot(SLACK_BOT_TOKEN=world.slack.bot_token) as bot:
        await bot.ready()
        world.slack.use_http(f"{bot.url}/slack/events")
        red = world.workspace("Red")
        await world.install(red)
        for question in (
            await world.asks(world.channel(), "at home"),
            await world.asks_in(red, "abroad"),
        ):
            await world.answer(question)
            (reply,) = world.slack.replies(question)
            _, where = world.slack.place(question.channel)
            assert reply.bot_id == world.slack.installation_in(where.team_id).bot_id  # type: ignore[union-attr]


async def test_what_is_missing_is_named(tmp_path: Path) -> None:
    world = ManyWorld(tmp_path)
    missing = {"PUBLIC_URL": "", "ENCRYPTION_KEY": "", "SLACK_SIGNING_SECRET": ""}
    async with world.slack, world.model, world.bot(**missing) as bot:
        assert await bot.exit_code() == 2
        told = "\n".join(bot.lines)
        for name in ("PUBLIC_URL", "ENCRYPTION_KEY", "SLACK_SIGNING_SECRET"):
            assert name in told
        assert "Traceback" not in told
