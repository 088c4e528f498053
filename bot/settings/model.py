"""The settings themselves: every name, its form, its default and its meaning.

The descriptions here are the one source of the README's table. A wrong value raises `ConfigError`
with a paragraph for each fault, all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import Field, ModelWrapValidatorHandler, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import ConfigError
from bot.settings import addresses, faults, forms
from bot.settings.faults import expect
from bot.settings.places import CHECKOUT_ENV, default_data_dir

LogLevel: TypeAlias = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
OpenAIApi: TypeAlias = Literal["auto", "responses", "chat"]

DEFAULT_MODEL = "gpt-6-luna"
DISCORD_API = "https://discord.com/api/v10"

_WEB = "an http or https address"
_VISIBLE = "visible ASCII characters without spaces, on one line and without quotation marks"

Secret = Annotated[SecretStr, expect(_VISIBLE, forms.secret)]
Password = Annotated[SecretStr, expect("a password on one line", forms.password)]
BotToken = Annotated[
    SecretStr, expect("a token that begins with xoxb-", forms.slack_token("xoxb-", "xoxe.xoxb-"))
]
AppToken = Annotated[
    SecretStr,
    expect("a token that begins with xapp-, with connections:write", forms.slack_token("xapp-")),
]
SigningSecret = Annotated[SecretStr, expect("the app's signing secret", forms.signing_secret)]
DiscordToken = Annotated[SecretStr, expect("the bot's token alone", forms.discord_token)]
EncryptionKey = Annotated[
    SecretStr, expect("32 random bytes in base64, or 64 hex digits", forms.encryption_keys)
]
RedisUrl = Annotated[
    SecretStr,
    expect(
        "redis://[user:password@]host[:port][/number], rediss:// for TLS, or unix:///a/socket",
        addresses.redis_address,
    ),
]
Url = Annotated[str, expect(_WEB, addresses.web_address())]
HostUrl = Annotated[str, expect(f"{_WEB} without /v1", addresses.web_address(never_ends="/v1"))]
SlackUrl = Annotated[str, expect(f"{_WEB} that ends in /api/", addresses.web_address(ends="/api/"))]
DiscordUrl = Annotated[
    str, expect(f"{_WEB} that ends in /api/v10", addresses.web_address(ends="/api/v10"))
]
Name = Annotated[str, expect("one line", forms.name)]
Count = Annotated[int, expect("a whole number from 0", forms.whole_number(0, 10**12))]
Switch = Annotated[bool, expect("1 or 0", forms.switch)]
Port = Annotated[int, expect("a whole number from 0 to 65535", forms.whole_number(0, 65_535))]


def _setting(default: Any, meaning: str, *, where: str = "", shown: str = "") -> Any:
    """Declare a setting: `where` its value is had from; `shown` in the table for its default."""
    make = default if callable(default) else lambda: default
    return Field(
        default_factory=make,
        description=meaning,
        json_schema_extra={"where": where, "shown": shown},
    )


class Settings(BaseSettings):
    """Every setting, checked and frozen. Raises `ConfigError` for what cannot be used."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        env_file_encoding="utf-8-sig",
        alias_generator=str.upper,
        populate_by_name=True,
        case_sensitive=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: BotToken | None = _setting(
        None, "The Slack app's bot token, `xoxb-…`.", where=faults.BOT_TOKEN_PLACE
    )
    slack_app_token: AppToken | None = _setting(
        None,
        "The Slack app's app-level token, `xapp-…`. Present: Socket Mode; absent: HTTP on "
        "`/slack/events`.",
        where=faults.APP_TOKEN_PLACE,
    )
    slack_signing_secret: SigningSecret | None = _setting(
        None,
        "Proves that a request to `/slack/events` comes from Slack; Socket Mode needs none.",
        where=faults.SIGNING_SECRET_PLACE,
    )
    slack_api_url: SlackUrl = _setting(
        "https://slack.com/api/",
        "Slack's Web API, ends in `/api/`; everything bound for Slack follows it, the allowed "
        "file host too.",
    )
    slack_client_id: Secret | None = _setting(
        None,
        "For installation in many workspaces, with the next three.",
        where=f"{faults.SLACK_APPS} → Basic Information → App Credentials",
    )
    slack_client_secret: Secret | None = _setting(
        None,
        "Belongs to `SLACK_CLIENT_ID`.",
        where=f"{faults.SLACK_APPS} → Basic Information → App Credentials",
    )
    public_url: Url | None = _setting(
        None, "The address under which the world reaches this server, for installation links."
    )
    encryption_key: EncryptionKey | None = _setting(
        None,
        "32 bytes in base64 that encrypt the tokens of installed workspaces at rest; of several, "
        "separated by commas, the first encrypts and all decrypt.",
        where="run: openssl rand -base64 32",
    )
    discord_token: DiscordToken | None = _setting(
        None,
        "The Discord bot's token.",
        where="https://discord.com/developers/applications → your app → Bot → Reset Token",
    )
    discord_api_url: DiscordUrl = _setting(
        DISCORD_API,
        "Discord's API, ends in `/api/v10`; the gateway and the attachment host follow it.",
    )
    discord_shard_ids: Annotated[
        tuple[int, ...], NoDecode, expect("whole numbers, such as 0,1", forms.numbers)
    ] = _setting((), "This process's share of the shards, separated by commas.")
    discord_shard_count: (
        Annotated[int, expect("a whole number from 1", forms.whole_number(1, 100_000))] | None
    ) = _setting(None, "How many shards there are in all.")

    openai_api_key: Secret | None = _setting(
        None,
        "The model service's key. Without key and base, the offline rules answer.",
        where="https://platform.openai.com/api-keys, or your provider's page of keys",
    )
    openai_base_url: Url | None = _setting(
        None,
        "Any OpenAI-compatible service, `/v1` included; counts as configured without a key.",
        shown="OpenAI",
    )
    openai_org_id: Secret | None = _setting(
        None,
        "The organisation that is billed, for keys that belong to several.",
        where="https://platform.openai.com/settings/organization/general",
    )
    openai_model: Name = _setting(DEFAULT_MODEL, "The model that answers.")
    openai_api: Annotated[
        OpenAIApi, expect("responses, chat or auto", forms.one_of(*get_args(OpenAIApi)))
    ] = _setting(
        "auto",
        "`responses`, `chat` or `auto` (Responses for OpenAI itself, Chat Completions for the "
        "rest).",
    )
    github_token: Secret | None = _setting(
        None,
        "For reviews of pull requests: private repositories and a higher rate.",
        where="https://github.com/settings/personal-access-tokens",
    )
    github_api_url: Url = _setting(
        "https://api.github.com", "GitHub's API, or that of an Enterprise Server."
    )
    gitlab_token: Secret | None = _setting(
        None, "For reviews of merge requests.", where="GitLab → Preferences → Access tokens"
    )
    gitlab_url: Url = _setting("https://gitlab.com", "The GitLab server.")

    redis_url: RedisUrl | None = _setting(
        None,
        "Redis 6.2 or newer, Valkey, or Redis Cluster.",
        where="your Redis, or leave it out for the embedded store",
        shown="the embedded store",
    )
    data_dir: Annotated[Path, expect("a folder's path", forms.folder)] = _setting(
        default_data_dir,
        "The embedded store's files and this machine's locks.",
        shown="`.data` in the checkout, else `~/.local/share/parley`",
    )
    weather_api_url: HostUrl = _setting(
        "https://api.open-meteo.com", "Open-Meteo's forecast host; `/v1/…` is appended."
    )
    geocoding_api_url: HostUrl = _setting(
        "https://geocoding-api.open-meteo.com", "Open-Meteo's geocoding host; likewise."
    )

    http_host: Annotated[str, expect("a host name or an address", addresses.host)] = _setting(
        "127.0.0.1", "Where the web server listens; `0.0.0.0` for every address of the machine."
    )
    http_port: Port = _setting(8080, "The web server's port; `0` takes a free one.")
    playground: Annotated[
        Literal["auto", "on", "off"], expect("1, 0 or auto", forms.switch_or_auto)
    ] = _setting(
        "auto", "Serve the playground: `1`, `0`, or `auto` (when no platform is configured)."
    )
    playground_password: Password | None = _setting(
        None,
        "Asked for when the playground can be reached from other machines.",
        shown="one is made and printed when needed",
    )

    instructions: Annotated[
        str,
        expect(
            f"text, or the path of a UTF-8 file, of at most {forms.INSTRUCTIONS_LIMIT:,} bytes",
            forms.instructions,
        ),
    ] = _setting("", "Text, or a file's path: appended to the system prompt.")
    turns_per_hour: Count = _setting(
        120, "Turns that one person may ask for in an hour; `0` for no limit."
    )
    tokens_per_day: Count = _setting(
        500_000, "Tokens that one person may use in a day; `0` for no limit."
    )
    channels: Annotated[
        tuple[str, ...], NoDecode, expect("channels, separated by commas", forms.words)
    ] = _setting((), "The channels where the bot answers, separated by commas.", shown="all")
    write_budget: Annotated[float, expect("a number from 0", forms.number(0, 1000))] = _setting(
        1.0,
        "Factor on the platforms' documented write allowances; `0` for no pacing of our own.",
    )
    history_ttl: Annotated[
        int, expect("a minute to ten years, such as 12h or 30d", forms.duration)
    ] = _setting(
        30 * 86_400,
        "How long a quiet thread is remembered: seconds, or such as `90m`, `12h`, `30d`.",
        shown="30d",
    )
    follow_ups: Switch = _setting(
        True, "Answer in a joined thread without being mentioned again.", shown="1"
    )
    drain_seconds: Annotated[float, expect("seconds, 0 to 600", forms.number(0, 600))] = _setting(
        20.0, "Time for running answers to end when the process is asked to stop."
    )
    log_level: Annotated[
        LogLevel, expect("DEBUG, INFO, WARNING or ERROR", forms.one_of(*get_args(LogLevel)))
    ] = _setting("INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`.")
    operator_channel: Annotated[
        tuple[str, ...], NoDecode, expect("channels, separated by commas", forms.words)
    ] = _setting(
        (),
        "The channel that is told what operators should know: Slack's id or name, Discord's id; "
        "several separated by commas.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _tell_every_fault(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        given = {name.upper(): value for name, value in data.items() if str(value).strip()}
        told: list[str] = []
        settings = None
        try:
            settings = handler(given)
        except ValidationError as error:
            told += (_paragraph(fault, given) for fault in error.errors())
        told += faults.combinations(given)
        if settings is None or told:
            raise ConfigError("\n\n".join(told))
        return settings

    @property
    def slack_configured(self) -> bool:
        """Tell whether Slack is to be served: with one token, or wherever it is installed."""
        return self.slack_bot_token is not None or self.slack_client_id is not None

    @property
    def discord_configured(self) -> bool:
        """Tell whether Discord is to be served."""
        return self.discord_token is not None

    @property
    def model_configured(self) -> bool:
        """Tell whether a real model answers; a base without a key counts."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def playground_served(self) -> bool:
        """Tell whether the playground is served."""
        if self.playground == "auto":
            return not (self.slack_configured or self.discord_configured)
        return self.playground == "on"

    def encryption_keys(self) -> tuple[bytes, ...]:
        """Return the keys that encrypt at rest, the one to use first."""
        return forms.key_bytes(revealed(self.encryption_key)) if self.encryption_key else ()

    def secrets(self) -> tuple[str, ...]:
        """Return every secret value that was loaded, passwords within addresses too."""
        found: list[str] = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                value = value.get_secret_value()
                found.append(value)
                found += value.split(",") if name == "encryption_key" else ()
            if isinstance(value, str) and "://" in value:
                found.append(addresses.address_password(value) or "")
        return tuple(dict.fromkeys(filter(None, found)))

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Hide what an address carries; secrets hide themselves."""
        for name, value in super().__repr_args__():
            yield name, addresses.without_password(value) if isinstance(value, str) else value


def load_settings(env_file: Path | None = CHECKOUT_ENV) -> Settings:
    """Read the environment and `env_file` (the environment wins; an empty value counts as absent).

    Raises `ConfigError` with a paragraph for each fault.
    """
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # known at run time only
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{env_file} cannot be read: {error}. Expected: a UTF-8 file that this user may read, "
            "with lines of the form NAME=value."
        ) from None


def revealed(secret: SecretStr | None) -> str:
    """Return what a secret setting holds, an empty text when it is not set."""
    return secret.get_secret_value() if secret is not None else ""


def extra(field: FieldInfo) -> dict[str, str]:
    """Return what `_setting` noted beside the field: `where` and `shown`."""
    noted = field.json_schema_extra
    return {key: str(text) for key, text in noted.items()} if isinstance(noted, dict) else {}


def _paragraph(fault: Mapping[str, Any], given: Mapping[str, object]) -> str:
    name = str(fault["loc"][0])
    field = Settings.model_fields[name.lower()]
    problem = fault.get("ctx", {}).get("error")
    return faults.paragraph(
        name,
        given.get(name),
        problem if isinstance(problem, ValueError) else ValueError(fault["msg"]),
        secret="SecretStr" in str(field.annotation),
        where=extra(field)["where"],
    )
