"""Settings: what is accepted, and that every fault is named, masked, and told at once."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.errors import ConfigError
from bot.settings import Settings, checkout, load_settings, revealed, settings_table
from bot.settings.addresses import without_password
from bot.settings.faults import shown

BOT = "xoxb-1234567890-abcdefgh"
APP = "xapp-1-A0000000000-12345"
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "s3cret",
    "PUBLIC_URL": "https://parley.example.com",
    "ENCRYPTION_KEY": "ab" * 32,
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def load(monkeypatch: pytest.MonkeyPatch, env_file: Path | None = None, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings(env_file)


def fault(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(monkeypatch, **values)
    return str(caught.value)


def test_nothing_configured_serves_the_playground_with_the_offline_model() -> None:
    settings = load_settings(None)
    assert settings.playground_served
    assert not settings.slack_configured
    assert not settings.discord_configured
    assert not settings.model_configured
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert settings.turns_per_hour > 0
    assert settings.tokens_per_day > 0
    assert settings.drain_seconds == 20


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("HTTP_PORT=1001\nOPENAI_MODEL=from-file\n")
    settings = load(monkeypatch, file, HTTP_PORT="1002")
    assert (settings.http_port, settings.openai_model) == (1002, "from-file")


@pytest.mark.parametrize("empty", ["", "  ", "\t"])
def test_an_empty_value_counts_as_absent(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    settings = load(monkeypatch, OPENAI_API_KEY=empty, HTTP_PORT=empty, SLACK_APP_TOKEN=empty)
    assert settings.http_port == 8080
    assert not settings.model_configured


def test_a_base_without_a_key_counts_as_a_configured_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, OPENAI_BASE_URL="http://127.0.0.1:11434/v1").model_configured


def test_slack_is_configured_by_its_two_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP)
    assert settings.slack_configured
    assert not settings.playground_served
    assert load(monkeypatch, PLAYGROUND="1").playground_served


def test_a_bot_token_with_a_signing_secret_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, SLACK_BOT_TOKEN=BOT, SLACK_SIGNING_SECRET="ab12").slack_configured


def test_a_password_is_what_people_type_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, PLAYGROUND_PASSWORD="Öffne dich, 芝麻")
    assert revealed(settings.playground_password) == "Öffne dich, 芝麻"
    assert "control character" in fault(monkeypatch, PLAYGROUND_PASSWORD="two\nlines")
    assert "quotation marks" in fault(monkeypatch, PLAYGROUND_PASSWORD="'quoted'")


def test_every_fault_is_told_at_once_in_a_paragraph_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = fault(
        monkeypatch, HTTP_PORT="eighty", OPENAI_API="grpc", SLACK_APP_TOKEN=APP, LOG_LEVEL="loud"
    ).split("\n\n")
    names = [paragraph.split(":")[0] for paragraph in told]
    assert sorted(names) == ["HTTP_PORT", "LOG_LEVEL", "OPENAI_API", "SLACK_BOT_TOKEN"]


def test_a_fault_names_the_variable_what_was_read_and_what_is_expected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = fault(monkeypatch, HTTP_PORT="eighty")
    assert told.startswith("HTTP_PORT: read 'eighty'")
    assert "Expected: a whole number from 0 to 65535." in told


@pytest.mark.parametrize(
    ("values", "name", "says"),
    [
        ({"SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN", "missing"),
        ({"SLACK_SIGNING_SECRET": "ab"}, "SLACK_BOT_TOKEN", "missing"),
        ({"SLACK_BOT_TOKEN": BOT}, "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT}, "SLACK_BOT_TOKEN", "app-level token"),
        ({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT}, "SLACK_APP_TOKEN", "a bot token"),
        ({"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN", "user token"),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": APP}, "SLACK_SIGNING_SECRET", "app-le"),
        ({"SLACK_API_URL": "https://slack.com/"}, "SLACK_API_URL", "/api/"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET", "missing"),
        ({"SLACK_CLIENT_ID": "1.2"}, "ENCRYPTION_KEY", "missing"),
        ({"SLACK_CLIENT_ID": "1.2"}, "PUBLIC_URL", "missing"),
        ({"SLACK_CLIENT_SECRET": "s"}, "SLACK_CLIENT_ID", "missing"),
        (MANY, "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET for HTTP"),
        ({"ENCRYPTION_KEY": "ab" * 32 + ",short"}, "ENCRYPTION_KEY", "neither"),
        ({"ENCRYPTION_KEY": "ab" * 32 + ","}, "ENCRYPTION_KEY", "not 32"),
        ({"ENCRYPTION_KEY": "short"}, "ENCRYPTION_KEY", "base64"),
        ({"PUBLIC_URL": "parley.example.com"}, "PUBLIC_URL", "http://"),
        ({"DISCORD_TOKEN": "Bot abc.def.ghi"}, "DISCORD_TOKEN", "header"),
        ({"DISCORD_API_URL": "https://discord.com/api"}, "DISCORD_API_URL", "/api/v10"),
        ({"DISCORD_SHARD_IDS": "0"}, "DISCORD_SHARD_COUNT", "missing"),
        ({"DISCORD_SHARD_IDS": "0,2", "DISCORD_SHARD_COUNT": "2"}, "DISCORD_SHARD_IDS", "from 0"),
        ({"DISCORD_SHARD_COUNT": "none"}, "DISCORD_SHARD_COUNT", "not a whole number"),
        ({"OPENAI_API_KEY": "sk-a b"}, "OPENAI_API_KEY", "space"),
        ({"OPENAI_API_KEY": "'sk-ab'"}, "OPENAI_API_KEY", "quotation"),
        ({"OPENAI_API": "rest"}, "OPENAI_API", "responses, chat or auto"),
        ({"OPENAI_BASE_URL": "localhost:11434/v1"}, "OPENAI_BASE_URL", "http"),
        ({"OPENAI_BASE_URL": "http://host:0x50/v1"}, "OPENAI_BASE_URL", "port"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL", "redis://"),
        ({"REDIS_URL": "redis://h:99999"}, "REDIS_URL", "port"),
        ({"REDIS_URL": "redis://h/name"}, "REDIS_URL", "database"),
        ({"REDIS_URL": "redis://"}, "REDIS_URL", "no host"),
        ({"REDIS_URL": "unix://relative"}, "REDIS_URL", "absolute"),
        ({"REDIS_URL": "http://h"}, "REDIS_URL", "redis://"),
        ({"WEATHER_API_URL": "https://api.open-meteo.com/v1"}, "WEATHER_API_URL", "/v1"),
        ({"HTTP_PORT": "65536"}, "HTTP_PORT", "65535"),
        ({"HTTP_PORT": "-1"}, "HTTP_PORT", "below"),
        ({"HTTP_HOST": "http://me"}, "HTTP_HOST", "host"),
        ({"PLAYGROUND": "maybe"}, "PLAYGROUND", "auto"),
        ({"TURNS_PER_HOUR": "many"}, "TURNS_PER_HOUR", "whole number"),
        ({"TOKENS_PER_DAY": "-5"}, "TOKENS_PER_DAY", "below"),
        ({"WRITE_BUDGET": "-0.5"}, "WRITE_BUDGET", "below"),
        ({"WRITE_BUDGET": "nan"}, "WRITE_BUDGET", "finite"),
        ({"HISTORY_TTL": "a while"}, "HISTORY_TTL", "duration"),
        ({"HISTORY_TTL": "5s"}, "HISTORY_TTL", "below"),
        ({"DRAIN_SECONDS": "601"}, "DRAIN_SECONDS", "above"),
        ({"FOLLOW_UPS": "2"}, "FOLLOW_UPS", "1 or 0"),
        ({"LOG_LEVEL": "TRACE"}, "LOG_LEVEL", "DEBUG"),
        ({"INSTRUCTIONS": "./no/such/file.md"}, "INSTRUCTIONS", "no such file"),
        ({"INSTRUCTIONS": "/no/such/file"}, "INSTRUCTIONS", "no such file"),
    ],
)
def test_a_wrong_or_missing_value_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], name: str, says: str
) -> None:
    told = fault(monkeypatch, **values).split("\n\n")
    mine = [paragraph for paragraph in told if paragraph.startswith(f"{name}:")]
    assert len(mine) == 1, told
    assert says in mine[0]


def test_a_token_is_told_by_its_kind_and_length_only(monkeypatch: pytest.MonkeyPatch) -> None:
    told = fault(monkeypatch, SLACK_BOT_TOKEN=APP, OPENAI_MODEL="m\nn", HTTP_PORT=BOT)
    assert f"read xapp-…({len(APP)} characters)" in told
    assert APP[6:] not in told
    assert BOT[6:] not in told, "a token in the wrong setting stays masked"


def test_a_password_in_an_address_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = fault(monkeypatch, REDIS_URL="redis://me:hunter22@h:port", GITLAB_URL="ftp://a:pw77@h")
    assert "hunter22" not in told
    assert "pw77" not in told
    assert "redis://…@h:port" in told


def test_settings_are_frozen_and_printed_without_their_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load(
        monkeypatch,
        OPENAI_API_KEY="sk-proj-verysecret",
        REDIS_URL="redis://:hunter22@localhost",
        GITLAB_URL="https://u:pw77@gitlab.example.com",
    )
    for text in (repr(settings), str(settings)):
        assert "verysecret" not in text
        assert "hunter22" not in text
        assert "pw77" not in text
    with pytest.raises(ValidationError):
        settings.http_port = 1


def test_secrets_lists_every_secret_value_for_masking(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch, OPENAI_API_KEY="sk-one", REDIS_URL="redis://:p%40ss@h", GITHUB_TOKEN="ghp_two"
    )
    assert set(settings.secrets()) == {"sk-one", "redis://:p%40ss@h", "p@ss", "ghp_two"}


def test_channels_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, CHANNELS="C01, #general,,").channels == ("C01", "general")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3600", 3600), ("90m", 5400), ("12h", 43_200), ("30d", 2_592_000), ("2W", 1_209_600)],
)
def test_history_ttl_is_seconds_or_a_duration(
    monkeypatch: pytest.MonkeyPatch, text: str, seconds: int
) -> None:
    assert load(monkeypatch, HISTORY_TTL=text).history_ttl == seconds


@pytest.mark.parametrize(
    "address",
    ["redis://h", "redis://h:6380/3", "rediss://u:p@h.example:6379", "unix:///run/redis.sock"],
)
def test_usable_redis_addresses_pass_unchanged(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    settings = load(monkeypatch, REDIS_URL=address)
    assert settings.redis_url is not None
    assert settings.redis_url.get_secret_value() == address


def test_addresses_lose_their_last_slash_except_slacks(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch, OPENAI_BASE_URL="http://h/v1/", SLACK_API_URL="http://127.0.0.1:9/api"
    )
    assert settings.openai_base_url == "http://h/v1"
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"


def test_instructions_are_text_or_a_files_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "house rules.md"
    file.write_text("\ufeffAnswer in haiku.\n", encoding="utf-8")
    assert load(monkeypatch, INSTRUCTIONS=str(file)).instructions == "Answer in haiku."
    assert load(monkeypatch, INSTRUCTIONS="/ask is for all").instructions == "/ask is for all"
    assert load(monkeypatch, INSTRUCTIONS="Be brief.").instructions == "Be brief."


def test_instructions_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "longer than" in fault(monkeypatch, INSTRUCTIONS="é" * 20_000)
    file = tmp_path / "long.txt"
    file.write_bytes(b"x" * 40_000)
    assert "longer than" in fault(monkeypatch, INSTRUCTIONS=str(file))
    file.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in fault(monkeypatch, INSTRUCTIONS=str(file))


@pytest.mark.parametrize("door", ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
def test_installation_needs_a_way_in_and_no_bot_token(
    monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    settings = load(monkeypatch, **MANY, **{door: APP if "APP" in door else "ab12"})
    assert settings.slack_configured
    assert settings.slack_bot_token is None
    assert not settings.playground_served


def test_of_several_encryption_keys_each_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = "ab" * 32, base64.b64encode(b"o" * 32).decode()
    settings = load(monkeypatch, ENCRYPTION_KEY=f"{new}, {old}")
    assert settings.encryption_keys() == (bytes.fromhex(new), b"o" * 32)
    assert {new, old} <= set(settings.secrets())
    assert load(monkeypatch, ENCRYPTION_KEY="").encryption_keys() == ()


@pytest.mark.parametrize("key", [base64.b64encode(bytes(range(200, 232))).decode(), "ab" * 32])
def test_encryption_keys_are_base64_or_hex(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    assert load(monkeypatch, ENCRYPTION_KEY=key).encryption_key is not None


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"OPENAI_MODEL=\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        load_settings(file)


def test_files_live_in_the_checkout_or_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = checkout()
    assert root is not None
    assert load_settings(None).data_dir == root / ".data"
    monkeypatch.setattr("bot.settings.places.checkout", lambda: None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert load_settings(None).data_dir == tmp_path / "parley"
    monkeypatch.setenv("DATA_DIR", "~/x")
    assert load_settings(None).data_dir == Path(os.path.expanduser("~/x"))


def test_the_table_names_every_setting_once() -> None:
    rows = settings_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [name.upper() for name in Settings.model_fields]
    assert all(row.count("|") == 4 for row in rows)


def test_the_readme_shows_the_table() -> None:
    root = checkout()
    assert root is not None
    assert settings_table() in (root / "README.md").read_text(encoding="utf-8")


def test_the_example_file_names_every_setting_with_its_default(tmp_path: Path) -> None:
    root = checkout()
    assert root is not None
    example = (root / ".env.example").read_text(encoding="utf-8")
    lines = re.findall(r"^#([A-Z0-9_]+=.*)$", example, re.MULTILINE)
    assert [line.partition("=")[0] for line in lines] == [n.upper() for n in Settings.model_fields]
    uncommented = tmp_path / ".env"
    uncommented.write_text("\n".join(lines), encoding="utf-8")
    assert load_settings(uncommented) == load_settings(None)
    assert load_settings(root / ".env.example") == load_settings(None)


@given(st.text(max_size=300))
def test_a_shown_secret_keeps_nothing_past_its_kind(value: str) -> None:
    assert len(shown(value, secret=True)) < 45 or "://" in value


@given(
    user=st.text(st.characters(exclude_characters="/@"), max_size=20),
    password=st.text(st.characters(exclude_characters="/@"), min_size=6, max_size=20),
)
def test_a_shown_address_never_holds_its_password(user: str, password: str) -> None:
    shown_address = without_password(f"redis://{user}:{password}@host:6379/0")
    assert shown_address == "redis://…@host:6379/0"
