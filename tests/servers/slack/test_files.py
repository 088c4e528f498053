"""Files are given to those who may read them; everybody else gets a sign-in page."""

from __future__ import annotations

import aiohttp
import aiohttp.web
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack


async def test_files_need_the_token_and_the_scope_else_a_sign_in_page_comes(
    slack: LocalSlack, session: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    message = await slack.user_posts(
        "general", "alice", "see", files=[slack.file("a.py", "print(1)\n")]
    )
    url = message.files[0]["url_private"]
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}

    async def get(headers: dict[str, str]) -> tuple[str, str]:
        async with session.get(url, headers=headers) as got:
            assert got.status == 200
            return got.content_type, await got.text()

    assert await get(bearer) == ("text/plain", "print(1)\n")
    assert (await get({}))[0] == "text/html"
    async with session.get(url, allow_redirects=False) as got:
        assert got.status == 302
    slack.installation.scopes.discard("files:read")
    assert "Sign in" in (await get(bearer))[1]


async def test_a_slack_connect_file_is_resolved_by_files_info(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    stub = slack.file("a.txt", "text", mode="connect")
    message = await slack.user_posts("general", "alice", "see", files=[stub])
    assert message.files[0]["file_access"] == "check_file_info"
    assert "url_private" not in message.files[0]
    info = await client.files_info(file=stub.id)
    assert info["file"]["url_private"].startswith(slack.base_url)


async def test_an_upload_takes_three_steps_and_shares_into_the_thread(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    await client.files_upload_v2(
        content="a,b\n1,2\n",
        filename="t.csv",
        channel=question.channel,
        thread_ts=question.ts,
        initial_comment="the table",
    )
    shared = slack.replies(question)[0]
    assert (shared.text, shared.files[0]["name"]) == ("the table", "t.csv")
    assert slack.workspace.files[shared.files[0]["id"]].content == b"a,b\n1,2\n"
