"""Reading back: the newest of a thread however long it is, within few reads."""

from __future__ import annotations

import pytest

from adapters.slack import inbound
from adapters.slack.threads import complete, earlier, later, patiently
from adapters.slack.walking import AIMED_AT, MOST_GUESSES, MOST_WALKED, SHORT_PAGE, Raw
from bot.events import Message as Asked
from bot.platform import PartlyRead
from tests.adapters.slack.parts import Counted, asked, client_of, me
from tests.servers.slack import LocalSlack, Message

LIMIT = 100


async def _thread(slack: LocalSlack, gaps: list[float]) -> tuple[Message, Message]:
    """Write a thread with these seconds between its lines; returns the root and the question."""
    root = await slack.user_posts("general", "bob", "the root")
    for number, gap in enumerate(gaps):
        slack.clock.advance(gap)
        await slack.user_posts("general", "carol", f"line {number}", root.ts, raw=True)
    question = await slack.user_posts("general", "alice", "@parley well?", root.ts)
    await slack.user_posts("general", "carol", "too late to be read", root.ts)
    return root, question


THREADS = {
    "none but the root": [],
    "a short one": [10.0] * 30,
    "exactly as many as wanted": [1.0] * (LIMIT - 1),
    "one page and a bit": [1.0] * 230,
    "three thousand at one pace": [1.0] * 3000,
    "dense at the end": [600.0] * 400 + [0.05] * 900,
    "sparse at the end": [0.05] * 900 + [3600.0] * 40,
    "two bursts far apart": [0.05] * 500 + [86_400.0] + [0.05] * 500,
}


@pytest.mark.parametrize("kind", THREADS)
async def test_the_root_and_the_newest_are_read(kind: str) -> None:
    gaps = THREADS[kind]
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        _, question = await _thread(slack, gaps)
        found = await earlier(client, asked(slack, question), LIMIT, me(slack))
        reads = len(slack.calls_to("conversations.replies"))
    newest = [f"line {number}" for number in range(len(gaps))][-(LIMIT - 1) :]
    assert [message.text for message in found] == ["the root", *newest]
    assert [message.at for message in found] == sorted(message.at for message in found)
    assert reads <= (
        1 if len(gaps) < 200 else 2 if len(gaps) < 1_100 else 2 + MOST_GUESSES + MOST_WALKED
    )


async def test_pages_shorter_than_asked_for_leave_no_holes() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        slack.app.distributed = True  # Slack gives such an app fifteen at a time
        _, question = await _thread(slack, [10.0] * 70)
        found = await earlier(client, asked(slack, question), LIMIT, me(slack))
    assert [message.text for message in found] == ["the root", *(f"line {n}" for n in range(70))]


async def _read_once(gaps: list[float]) -> list[str]:
    """Read a thread as an app that is allowed one read a minute; returns what was read."""
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        slack.app.distributed = slack.limits.enforce = True
        client.short_pages = True
        _, question = await _thread(slack, gaps)
        with pytest.raises(PartlyRead) as part:
            await earlier(client, asked(slack, question), LIMIT, me(slack))
        assert len(slack.calls_to("conversations.replies")) <= 2  # and the second was refused
    return [message.text for message in part.value.found]


@pytest.mark.parametrize("length", [20, 60, 3000])
async def test_an_app_that_may_read_once_a_minute_reads_the_newest(length: int) -> None:
    root, *rest = await _read_once([10.0] * length)
    assert root == "the root"
    assert AIMED_AT - 1 <= len(rest) <= SHORT_PAGE
    assert rest == [f"line {number}" for number in range(length)][-len(rest) :]


@pytest.mark.parametrize("gaps", [[5.0] * 40 + [86_400.0] + [5.0] * 30, [5.0] * 40 + [3600.0] * 12])
async def test_of_an_uneven_thread_it_reads_late_ones_though_maybe_fewer(gaps: list[float]) -> None:
    root, *rest = await _read_once(gaps)
    assert root == "the root"
    assert rest
    assert int(rest[0].removeprefix("line ")) >= 40  # behind the pause, where it is talked now


async def test_how_much_slack_gives_at_a_time_is_learned() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        _, question = await _thread(slack, [10.0] * 250)
        for distributed in (True, False):
            slack.app.distributed = distributed
            client.short_pages = not distributed
            await earlier(client, asked(slack, question), LIMIT, me(slack))
            assert client.short_pages == distributed


