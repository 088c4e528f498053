"""The bot is called into a thread that others began: it has read what came before."""

from __future__ import annotations

import pytest

from tests.scenarios.slack.world import World

pytestmark = pytest.mark.asyncio(loop_scope="package")

CODE = 'if a < b && c:\n\tprint("*not bold* _x_ <@U123>")  # `ticks` too'


async def test_it_has_read_the_thread_with_its_code_to_the_letter(world: World) -> None:
    channel = world.channel()
    root = await world.slack.user_posts(channel, "bob", "this fails:\n```" + CODE + "```")
    await world.slack.user_posts(channel, "carol", "line *two* I guess", root.ts)
    await world.asks(channel, "who is right?", thread_ts=root.ts)
    await world.answer(root)
    shown = world.spoken(await world.request("who is right?"))
    assert f"```\n{CODE}\n```" in shown
    assert "[bob] this fails" in shown
    assert "[carol] line" in shown


async def test_it_has_read_the_files_of_the_thread(world: World) -> None:
    channel = world.channel()
    notes = world.slack.file("notes.txt", b"the launch word is marzipan")
    root = await world.slack.user_posts(channel, "bob", "my notes", files=[notes])
    await world.asks(channel, "what is the launch word?", thread_ts=root.ts)
    await world.answer(root)
    shown = world.spoken(await world.request("launch word?"))
    assert "notes.txt" in shown
    assert "marzipan" in shown


async def test_it_reads_a_thread_once_and_then_follows_it(world: World) -> None:
    channel = world.channel()
    root = await world.slack.user_posts(channel, "bob", "the plan is blue")
    await world.asks(channel, "which colour?", thread_ts=root.ts)
    await world.answer(root)
    reads = len(world.slack.calls_to("conversations.replies"))
    await world.slack.user_posts(channel, "carol", "@bob it is green now", root.ts)
    await world.slack.user_posts(channel, "alice", "and now, which colour?", root.ts)
    await world.answer(root, 2)
    assert "[carol] @bob it is green now" in world.spoken(await world.request("and now, which"))
    assert len(world.slack.calls_to("conversations.replies")) == reads


async def test_what_was_said_before_the_call_and_comes_late_is_no_question(world: World) -> None:
    channel = world.channel()
    root = await world.slack.user_posts(channel, "bob", "a talk among people")
    late = await world.slack.user_posts(channel, "carol", "said long ago", root.ts)
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await world.asks(channel, "join us", thread_ts=root.ts)
    await world.answer(root)
    await world.slack.redeliver(late)
    await world.slack.user_posts(channel, "alice", "and now?", root.ts)
    await world.answer(root, 2)
    assert len(world.slack.replies(root)) == 2
    assert not world.requests("said long ago")


async def test_its_own_earlier_answers_are_its_own(world: World) -> None:
    channel = world.channel()
    root = await world.asks(channel, "my number is 12")
    await world.answer(root)
    await world.slack.slash("/parley", "reset", "alice", channel)
    # The thread is unknown now; a person of another thread reads it anew.
    await world.slack.user_posts(channel, "bob", "so?", root.ts)
    await world.answer(root, 2)
    assert "my number is 12" not in world.spoken(await world.request("so?"))


@pytest.mark.parametrize("length", [150, 700])
async def test_of_a_long_thread_the_root_and_the_newest_count(world: World, length: int) -> None:
    channel = world.channel()
    root = await world.slack.user_posts(channel, "bob", "root of the matter")
    for number in range(length):
        await world.slack.user_posts(channel, "carol", f"line {number}.", root.ts, raw=True)
    reads = len(world.slack.calls_to("conversations.replies"))
    question = await world.asks(channel, f"summary of {length}?", thread_ts=root.ts)
    await world.answer(question)
    shown = world.spoken(await world.request(f"summary of {length}?"))
    assert "root of the matter" in shown
    newest = [number for number in range(length) if f"line {number}." in shown]
    assert newest == list(range(length - len(newest), length))
    assert len(newest) >= 99
    assert len(world.slack.calls_to("conversations.replies")) - reads <= 8
