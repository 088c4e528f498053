"""A call is tried again while that may help, and its caller is told in time when it does not."""

from __future__ import annotations

import pytest

from adapters.common.retries import TRIES, AnswerLost, persist
from bot.errors import PlatformRefused, PlatformTemporary


class Calls:
    """Answers with what is scripted, and notes each pause."""

    def __init__(self, *script: object) -> None:
        self.script = list(script)
        self.pauses: list[float] = []

    async def once(self) -> object:
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def persist(self, patience: float = 10.0) -> object:
        return await persist(self.once, self.sleep, patience)


async def test_a_passing_fault_is_waited_out_for_as_long_as_is_asked() -> None:
    calls = Calls(PlatformTemporary("busy", retry_after=7), PlatformTemporary("busy"), "done")
    assert await calls.persist() == "done"
    assert calls.pauses == [7, 1.0]


async def test_who_is_asked_to_wait_for_too_long_is_told_at_once() -> None:
    calls = Calls(PlatformTemporary("busy", retry_after=11))
    with pytest.raises(PlatformTemporary):
        await calls.persist()
    assert calls.pauses == []


async def test_the_last_try_tells_what_was_wrong() -> None:
    calls = Calls(*[AnswerLost("gone")] * TRIES, "never")
    with pytest.raises(AnswerLost):
        await calls.persist()
    assert calls.script == ["never"]
    assert len(calls.pauses) == TRIES - 1


async def test_a_refusal_is_never_repeated() -> None:
    calls = Calls(PlatformRefused("no"), "never")
    with pytest.raises(PlatformRefused):
        await calls.persist()
    assert calls.script == ["never"]


async def test_a_lost_answer_that_was_a_yes_is_not_asked_for_again() -> None:
    calls = Calls(AnswerLost("gone"), "twice")

    async def already() -> object:
        return "once"

    assert await persist(calls.once, calls.sleep, 10.0, already) == "once"
    assert calls.script == ["twice"]
