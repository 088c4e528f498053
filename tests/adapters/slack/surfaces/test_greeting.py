"""One hello for each invitation, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from typing import Any

import pytest

from adapters.slack.surfaces.greeting import Greeted, Greeting
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace, furnish
from bot.errors import PlatformTemporary, StoreUnavailable
from tests.adapters.slack.parts import Memory, book_of, client_of, me, notes_of, recorded
from tests.servers.slack import LocalSlack


class Scene:
    """A bot that is invited to a channel of the local Slack."""

    def __init__(self, slack: LocalSlack, workspace: Workspace) -> None:
        self.slack, self.workspace, self.memory = slack, workspace, Memory()
        self.channel = slack.channel("general")
        self.stamp = f"{int(slack.clock.now())}.000000"

    def greeting(self, allowed: Collection[str] = ()) -> Greeting:
        return Greeting(
            notes_of(self.memory),
            Tongues(book_of(self.memory)),
            history_ttl=30 * 86_400,
            allowed=lambda names: not allowed or bool(set(allowed) & set(names)),
        )

    async def invited(self, by: str = "alice", allowed: Collection[str] = (), **event: Any) -> None:
        joined = {
            "type": "member_joined_channel",
            "user": self.slack.bot_user,
            "channel": self.channel,
            "channel_type": "C",
            "inviter": self.slack.user(by),
            "event_ts": self.stamp,
            **event,
        }
        body = {"team_id": self.workspace.team, "event_id": "Ev1", "event": joined}
        await self.greeting(allowed).handle(body, self.workspace)

    @property
    def hellos(self) -> list[str]:
        return [m.text for m in self.slack.messages(self.channel) if m.bot_id]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        workspace = furnish(client, me(slack))
        yield Scene(slack, workspace)
        await workspace.people.close()


async def test_an_invitation_is_greeted_once(scene: Scene) -> None:
    for _ in range(3):
        await scene.invited()
    (hello,) = scene.hellos
    assert all(word in hello for word in ("mention", "Stop", "30 days", "leave"))


@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
async def test_it_names_itself_by_a_real_mention_whatever_it_is_called_there(
    scene: Scene, locale: str
) -> None:
    scene.slack.workspace.users[scene.slack.user("alice")].locale = locale
    await scene.invited()
    (hello,) = scene.hellos
    assert hello.count(f"<@{scene.slack.bot_user}>") == 2
    assert "@parley" not in hello.lower()


async def test_the_next_invitation_is_greeted_again(scene: Scene) -> None:
    await scene.invited()
    await scene.invited(event_ts="1700000999.000100")
    assert len(scene.hellos) == 2


async def test_somebody_else_who_joins_is_not(scene: Scene) -> None:
    await scene.invited(user=scene.slack.user("bob"))
    assert scene.hellos == []


async def test_the_inviters_language_is_spoken(scene: Scene) -> None:
    person = f"slack/{scene.workspace.team}/{scene.slack.user('alice')}"
    await book_of(scene.memory).choose(person, "language", "zh-Hant")
    await scene.invited()
    assert "討論串" in scene.hellos[0]


async def test_while_another_process_greets_the_event_is_not_acknowledged(scene: Scene) -> None:
    name = f"slack/hello/{scene.workspace.team}/{scene.channel}/{scene.stamp}"
    await notes_of(scene.memory).claim(name, "claimed", 40)
    with pytest.raises(Greeted):
        await scene.invited()
    assert scene.hellos == []


async def test_a_process_that_ended_behind_its_post_has_greeted(scene: Scene) -> None:
    await scene.invited()
    scene.memory.values.clear()  # the claim ran out, and nobody noted the end
    await scene.invited()
    assert len(scene.hellos) == 1


async def test_what_failed_is_tried_again_with_the_next_delivery(scene: Scene) -> None:
    for _ in range(3):
        scene.slack.fail("chat.postMessage", "service_unavailable")
    with pytest.raises(PlatformTemporary):
        await scene.invited()
    await scene.invited()
    assert len(scene.hellos) == 1


async def test_an_answer_that_was_lost_makes_no_second_hello(scene: Scene) -> None:
    scene.slack.fail("chat.postMessage", "lost")
    await scene.invited()
    assert len(scene.hellos) == 1


async def test_who_is_cancelled_keeps_the_claim_as_its_post_may_still_be_on_its_way(
    scene: Scene,
) -> None:
    scene.slack.fail("chat.postMessage", "hang")
    work = asyncio.create_task(scene.invited())
    name = f"slack/hello/{scene.workspace.team}/{scene.channel}/{scene.stamp}"
    while not scene.slack.calls_to("chat.postMessage"):  # noqa: ASYNC110  it announces nothing
        await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await notes_of(scene.memory).read(name) == "claimed"


async def test_sent_away_at_once_it_lets_the_matter_rest(scene: Scene) -> None:
    await scene.slack.kick("general", scene.slack.bot_user)
    await scene.invited()
    await scene.invited()
    assert scene.hellos == []


async def test_without_a_store_the_invitation_waits(scene: Scene) -> None:
    scene.memory.away = True
    with pytest.raises(StoreUnavailable):
        await scene.invited()
    assert scene.hellos == []


@pytest.mark.parametrize(("allowed", "greeted"), [("general", 1), ("random", 0)])
async def test_only_where_it_answers_it_says_hello(
    scene: Scene, allowed: str, greeted: int
) -> None:
    await scene.invited(allowed={allowed})
    assert len(scene.hellos) == greeted
    await scene.invited(allowed={scene.channel})
    assert len(scene.hellos) == 1


async def test_a_recorded_invitation_is_read(scene: Scene) -> None:
    event = recorded("invited")["event"]
    await scene.invited(event_ts=event["event_ts"], channel_type=event["channel_type"])
    assert len(scene.hellos) == 1
    assert set(event) >= {"type", "user", "channel", "inviter", "event_ts"}
