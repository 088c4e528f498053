"""An interaction is acknowledged in time, and what is said is what is known."""

from __future__ import annotations

import asyncio

import pytest

from adapters.common import promptness
from adapters.common.promptness import Unsure, apology, claiming, not_pressed, reading
from bot.errors import StoreUnavailable


async def test_what_is_only_read_is_given_up_and_was_not_done() -> None:
    with pytest.raises(StoreUnavailable) as given_up:
        async with reading(0.0):
            await asyncio.sleep(1)
    assert not isinstance(given_up.value, Unsure)


async def test_a_claim_without_an_answer_may_have_been_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(promptness, "CLAIM_SECONDS", 0.0)
    with pytest.raises(Unsure):
        async with claiming():
            await asyncio.sleep(1)


def test_nobody_is_told_more_than_is_known() -> None:
    sure, unsure = StoreUnavailable("away"), Unsure("no answer")
    assert apology(sure, "en") != apology(unsure, "en")
    assert (not_pressed(sure), not_pressed(unsure)) == ("press_again", "press_unsure")
