"""What is read after an absence: everything that was missed, from then on, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.common import absences
from adapters.slack import missed, rereading
from adapters.slack.client import SlackClient
from adapters.slack.missed import Missed
from adapters.slack.workspaces import Workspace, furnish
from bot.errors import StoreUnavailable
from bot.events import ThreadRef
from bot.platform import Health
from bot.store.heard import Absence
from tests.adapters.slack.parts import client_of, me
from tests.bounds import PATIENCE
from tests.servers.slack import LocalSlack

SECOND = 1_000_000


@dataclass
class Notes:
    """Hands out one absence as long as it is not done with, and writes down what it is told."""

    absence: Absence | None = None
    threads: Mapping[str, Sequence[ThreadRef]] = field(default_factory=dict)
    away: int = 0
    """So many notes fail first."""
    noted: list[tuple[str, float]] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)
    held: bool = False

    async def note(self, owner: str, workspaces: Sequence[str], quiet: float) -> Absence | None:
        self.noted.append((owner, quiet))
        if len(self.noted) <= self.away:
            raise StoreUnavailable("away")
        if self.absence is None or self.held or (self.ended and self.ended[-1]):
            return None
        self.held = True
        return self.absence

    async def caught_up(self, owner: str, absence: Absence, *, done: bool) -> None:
        self.held = False
        self.ended.append(done)

    async def followed(self, workspace: str, most: int) -> list[ThreadRef]:
        return list(self.threads.get(workspace, ()))[:most]


class One:
    """The only workspace there is, whatever team is asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    async def of(self, team: str) -> Workspace:
        return self.workspace

    def known(self) -> Sequence[Workspace]:
        return [self.workspace]

    def health(self) -> Health:
        return Health(True)


class Rig:
    """A reader on the local Slack, whose events nobody hears."""

    def __init__(self, slack: LocalSlack, client: SlackClient, **notes: Any) -> None:
        slack.app.events.clear()
        self.slack = slack
        self.team = slack.workspace.team_id
        self.since = int((slack.clock.now() - 600) * SECOND)
        absence = Absence("1", self.since + absences.OVERLAP_SECONDS * SECOND, {self.team: 0})
        self.notes = Notes(**({"absence": absence} | notes))
        self.heard: list[Mapping[str, Any]] = []
        self.missed = Missed(
            self.notes,  # type: ignore[arg-type]
            One(furnish(client, me(slack))),  # type: ignore[arg-type]
            self._hear,
            lambda: True,
            clock=slack.clock.now,
        )

    async def _hear(self, event: Mapping[str, Any], workspace: Workspace) -> None:
        self.heard.append(event)

    def followed(self, *threads: tuple[str, str]) -> None:
        named = [ThreadRef("slack", self.team, channel, ts) for channel, ts in threads]
        self.notes.threads = {self.team: named}

    async def run(self, rounds: int = 1) -> list[str]:
        """Read until it was given back so often; returns the texts that were heard."""
        running = asyncio.create_task(self.missed.run())
        try:
            async with asyncio.timeout(PATIENCE):
                while len(self.notes.ended) < rounds:  # noqa: ASYNC110  nobody announces it
                    await asyncio.sleep(0.005)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return [event["text"] for event in self.heard]


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed, "NOTE_SECONDS", 0.01)
    monkeypatch.setattr(absences, "AGAIN_SECONDS", 0.01)


async def test_threads_direct_messages_and_channels_are_read_from_then_on() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        slack.clock.advance(-3_600)
        old = await slack.user_posts("general", "bob", "old root")
        direct = slack.dm("alice")
        await slack.user_posts(direct, "alice", "old word")
        slack.clock.advance(3_600)
        await slack.user_posts("general", "bob", "in the thread", old.ts)
        await slack.user_posts(direct, "alice", "new word")
        begun = await slack.user_posts("general", "carol", "new root")
        await slack.user_posts("general", "bob", "below it", begun.ts)
        rig.followed((old.channel, old.ts), (direct, ""))
        texts = await rig.run()
    assert texts == ["new word", "in the thread", "new root", "below it"]
    kinds = {event["text"]: event.get("channel_type") for event in rig.heard}
    assert kinds["new root"] == "channel"
    assert rig.notes.ended == [True]


async def test_a_thread_that_was_opened_under_an_older_direct_message_is_read() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        slack.clock.advance(-3_600)
        direct = slack.dm("alice")
        old = await slack.user_posts(direct, "alice", "old word")
        slack.clock.advance(3_600)
        await slack.user_posts(direct, "alice", "below it", old.ts)
        rig.followed((direct, ""))
        assert await rig.run() == ["below it"]


def _opened(slack: LocalSlack, name: str) -> str:
    """Bring somebody new, who opens a direct conversation now; returns its id."""
    slack.workspace.add_user(name)
    channel = slack.dm(name)
    slack.workspace.channels[channel].created = int(slack.clock.now())
    return channel