async def test_a_short_thread_is_read_at_once_where_slack_gives_little_at_a_time() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        slack.app.distributed = slack.limits.enforce = True
        client.short_pages = True
        _, question = await _thread(slack, [10.0] * 12)
        found = await earlier(client, asked(slack, question), LIMIT, me(slack))
    assert len(found) == 13


async def test_nobody_waits_for_a_minute_to_be_read_on() -> None:
    """An app distributed outside the Marketplace reads fifteen messages a minute: what they say is
    answered with, and that something is missing is known."""
    allowance = Counted()
    async with LocalSlack(echo_own=False) as slack, client_of(slack, allowance) as client:
        slack.app.events.clear()  # nobody listens
        slack.app.distributed = True
        _, question = await _thread(slack, [10.0] * 40)
        slack.fail("conversations.replies", "ratelimited", 99, skip=1, retry_after=60)
        with pytest.raises(PartlyRead) as part:
            await earlier(client, asked(slack, question), LIMIT, me(slack))
    assert [m.text for m in part.value.found] == ["the root", *(f"line {n}" for n in range(15))]
    assert not allowance.slept
    assert allowance.pauses == [("conversations.replies", 60.0, "")]


async def test_while_reading_is_not_allowed_nobody_is_asked() -> None:
    allowance = Counted(rests=[55.0] * 9)
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        _, question = await _thread(slack, [1.0])
        with pytest.raises(PartlyRead) as part:
            await earlier(client, asked(slack, question), LIMIT, me(slack))
        assert part.value.found == ()
        assert not slack.calls_to("conversations.replies")


async def test_what_it_said_itself_comes_back_as_its_own() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        root, _ = await _thread(slack, [])
        await client.call(
            "chat.postMessage", channel=root.channel, thread_ts=root.ts, text="*mine*"
        )
        again = await slack.user_posts("general", "alice", "@parley and?", root.ts)
        found = await earlier(client, asked(slack, again), LIMIT, me(slack))
    mine = next(message for message in found if message.text == "**mine**")
    assert (mine.author.id, mine.author.is_bot) == ("self", True)


async def test_a_read_that_fails_is_made_again() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        _, question = await _thread(slack, [1.0])
        slack.fail("conversations.replies", "500", 2)
        found = await earlier(client, asked(slack, question), LIMIT, me(slack))
    assert [message.text for message in found] == ["the root", "line 0"]


async def test_what_stands_behind_a_message_is_read_in_order_over_all_pages() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        question = await slack.user_posts("general", "alice", "@parley well?")
        for number in range(230):
            slack.clock.advance(1.0)
            await slack.user_posts("general", "carol", f"line {number}", question.ts, raw=True)
        await client.call(
            "chat.postMessage", channel=question.channel, thread_ts=question.ts, text="mine"
        )
        this, texts = asked(slack, question), []
        for most in (500, 7):
            found = await later(
                patiently(client),
                this.thread,
                this.at,
                most,
                lambda raw: inbound.translate(_event(raw, this), me(slack), "T"),
            )
            texts.append([message.text for message in found])
    assert texts == [[f"line {n}" for n in range(230)], [f"line {n}" for n in range(7)]]


def _event(raw: Raw, like: Asked) -> Raw:
    return {**raw, "type": "message", "channel": like.thread.channel}


@pytest.mark.parametrize("in_thread", [False, True])
async def test_files_that_an_event_did_not_carry_are_found(in_thread: bool) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        root = await slack.user_posts("general", "bob", "root")
        file = slack.file("a.txt", "content")
        posted = await slack.user_posts(
            "general", "alice", "@parley read", root.ts if in_thread else None, files=[file]
        )
        await slack.user_posts("general", "bob", "later", posted.thread_ts or posted.ts)
        found = await complete(client, asked(slack, posted, attachments_known=False))
    assert [attachment.name for attachment in found.attachments] == ["a.txt"]
    assert found.attachments_known


async def test_a_file_that_nobody_knows_stays_as_it_is() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        file = slack.file("p.txt", "x", mode="connect")
        posted = await slack.user_posts("general", "alice", "@parley", files=[file])
        slack.fail("files.info", "file_not_found")
        found = await complete(client, asked(slack, posted, attachments_known=False))
    assert [attachment.url for attachment in found.attachments] == [""]
