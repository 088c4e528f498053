"""Verdicts are strict: one late, lost or refused thing misses the aim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import essay, limits_discord, limits_slack, sockets, stop
from benchmarks.essay import Essay
from benchmarks.limits import Layout, Outcome
from benchmarks.sockets import Death
from benchmarks.stop import STRETCHES, Stopped
from benchmarks.texts import Judgement

MANY = Layout(100, 100)
GOOD_CROWD = Outcome(3, [0.1, 0.2, 0.9], [0.1, 1.0, 2.0], [2.0, 3.0, 24.0], 0, 1.3, 4.1)

GOOD_ESSAY = Essay(
    cpu=1.0,
    first_token=1.0,
    last_token=20.0,
    first_text=1.0,
    last_text=20.5,
    messages=11,
    posts=11,
    edits=3,
    refused=0,
    judgement=Judgement(10, 0, 0, 0),
)

GOOD_STOP = Stopped(10.0, 10.05, 20.0, 20.1, 20.9, 21.5, cut=True, refusal="")


@pytest.mark.parametrize(
    ("count", "channels", "seconds"), [(100, 1, 100), (100, 20, 20), (100, 100, 20), (7, 2, 4)]
)
def test_slack_s_best_is_the_workspace_s_rate_or_the_fullest_channel_s(
    count: int, channels: int, seconds: float
) -> None:
    assert limits_slack.best(Layout(count, channels)) == seconds


@pytest.mark.parametrize(
    ("count", "channels", "seconds"), [(100, 1, 90), (100, 20, 3), (100, 100, 3), (7, 2, 2)]
)
def test_discord_s_best_is_all_calls_the_fullest_channel_s_threads_or_the_model(
    count: int, channels: int, seconds: float
) -> None:
    assert limits_discord.best(Layout(count, channels)) == seconds


@pytest.mark.parametrize(
    ("crowd", "met"),
    [
        (GOOD_CROWD, [True, True, True]),
        (replace(GOOD_CROWD, refused=1), [False, True, True]),
        (replace(GOOD_CROWD, wholes=[2.0, 3.0, 24.1]), [True, False, True]),
        (replace(GOOD_CROWD, wholes=[2.0, 3.0]), [True, False, True]),
        (replace(GOOD_CROWD, signs=[0.1, 0.2, 1.1]), [True, True, False]),
        (replace(GOOD_CROWD, signs=[0.1]), [True, True, False]),
    ],
    ids=["good", "refused once", "one late", "one unfinished", "one sign late", "no sign"],
)
def test_a_crowd_under_slack_s_limits(crowd: Outcome, met: list[bool]) -> None:
    assert list(limits_slack.verdicts(MANY, crowd).values()) == met


@pytest.mark.parametrize(
    ("crowd", "met"),
    [
        (GOOD_CROWD, [True, True]),
        (replace(GOOD_CROWD, refused=1), [False, True]),
        (replace(GOOD_CROWD, wholes=[2.0, 3.0]), [True, False]),
    ],
    ids=["good", "refused once", "one unfinished"],
)
def test_a_crowd_under_discord_s_limits(crowd: Outcome, met: list[bool]) -> None:
    assert list(limits_discord.verdicts(MANY, crowd).values()) == met


@pytest.mark.parametrize(
    ("free", "limited", "met"),
    [
        ({}, {}, [True, True, True, True]),
        ({"judgement": Judgement(10, 1, 0, 0)}, {}, [False, False, True, True]),
        ({}, {"judgement": Judgement(10, 0, 1, 0)}, [False, True, False, True]),
        ({"last_text": 21.1}, {}, [True, False, True, True]),
        ({}, {"last_text": 24.1}, [True, True, False, True]),
        ({}, {"last_text": None}, [True, True, False, True]),
        ({}, {"refused": 1}, [True, True, True, False]),
    ],
    ids=["good", "a word lost", "a word doubled", "slow", "slow under limits", "none", "refused"],
)
def test_a_very_long_answer(
    free: dict[str, object], limited: dict[str, object], met: list[bool]
) -> None:
    judged = essay.verdicts(replace(GOOD_ESSAY, **free), replace(GOOD_ESSAY, **limited))
    assert list(judged.values()) == met


def test_many_messages_take_their_time_also_in_the_best_case() -> None:
    assert GOOD_ESSAY.best == 20.0
    assert replace(GOOD_ESSAY, messages=31).best == 31.0


@pytest.mark.parametrize(
    ("refresh", "reset", "met"),
    [
        (Death(0.1, 0.0), Death(29.0, 29.0), [True, True]),
        (Death(0.1, 0.01), Death(1.0, 1.0), [True, False]),
        (Death(0.1, 0.0), Death(30.5, 30.5), [False, True]),
        (Death(0.1, 0.0), Death(None, None), [False, True]),
    ],
    ids=["good", "a gap", "late", "never"],
)
def test_a_dead_socket(refresh: Death, reset: Death, met: list[bool]) -> None:
    ours = {"refresh": [Death(0.1, 0.0), refresh], "reset": [Death(0.1, 0.1), reset]}
    assert list(sockets.verdicts(ours).values()) == met


@pytest.mark.parametrize(
    ("stopped", "met"),
    [
        (GOOD_STOP, True),
        (replace(GOOD_STOP, closed=21.1), False),
        (replace(GOOD_STOP, cut=False), False),
        (replace(GOOD_STOP, refusal="operation_timeout"), False),
    ],
    ids=["good", "late", "the model had ended by itself", "not acknowledged"],
)
def test_stop(stopped: Stopped, met: bool) -> None:
    verdict = stop.verdict(STRETCHES["Stop to the model's end"], [GOOD_STOP, stopped])
    assert verdict.endswith("met" if met else "missed")
