"""What people attach reaches the model, and the token reaches nobody else."""

from __future__ import annotations

import pytest

from tests.scenarios.slack.world import World
from tests.servers.slack import Message

pytestmark = pytest.mark.asyncio(loop_scope="package")

CODE = "def f(x):\n    return x < 3 and '&amp;' or `ls`\n\t# ünïcode 漢字\n"


async def _shown(world: World, question: Message, keyword: str) -> str:
    await world.answer(question)
    return world.spoken(world.requests(keyword)[-1])


async def test_a_text_file_is_read_to_the_letter(world: World) -> None:
    file = world.slack.file("fun ny_näme.py", CODE, mimetype="text/x-python")
    question = await world.asks(world.channel(), "read plain", files=[file])
    shown = await _shown(world, question, "read plain")
    assert CODE.strip() in shown
    assert "fun ny_näme.py" in shown
    assert len(world.requests("read plain")) == 1


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.6])
async def test_files_are_read_when_the_mention_comes_before_them(
    world: World, seconds: float
) -> None:
    world.slack.mention_first, world.slack.mention_delay = True, seconds
    try:
        keyword = f"mention first {seconds}"
        file = world.slack.file("late.txt", f"the late content {seconds}")
        question = await world.asks(world.channel(), keyword, files=[file])
        assert f"the late content {seconds}" in await _shown(world, question, keyword)
        await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
        assert len(world.slack.replies(question)) == 1
    finally:
        world.slack.mention_first, world.slack.mention_delay = False, 0.0


async def test_files_of_a_mention_that_comes_alone_are_asked_for(world: World) -> None:
    events = world.slack.app.events
    world.slack.app.events = events - {"message.channels"}
    try:
        file = world.slack.file("alone.txt", "found by asking")
        question = await world.asks(world.channel(), "mention alone", files=[file])
        assert "found by asking" in await _shown(world, question, "mention alone")
    finally:
        world.slack.app.events = events


async def test_files_without_words_are_read_in_a_direct_message(world: World) -> None:
    direct = world.slack.dm("alice")
    file = world.slack.file("silent.txt", "nothing was said about this")
    await world.slack.user_posts(direct, "alice", "", files=[file])
    await world.request("nothing was said about this")


async def test_a_file_from_another_organisation_is_read_under_its_name(world: World) -> None:
    file = world.slack.file("partner.txt", "words of a partner", mode="connect")
    question = await world.asks(world.channel(), "connect stub", files=[file])
    shown = await _shown(world, question, "connect stub")
    assert "words of a partner" in shown
    assert "partner.txt" in shown


async def test_a_file_on_another_host_is_named_and_never_asked_for(world: World) -> None:
    # The "other host" is this server under another name: it would notice the token.
    url = world.slack.base_url.replace("127.0.0.1", "localhost") + "/files-pri/T-F/x.txt"
    file = world.slack.file("theirs.txt", "secret", mode="external", external_url=url)
    question = await world.asks(world.channel(), "external file", files=[file])
    shown = await _shown(world, question, "external file")
    assert "theirs.txt" in shown
    assert "not read" in shown
    assert file.id not in [id for id, _ in world.slack.downloads]


@pytest.mark.parametrize("as_page", [True, False])
async def test_a_sign_in_page_is_not_taken_for_the_file(world: World, as_page: bool) -> None:
    world.slack.sign_in_as_page = as_page
    world.slack.installation.scopes.discard("files:read")
    try:
        keyword = f"sign in {as_page}"
        file = world.slack.file("page.html", "<b>mine</b>", mimetype="text/html")
        plain = world.slack.file("plain.txt", "mine")
        question = await world.asks(world.channel(), keyword, files=[file, plain])
        shown = await _shown(world, question, keyword)
        assert "Sign in" not in shown.replace(keyword, "")
        assert shown.count("no access") == 2
    finally:
        world.slack.installation.scopes.add("files:read")


async def test_what_is_too_large_or_no_text_is_named_with_the_reason(world: World) -> None:
    large = world.slack.file("large.log", b"x" * 5_000_001)
    binary = world.slack.file("program", b"\x7fELF\x00\x01\x02" * 50, mimetype="text/plain")
    question = await world.asks(world.channel(), "large and binary", files=[large, binary])
    shown = await _shown(world, question, "large and binary")
    assert "larger than" in shown
    assert "not a text file" in shown
    assert large.id not in [id for id, _ in world.slack.downloads]


async def test_a_download_that_fails_once_is_tried_again(world: World) -> None:
    world.slack.fail("files-pri", "reset")
    file = world.slack.file("again.txt", "second time lucky")
    question = await world.asks(world.channel(), "flaky file", files=[file])
    assert "second time lucky" in await _shown(world, question, "flaky file")
