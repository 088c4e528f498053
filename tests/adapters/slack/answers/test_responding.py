"""A response URL is called on Slack's own host alone, five times, for half an hour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.common.retries import AnswerLost
from adapters.slack.answers.responding import ResponseUrl, UrlClosed, may_call, until
from bot.errors import PlatformTemporary
from tests.adapters.slack.parts import client_of
from tests.servers.slack import LocalSlack

API = "https://slack.com/api/"
LOCAL = "http://127.0.0.1:4000/api/"


@pytest.mark.parametrize(
    ("base", "url", "allowed"),
    [
        (API, "https://hooks.slack.com/commands/T1/2/x", True),
        (API, "https://hooks.slack.com:443/actions/T1/2/x", True),
        (API, "https://slack.com/api/x", True),
        (API, "http://hooks.slack.com/commands/T1/2/x", False),
        (API, "https://hooks.slack.com:444/x", False),
        (API, "https://hooks.slack.com.evil.example/x", False),
        (API, "https://evil.example/hooks.slack.com", False),
        (API, "https://hooks.slack.com@evil.example/x", False),
        (API, "https://me@hooks.slack.com/x", False),
        (API, "https://hooks.slack.com:x/", False),
        (API, "http://127.0.0.1/x", False),
        (API, "file:///etc/passwd", False),
        (API, "", False),
        (LOCAL, "http://127.0.0.1:4000/response/1", True),
        (LOCAL, "http://127.0.0.1:4001/response/1", True),
        (LOCAL, "http://127.0.0.2:4000/response/1", False),
        (LOCAL, "https://127.0.0.1:4000/response/1", False),
        (API, "https://slack.com:8443/api/x", False),
        (LOCAL, "https://hooks.slack.com/x", True),
    ],
)
def test_which_addresses_are_called(base: str, url: str, allowed: bool) -> None:
    assert may_call(base, url) is allowed


@given(st.text(max_size=60))
def test_no_address_makes_it_fail(url: str) -> None:
    assert may_call(API, f"https://{url}") in (True, False)


async def _url(slack: LocalSlack) -> str:
    alice = slack.user("alice")
    _, where = slack.place(slack.channel("general"))
    made = slack.new_response_url(slack.installation, where, alice)
    return f"{slack.base_url}/response/{made.id}"


async def test_five_answers_then_none() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        url = ResponseUrl(client, await _url(slack), until())
        for number in range(5):
            assert url.open
            await url.say(f"answer {number}")
        assert not url.open
        with pytest.raises(UrlClosed):
            await url.say("one too many")
        assert [e.text for e in slack.ephemerals] == [f"answer {n}" for n in range(5)]


async def test_in_the_channel_everybody_sees_it() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        await ResponseUrl(client, await _url(slack), until(), in_channel=True).say("for all")
        assert [m.text for m in slack.messages(slack.channel("general"))] == ["for all"]
        assert not slack.ephemerals


async def test_a_url_that_slack_no_longer_takes_is_closed() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        address = await _url(slack)
        slack.clock.advance(1801)
        url = ResponseUrl(client, address, slack.clock.now() + 999_999, clock=slack.clock.now)
        with pytest.raises(UrlClosed):
            await url.say("late")
        assert not url.open


async def test_one_that_is_too_old_by_our_clock_is_not_called() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        with pytest.raises(UrlClosed):
            await ResponseUrl(client, await _url(slack), 1_000.0).say("late")
        assert not slack.ephemerals


async def test_a_fault_of_slack_may_be_tried_again() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.fail("response_url", "500")
        url = ResponseUrl(client, await _url(slack), until())
        with pytest.raises((AnswerLost, PlatformTemporary)):
            await url.say("first try")
        await url.say("second try")
        assert [e.text for e in slack.ephemerals] == ["second try"]