async def test_who_wrote_to_the_bot_for_the_first_time_is_heard_also_in_a_group() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        slack.clock.advance(-3_600)
        looked = _opened(slack, "ben")  # without a word
        slack.clock.advance(3_600)
        fresh = _opened(slack, "dora")
        people = [slack.user("alice"), slack.user("bob"), slack.bot_user]
        group = slack.workspace.add_channel("mpdm-alice--bob--parley-1", "mpim", people)
        for channel, who, text in (
            (looked, "ben", "first word of ben"),
            (group.id, "alice", "<@UNOBODY> in the group"),
            (fresh, "dora", "first word of dora"),
        ):
            await slack.user_posts(channel, who, text, raw=True)
        texts = await rig.run()
    assert texts == ["first word of dora", "<@UNOBODY> in the group", "first word of ben"]
    kinds = [event.get("channel_type") for event in rig.heard]
    assert kinds == ["im", "mpim", "im"]


@pytest.mark.parametrize("scope", ["im:read", "groups:read"])
async def test_a_missing_scope_takes_only_what_it_is_for(scope: str) -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        slack.open_channel("hidden", private=True)
        slack.installation.scopes.discard(scope)
        await slack.user_posts("general", "bob", "in public")
        await slack.user_posts(slack.dm("alice"), "alice", "first word")
        expected = "in public" if scope == "im:read" else "first word"
        assert await rig.run() == [expected]
        assert rig.notes.ended == [True]


async def test_the_youngest_of_very_many_direct_messages_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rereading, "MOST_DIRECT", 3)
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        slack.clock.advance(-3_600)
        opened = []
        for number in range(5):
            slack.clock.advance(1)
            opened.append((f"p{number}", _opened(slack, f"p{number}")))
        slack.clock.advance(3_600)
        for who, channel in opened:
            await slack.user_posts(channel, who, f"word of {who}")
        assert await rig.run() == ["word of p4", "word of p3", "word of p2"]


async def test_more_than_one_page_is_read_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "PAGE", 5)
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        for number in range(12):
            await slack.user_posts("general", "bob", f"line {number}")
        texts = await rig.run()
    assert texts == [f"line {number}" for number in range(12)]


async def test_nothing_is_read_from_more_than_twelve_hours_ago() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        rig.notes.absence = Absence("1", 1, {rig.team: 0})
        slack.clock.advance(-13 * 3_600)
        await slack.user_posts("general", "bob", "yesterday")
        slack.clock.advance(2 * 3_600)
        await slack.user_posts("general", "bob", "this morning")
        slack.clock.advance(11 * 3_600)
        assert await rig.run() == ["this morning"]


async def test_nothing_is_read_from_before_the_workspace_was_known() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        await slack.user_posts("general", "bob", "before")
        slack.clock.advance(10)
        known = int(slack.clock.now() * SECOND)
        rig.notes.absence = Absence("1", rig.since, {rig.team: known})
        slack.clock.advance(10)
        await slack.user_posts("general", "bob", "after")
        assert await rig.run() == ["after"]


async def test_what_is_gone_keeps_nobody_from_the_rest() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        root = await slack.user_posts("general", "bob", "here")
        rig.followed(("C0GONE", "1.000001"), (root.channel, "1.000001"), ("D0GONE", ""))
        slack.fail("users.conversations", "missing_scope")
        assert await rig.run() == ["here"]
        assert rig.notes.ended == [True]


async def test_what_slack_does_not_give_now_is_asked_for_again() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        await slack.user_posts("general", "bob", "here")
        slack.fail("conversations.history", "503", 4)
        assert "here" in await rig.run(2)
        assert rig.notes.ended == [False, True]


async def test_a_slack_that_never_gives_it_is_not_asked_for_ever() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        slack.fail("users.conversations", "503", 1_000)
        assert await rig.run(absences.MOST_TRIES) == []
        assert rig.notes.ended == [False] * (absences.MOST_TRIES - 1) + [True]


async def test_no_more_calls_are_made_than_are_meant_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed, "MOST_CALLS", 5)
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        root = await slack.user_posts("general", "bob", "root")
        for number in range(9):
            thread = await slack.user_posts("general", "bob", f"root {number}")
            await slack.user_posts("general", "bob", "reply", thread.ts)
        rig.followed((root.channel, root.ts))
        await rig.run()
        calls = [c for c in slack.calls if c.method.startswith(("conversations", "users.conv"))]
    assert len(calls) == 5
    assert rig.notes.ended == [True]


async def test_another_team_s_threads_are_not_read_with_this_token() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        rig.notes.absence = Absence("1", rig.since, {"T0OTHER": 0})
        assert await rig.run() == []
        assert not slack.calls_to("users.conversations")


async def test_while_the_store_is_away_it_is_noted_again_and_a_start_stays_a_start() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client, away=2)
        await rig.run()
    quiet = [quiet for _, quiet in rig.notes.noted]
    assert quiet[:3] == [absences.STARTED_SECONDS] * 3
    assert set(quiet[3:]) <= {absences.QUIET_SECONDS}


async def test_who_is_stopped_in_the_middle_gives_it_back() -> None:
    async with LocalSlack(echo_own=False) as slack, client_of(slack) as client:
        rig = Rig(slack, client)
        hung = slack.fail("users.conversations", "hang")
        running = asyncio.create_task(rig.missed.run())
        await slack.wait_for(lambda: hung.hits)
        running.cancel()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(running, return_exceptions=True)
        assert rig.notes.ended == [False]
