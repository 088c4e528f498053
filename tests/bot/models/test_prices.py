"""What a model has cost: known only where the table knows service and model, and never guessed."""

from __future__ import annotations

import pytest

from bot.models.choose import OPENAI_URL, build
from bot.models.port import ModelSpec, Usage
from bot.models.prices import dollars

MILLION = 1_000_000


def spec(name: str = "gpt-4o", service: str = OPENAI_URL) -> ModelSpec:
    return ModelSpec(name, 128_000, 16_000, service=service)


async def test_tokens_cost_what_the_table_says() -> None:
    # Of November 2026: 2.50 for a million tokens read, 1.25 for cached ones, 10 for written ones.
    assert await dollars(spec(), [Usage(MILLION, 0)]) == pytest.approx(2.5)
    assert await dollars(spec(), [Usage(0, MILLION)]) == pytest.approx(10)
    assert await dollars(spec(), [Usage(MILLION, 0, cached=MILLION)]) == pytest.approx(1.25)
    assert await dollars(spec(), [Usage(MILLION, 0, cached=MILLION // 2)]) == pytest.approx(1.875)


async def test_each_question_is_priced_by_itself() -> None:
    """Above 272,000 tokens this model costs twice as much by the token."""
    dear = spec("gpt-6-luna")
    one = await dollars(dear, [Usage(400_000, 0)])
    two = await dollars(dear, [Usage(200_000, 0), Usage(200_000, 0)])
    assert one is not None
    assert two is not None
    assert one == pytest.approx(two * 2)


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("a-model-of-nobody", OPENAI_URL),
        ("gpt-4o", "http://127.0.0.1:8000/v1"),
        ("gpt-4o", "https://models.example.org/v1"),
        ("gpt-4o", ""),
        ("", OPENAI_URL),
        ("gpt-4o", "no address"),
    ],
)
async def test_what_the_table_lacks_has_no_price(name: str, service: str) -> None:
    assert await dollars(spec(name, service), [Usage(1_000, 1_000)]) is None


async def test_nothing_spent_is_not_told_as_free_of_charge() -> None:
    assert await dollars(spec(), []) is None
    assert await dollars(spec(), [Usage()]) is None


async def test_a_service_of_others_is_recognised_by_its_host() -> None:
    cost = await dollars(spec("openai/gpt-4o", "https://openrouter.ai/api/v1"), [Usage(MILLION, 0)])
    assert cost == pytest.approx(2.5)


async def test_more_cached_tokens_than_tokens_are_no_reason_to_fail() -> None:
    assert await dollars(spec(), [Usage(10, 0, cached=20)]) is not None


def test_a_built_model_knows_its_service_and_keeps_its_password() -> None:
    model = build("key", "https://user:secret@models.example.org:8443/v1", model="m")
    assert model.spec.service == "https://models.example.org:8443/v1"
    assert build("key").spec.service == OPENAI_URL
    assert build().spec.service == ""
