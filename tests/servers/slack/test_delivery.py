"""Events are delivered at least once, on the schedule of Slack."""

from __future__ import annotations

import asyncio

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import Listener, until


async def test_an_unacknowledged_event_comes_again_at_once_then_after_one_and_five_minutes(
    slack: LocalSlack,
) -> None:
    slack.hub.ack_seconds = 0.05
    async with Listener(slack) as listener:
        listener.acks = False
        await slack.user_posts(slack.dm(), "alice", "hello")
        await until(lambda: len(listener.requests) == 2)
        delivery = slack.deliveries()[0]
        await until(lambda: slack.hub.waiting == 0)
        assert len(delivery.attempts) == 2
        slack.clock.advance(60)
        await until(lambda: len(listener.requests) == 3 and slack.hub.waiting == 0)
        slack.clock.advance(299)
        await asyncio.sleep(0.05)
        assert len(delivery.attempts) == 3
        slack.clock.advance(1)
        await until(lambda: len(listener.requests) == 4)
        await slack.wait_for(lambda: delivery.given_up)
        assert [r.retry_attempt for r in listener.requests] == [0, 1, 2, 3]
        assert [r.retry_reason for r in listener.requests] == ["", "timeout", "timeout", "timeout"]
        assert len({r.envelope_id for r in listener.requests}) == 4
        assert {r.payload["event_id"] for r in listener.requests} == {delivery.event_id}


async def test_what_was_said_while_nobody_listened_is_delivered_by_a_retry(
    slack: LocalSlack,
) -> None:
    await slack.user_posts(slack.dm(), "alice", "anybody?")
    async with Listener(slack) as listener:
        slack.clock.advance(1)
        await until(lambda: listener.requests)
        assert listener.requests[0].retry_attempt == 1
        await slack.wait_for(lambda: slack.deliveries()[0].acked)


async def test_an_event_goes_to_exactly_one_of_several_sockets(slack: LocalSlack) -> None:
    async with Listener(slack) as first, Listener(slack) as second:
        for number in range(10):
            await slack.user_posts(slack.dm(), "alice", f"{number}")
        await until(lambda: len(first.events) + len(second.events) == 10)
        assert len(first.events) == len(second.events) == 5


async def test_a_half_open_socket_swallows_events_until_slack_sends_them_elsewhere(
    slack: LocalSlack,
) -> None:
    slack.hub.ack_seconds = 0.1
    async with Listener(slack, ping_interval=0.2) as listener:
        await slack.wait_for(slack.hub.ready)
        slack.hub.ready()[0].go_deaf()
        await slack.user_posts(slack.dm(), "alice", "hello?")
        await slack.wait_for(lambda: slack.hub.connections == 2 and slack.hub.ready(), 10)
        slack.clock.advance(60)
        await until(lambda: listener.events)
        assert len(slack.deliveries()[0].attempts) >= 2
