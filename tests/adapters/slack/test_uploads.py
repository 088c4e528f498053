"""A file is put beside an answer once, in its slot, whatever happens on the way."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.client import CallRefused
from adapters.slack.limits import UPLOAD
from adapters.slack.outbound import SlackSurface
from adapters.slack.standing import Spot
from adapters.slack.status import StatusLines
from adapters.slack.uploads import Uploads
from bot.replies import File
from tests.adapters.slack.parts import Counted, asked, client_of
from tests.servers.slack import LocalSlack, Message


async def _surface(slack: LocalSlack, client: Any) -> tuple[SlackSurface, Message]:
    root = await slack.user_posts("general", "alice", "question")
    return SlackSurface(
        Spot(client, StatusLines(client), asked(slack, root).thread, "k", root.ts)
    ), root


def _files(slack: LocalSlack, root: Message) -> list[str]:
    return [file["name"] for message in slack.replies(root) for file in message.files]


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("files.getUploadURLExternal", "ratelimited"),
        ("files.completeUploadExternal", "ratelimited"),
        ("files.getUploadURLExternal", "503"),
        ("files.completeUploadExternal", "reset"),
        ("files.completeUploadExternal", "lost"),
    ],
)
async def test_a_file_is_put_there_once_in_its_slot_whatever_happens_on_the_way(
    method: str, kind: str
) -> None:
    allowance = Counted()
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        surface, root = await _surface(slack, client)
        slack.fail(method, kind)
        await surface.attach(File("table.csv", "text/csv", b"a,b"))
        assert _files(slack, root) == ["table.csv"]
        assert allowance.taken.count(UPLOAD) == (1 if kind == "lost" else 2)


async def test_a_file_that_an_earlier_attempt_has_put_there_is_not_put_there_again() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        for content in (b"a,b", b"a,b", b"a,b,c"):
            await surface.attach(File("table.csv", "text/csv", content))
        assert _files(slack, root) == ["table.csv", "table.csv"]


async def test_what_stands_there_is_read_once_for_all_files() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        for name in ("review.md", "review.sarif", "fixes.patch"):
            await surface.attach(File(name, "text/plain", b"a"))
        assert _files(slack, root) == ["review.md", "review.sarif", "fixes.patch"]
        assert len(slack.calls_to("conversations.replies")) == 1


async def test_a_file_of_which_only_the_name_is_told_is_known_again() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        root = await slack.user_posts("general", "alice", "question")
        there = {"bot_id": "B1", "ts": f"{float(root.ts) + 1:.6f}", "files": [{"name": "a.csv"}]}

        async def messages() -> list[dict[str, Any]]:
            return [there]

        uploads = Uploads(client, asked(slack, root).thread, root.ts, lambda: None, messages)
        await uploads.put(File("a.csv", "text/csv", b"a,b"))
        await uploads.put(File("b.csv", "text/csv", b"a,b"))
        assert _files(slack, root) == ["b.csv"]


async def test_a_file_that_slack_does_not_take_is_told_of() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface, root = await _surface(slack, client)
        slack.fail("files.completeUploadExternal", "file_uploads_disabled")
        with pytest.raises(CallRefused):
            await surface.attach(File("table.csv", "text/csv", b"a,b"))
        assert _files(slack, root) == []
