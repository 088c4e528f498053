"""What is known of models is found by their names, however a service spells them."""

from __future__ import annotations

import re

import pytest

from bot.models.families import FAMILIES, UNKNOWN, family_of
from tests.servers.model import families as theirs


@pytest.mark.parametrize("model", theirs.MODELS)
def test_every_model_that_openai_serves_is_known(model: str) -> None:
    family, rules = family_of(model), theirs.family_of(model)
    assert rules is not None
    assert family.openai
    assert family.reasons == rules.reasons
    assert family.limit == "max_completion_tokens"
    assert family.context <= rules.context or model == "gpt-4.1"
    if rules.chat_tools == "effort none":
        assert family.chat_effort == "none"
    if rules.chat_tools in ("always", "effort unset"):
        assert family.chat_effort == ""


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("openai/gpt-6-luna", "gpt-6-luna"),
        ("GPT-6-Luna", "gpt-6-luna"),
        ("gpt-5.4-2026-03-05", "gpt-5.4"),
        ("ft:gpt-4.1:team::id", "gpt-4.1"),
        ("Qwen/Qwen3-32B", "qwen3-8b"),
        ("deepseek-ai/deepseek-v4-pro", "deepseek-flash"),
        ("accounts/fireworks/models/kimi-k3", "kimi-k3"),
    ],
)
def test_a_name_is_known_with_vendor_date_and_case(name: str, like: str) -> None:
    assert family_of(name) == family_of(like) != UNKNOWN


@pytest.mark.parametrize("name", ["", "ep-20261120-abc", "my-own-model", "gpt-45-fake", "o365"])
def test_an_unknown_name_gets_safe_values(name: str) -> None:
    assert family_of(name) is UNKNOWN
    assert UNKNOWN.context <= 32_768
    assert not UNKNOWN.sees_images


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.names)
def test_every_row_makes_sense(family: object) -> None:
    row = family
    re.compile(row.names)  # type: ignore[attr-defined]
    assert row.context > row.max_output > 0  # type: ignore[attr-defined]
