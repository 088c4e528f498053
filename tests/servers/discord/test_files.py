"""Files: uploading them, and fetching them from signed addresses that expire."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import pytest

from . import limits
from .conftest import Raw
from .server import LocalDiscord
from .sockets_client import discord as library


def form(*files: tuple[str, bytes], **body: Any) -> aiohttp.FormData:
    made = aiohttp.FormData()
    made.add_field("payload_json", library.utils._to_json(body), content_type="application/json")
    for number, (name, data) in enumerate(files):
        made.add_field(f"files[{number}]", io.BytesIO(data), filename=name)
    return made


async def test_the_real_client_sends_and_fetches_files(
    server: LocalDiscord, client: library.Client
) -> None:
    channel = await client.fetch_channel(int(server.place("general").id))
    files = [library.File(io.BytesIO(b"one"), "a b.txt", description="first")]
    posted = await channel.send("x", files=[*files, library.File(io.BytesIO(b"two"), "b.py")])
    first, second = posted.attachments
    assert (first.filename, first.size, first.description) == ("a b.txt", 3, "first")
    assert first.content_type == "text/plain; charset=utf-8"
    assert await second.read() == b"two"
    assert server.downloads[-1][1] is None  # without the token
    edited = await posted.edit(attachments=[second])
    assert [a.filename for a in edited.attachments] == ["b.py"]


async def test_too_many_and_too_big_files_are_refused(server: LocalDiscord, raw: Raw) -> None:
    path = f"/channels/{server.place('general').id}/messages"
    big = form(("big.bin", b"x" * (limits.FILE_BYTES + 1)), content="x")
    assert await raw.code("POST", path, data=big) == (413, 40005)
    many = form(*[(f"{n}.txt", b"x") for n in range(11)], content="x")
    assert await raw.errors("POST", path, data=many) == ["attachments: BASE_TYPE_MAX_LENGTH"]
    await server.permit("general", deny=1 << 15)
    assert await raw.code("POST", path, data=form(("a.txt", b"x"))) == (403, 50013)
    await server.permit("general")
    status, posted = await raw("POST", path, data=form(("a.txt", b"x")))
    assert (status, posted["content"]) == (200, "")
    assert len(server.messages("general")) == 1


async def test_an_address_needs_its_signature_and_expires(server: LocalDiscord, raw: Raw) -> None:
    message = await server.user_posts("general", "alice", "see", files=[("code.py", "print()")])
    shown = (await raw("GET", f"/channels/{message.channel_id}/messages/{message.id}"))[1]
    (attachment,) = shown["attachments"]
    assert attachment["size"] == 7

    async with aiohttp.ClientSession() as session:

        async def fetch(url: str) -> tuple[int, str]:
            async with session.get(url) as answer:
                return answer.status, await answer.text()

        assert await fetch(attachment["url"]) == (200, "print()")
        assert (await fetch(attachment["url"].replace("hm=", "hm=0")))[0] == 404
        assert (await fetch(attachment["url"].partition("?")[0]))[0] == 404
        server.clock.advance(86_401)
        assert (await fetch(attachment["url"]))[0] == 404
        anew = {"attachment_urls": [attachment["url"]]}
        refreshed = (await raw("POST", "/attachments/refresh-urls", anew))[1]["refreshed_urls"]
        assert await fetch(refreshed[0]["refreshed"]) == (200, "print()")
        await server.user_deletes(message)
        assert (await fetch(refreshed[0]["refreshed"]))[0] == 404


async def test_the_host_of_files_can_be_in_trouble(server: LocalDiscord, raw: Raw) -> None:
    message = await server.user_posts("general", "alice", "see", files=[("code.py", "print()")])
    path = f"/channels/{message.channel_id}/messages/{message.id}"
    url = (await raw("GET", path))[1]["attachments"][0]["url"]
    async with aiohttp.ClientSession() as session:
        for kind, status in (("503", 503), ("slow", 200)):
            server.fail("/cdn", kind, delay=0.01)
            async with session.get(url) as answer:
                assert answer.status == status
        for kind in ("reset", "half"):
            server.fail("/cdn", kind, times=2)  # aiohttp tries a reset GET once more
            with pytest.raises(aiohttp.ClientError):
                async with session.get(url) as answer:
                    await answer.read()
