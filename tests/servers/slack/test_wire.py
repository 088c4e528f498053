"""Tokens, bodies and scopes are judged as the Web API judges them."""

from __future__ import annotations

from typing import Any

import aiohttp
import aiohttp.web
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import error_of, refused


async def test_tokens_are_judged_by_kind_and_state(
    slack: LocalSlack, session: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    async def ask(method: str, token: str | None) -> str:
        asker = AsyncWebClient(token=token, base_url=slack.api_url, session=session)
        return await error_of(asker.api_call(method))

    assert await ask("auth.test", None) == "not_authed"
    assert await ask("auth.test", "xoxb-nobody") == "invalid_auth"
    assert await ask("users.info", slack.app_token) == "not_allowed_token_type"
    assert await ask("apps.connections.open", slack.bot_token) == "not_allowed_token_type"
    assert await ask("chat.nonsense", slack.bot_token) == "unknown_method"
    assert (await client.auth_test())["user_id"] == slack.bot_user
    slack.revoke("token_revoked")
    assert await ask("auth.test", slack.bot_token) == "token_revoked"


async def test_json_bodies_need_the_token_in_the_header_and_their_own_methods(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    async def post(method: str, **how: Any) -> dict[str, Any]:
        async with session.post(slack.api_url + method, **how) as answer:
            return await answer.json()

    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    body = {"channel": slack.channel("general"), "text": "hi", "ts": "1.000000"}
    in_body = await post("chat.postMessage", json=body | {"token": slack.bot_token})
    assert in_body["error"] == "not_authed"
    assert (await post("chat.postMessage", data=body | {"token": slack.bot_token}))["ok"]
    posted = await post("chat.postMessage", json=body, headers=bearer)
    assert posted["ok"]
    assert posted["warning"] == "missing_charset"
    unread = await post("conversations.replies", json=body, headers=bearer)
    assert unread["error"] == "invalid_arguments"
    assert "missing required field: channel" in unread["response_metadata"]["messages"][0]
    broken = bearer | {"Content-Type": "application/json; charset=utf-8"}
    assert (await post("chat.postMessage", data=b"{", headers=broken))["error"] == "invalid_json"
    assert (await post("chat.postMessage", data=b"[]", headers=broken))[
        "error"
    ] == "json_not_object"


async def test_a_missing_scope_names_what_is_needed_and_what_is_there(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.installation.scopes = {"chat:write", "channels:history"}
    body = await refused(client.users_info(user=slack.user("alice")))
    assert (body["error"], body["needed"]) == ("missing_scope", "users:read")
    assert body["provided"] == "channels:history,chat:write"
    question = await slack.user_posts(slack.dm(), "alice", "hello")
    body = await refused(client.conversations_replies(channel=slack.dm(), ts=question.ts))
    assert body["needed"] == "im:history"
    posted = await client.chat_postMessage(channel="general", text="hi")
    assert posted.headers["X-OAuth-Scopes"] == "channels:history,chat:write"
