"""The settings choose the model and its wire."""

from __future__ import annotations

import pytest

from bot.models.choose import build, is_openai
from bot.models.http_model import HttpModel
from bot.models.offline import Offline
from bot.models.responses import ResponsesWire
from bot.settings.model import DEFAULT_MODEL


def path_of(model: object) -> str:
    assert isinstance(model, HttpModel)
    return model._wire.path


@pytest.mark.parametrize(("key", "url"), [(None, None), ("", ""), (None, "")])
def test_without_key_and_address_it_is_the_offline_model(key: str | None, url: str | None) -> None:
    assert isinstance(build(key, url), Offline)


@pytest.mark.parametrize(
    ("url", "api", "path"),
    [
        (None, "auto", "/responses"),
        ("https://api.openai.com/v1", "auto", "/responses"),
        ("https://eu.api.openai.com/v1", "auto", "/responses"),
        ("https://api.deepseek.com", "auto", "/chat/completions"),
        ("http://127.0.0.1:11434/v1", "auto", "/chat/completions"),
        ("https://api.openai.com.evil.example/v1", "auto", "/chat/completions"),
        ("https://api.openai.com/v1", "chat", "/chat/completions"),
        ("https://team.openai.azure.com/openai/v1", "responses", "/responses"),
    ],
)
def test_the_wire_follows_the_address_unless_it_is_set(url: str, api: str, path: str) -> None:
    assert path_of(build("key", url, api=api)) == path  # type: ignore[arg-type]


def test_an_address_without_a_key_counts_as_configured() -> None:
    assert path_of(build(None, "http://127.0.0.1:8000/v1")) == "/chat/completions"


def test_the_default_model_is_a_current_one() -> None:
    model = build("key")
    assert model.spec.name == DEFAULT_MODEL == "gpt-6-luna"
    assert model.spec.context >= 128_000
    assert model.spec.sees_images
    assert not model.spec.offline


def test_only_openais_own_hosts_are_openai() -> None:
    assert not is_openai("https://notapi.openai.com/v1")
    assert not is_openai("https://api.openai.com.example/v1")
    assert not is_openai("http://[")
    assert is_openai("HTTPS://API.OPENAI.COM/v1")


def test_the_responses_wire_is_stateless() -> None:
    model = build("key")
    assert isinstance(model, HttpModel)
    assert isinstance(model._wire, ResponsesWire)
