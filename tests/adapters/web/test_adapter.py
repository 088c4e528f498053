"""The playground's edge: what is malformed or foreign is refused, and everything stays inert."""

from __future__ import annotations

import json
import secrets

import aiohttp
import pytest

from bot.store.connection import Connection
from tests.adapters.web.browsing import Browser
from tests.adapters.web.serving import serve


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"[" * 100_000, 400),
        (b'{"as": "eve"}', 400),
        (b'{"as": "ana", "channel": "secret", "text": "x"}', 404),
        (b'{"as": "ana", "channel": "dm-ben", "text": "x"}', 404),
        (b'{"as": "ana", "channel": "general", "text": 5}', 400),
        (b'{"as": "ana", "channel": "general", "text": " "}', 400),
        (b'{"as": "ana", "channel": "general", "text": "x", "id": "../../x"}', 400),
        (b'{"as": "ana", "channel": "general", "text": "x", "thread": "m{1}"}', 400),
        (
            b'{"as": "ana", "channel": "general", "text": "x", "files": ["f","f","f","f","f","f"]}',
            400,
        ),
        (b'{"as": ["ana"], "channel": "general"}', 400),
        (b"x" * 500_000, 413),
    ],
)
async def test_a_malformed_message_is_refused(idle: Browser, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json", "Origin": idle.playground.url}
    url = f"{idle.playground.url}/api/messages"
    async with idle.session.post(url, data=body, headers=headers) as response:
        assert response.status == status
        assert (await response.json())["error"]["text"]


async def test_half_characters_become_whole_ones(idle: Browser) -> None:
    headers = {"Content-Type": "application/json", "Origin": idle.playground.url}
    fields = {"id": secrets.token_hex(16), "as": "ana", "channel": "general"}
    body = json.dumps(fields)[:-1] + ', "text": "a\\ud83db"}'
    url = f"{idle.playground.url}/api/messages"
    async with idle.session.post(url, data=body, headers=headers) as response:
        assert (await response.json())["message"]["text"] == "a\ufffdb"


async def test_a_form_of_another_site_is_refused(idle: Browser) -> None:
    url = f"{idle.playground.url}/api/messages"
    for type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        async with idle.session.post(url, data=b"{}", headers={"Content-Type": type}) as response:
            assert response.status == 415
    headers = {"Origin": "http://evil.example"}
    async with idle.session.post(url, json={}, headers=headers) as response:
        assert response.status == 403
    async with idle.session.get(f"{idle.playground.url}/", headers={"Host": "evil.example"}) as r:
        assert r.status == 403


async def test_every_answer_carries_the_headers_that_keep_it_inert(idle: Browser) -> None:
    for path in ("/", "/static/app.js", "/api/state", "/static/nothing", "/api/messages?channel=x"):
        async with idle.session.get(idle.playground.url + path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/static/../platform.py", "/static/%2e%2e/platform.py", "/static/x"]
)
async def test_only_the_pages_own_files_are_served(idle: Browser, path: str) -> None:
    url = aiohttp.client.URL(idle.playground.url + path, encoded=True)
    async with idle.session.get(url) as response:
        assert response.status == 404


async def test_wrong_paths_and_methods_are_told_apart(idle: Browser) -> None:
    async with idle.session.get(f"{idle.playground.url}/api/stop") as response:
        assert response.status == 405
    async with idle.session.get(f"{idle.playground.url}/api/nothing") as response:
        assert response.status == 404


async def test_the_password_is_asked_wherever_something_can_be_read(
    connection: Connection, session: aiohttp.ClientSession
) -> None:
    async with serve(connection, password="open sesame") as playground:
        browser = Browser(playground, session)
        assert (await browser.send("GET", "/api/state"))[0] == 401
        assert (await browser.post("hello"))[0] == 401
        assert (await browser.send("GET", "/api/events?after=0-0"))[0] == 401
        async with session.get(playground.url) as response:
            assert response.url.path == "/login"
        login = {"url": f"{playground.url}/login", "headers": {"Origin": playground.url}}
        async with session.post(data={"password": "wrong"}, **login) as response:
            assert response.status == 401
            assert "not right" in await response.text()
        async with session.post(
            data={"password": "open sesame"}, allow_redirects=False, **login
        ) as response:
            assert response.status == 303
            cookie = response.headers["Set-Cookie"]
            value = response.cookies["parley_session"].value
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        cookies = {"Cookie": f"parley_session={value}"}
        assert (await browser.send("GET", "/api/state", **cookies))[0] == 200
        for _ in range(5):
            async with session.post(data={"password": "wrong"}, **login) as response:
                pass
        assert response.status == 429


async def test_before_it_listens_and_after_it_stopped_nothing_is_taken(
    connection: Connection, session: aiohttp.ClientSession
) -> None:
    async with serve(connection) as playground:
        await playground.platform.close()
        status, answer = await Browser(playground, session).post("@parley hello")
        assert (status, answer["error"]["code"]) == (503, "starting")
