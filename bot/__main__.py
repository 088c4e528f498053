"""The composition root: the only file that knows both halves. Nobody imports it."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bot.cli import Adapters
from bot.cli import main as run_command

if TYPE_CHECKING:
    from adapters.slack.installation.installing import Many
    from bot.doctor import Check, Finding
    from bot.house import House
    from bot.platform import Health
    from bot.running import Built
    from bot.settings import Settings


def main() -> int:
    """Run the command that the command line names; returns the exit code."""
    manifests = {"slack": _slack_manifest, "discord": _discord_manifest}
    return run_command(Adapters(_builders, _terminal, manifests, _checks))


def _builders() -> Sequence[Callable[[House], Built | None]]:
    return (_slack, _discord, _playground)


def _slack(house: House) -> Built | None:
    from bot.running import Built

    settings = house.settings
    if not settings.slack_configured:
        return None
    from adapters.slack.adapter import SlackPlatform
    from adapters.slack.limits import LIMITS
    from bot.allowances import answers_in
    from bot.settings import revealed
    from bot.store.budgets import Budgets
    from bot.store.heard import Heard
    from bot.store.notes import Notes

    platform = SlackPlatform(
        bot_token=revealed(settings.slack_bot_token),
        app_token=revealed(settings.slack_app_token),
        signing_secret=revealed(settings.slack_signing_secret),
        many=_slack_installations(house),
        api_url=settings.slack_api_url,
        allowance=Budgets(house.connection, "slack", LIMITS, settings.write_budget),
        metrics=house.metrics,
        notes=Notes(house.connection),
        preferences=house.preferences,
        reviews=house.desk,
        heard=Heard(house.connection, "slack"),
        allowed=lambda names: answers_in(settings.channels, *names),
        follow_ups=settings.follow_ups,
        history_ttl=settings.history_ttl,
        operator_channels=settings.operator_channel,
    )
    return Built(platform, platform.routes())


def _slack_installations(house: House) -> Many | None:
    settings = house.settings
    if settings.slack_client_id is None:
        return None
    from adapters.slack.installation.installing import Many
    from bot.guard.sealing import Sealer
    from bot.settings import revealed
    from bot.store.installations import Installations
    from bot.store.notes import Notes

    return Many(
        client_id=revealed(settings.slack_client_id),
        client_secret=revealed(settings.slack_client_secret),
        public_url=settings.public_url or "",
        store=Installations(house.connection),
        notes=Notes(house.connection),
        sealer=Sealer(settings.encryption_keys()),
    )


def _discord(house: House) -> Built | None:
    from bot.running import Built

    settings = house.settings
    if settings.discord_token is None:
        return None
    from adapters.discord.adapter import DiscordPlatform
    from adapters.discord.limits import LIMITS
    from bot.allowances import answers_in
    from bot.store.budgets import Budgets
    from bot.store.heard import Heard
    from bot.store.notes import Notes

    platform = DiscordPlatform(
        token=settings.discord_token.get_secret_value(),
        api_url=settings.discord_api_url,
        shard_ids=settings.discord_shard_ids,
        shard_count=settings.discord_shard_count,
        allowance=Budgets(house.connection, "discord", LIMITS, settings.write_budget),
        metrics=house.metrics,
        notes=Notes(house.connection),
        reviews=house.desk,
        heard=Heard(house.connection, "discord"),
        allowed=lambda names: answers_in(settings.channels, *names),
        follow_ups=settings.follow_ups,
        history_ttl=settings.history_ttl,
        operator_channels=settings.operator_channel,
    )
    return Built(platform)


def _playground(house: House) -> Built | None:
    from bot.running import Built

    settings = house.settings
    if not settings.playground_served:
        return None
    from adapters.web.adapter import WebPlatform
    from adapters.web.guard import needs_password
    from bot.store.files import Files
    from bot.store.messages import ChannelMessages

    chosen = settings.playground_password
    password = chosen.get_secret_value() if chosen else None
    notes = ["Parley's playground: {url}"]
    if password is None and needs_password(settings.http_host, settings.public_url or ""):
        password = secrets.token_urlsafe(12)
        notes.append(f"Its password, made for this run: {password}")
    platform = WebPlatform(
        ChannelMessages(house.connection),
        Files(house.connection),
        host=settings.http_host,
        port=settings.http_port,
        password=password,
        public_url=settings.public_url or "",
        model_note=_model_note(house),
    )
    return Built(platform, platform.routes(), notes)


def _model_note(house: House) -> str:
    from bot.wording import say

    if not house.model.spec.offline:
        return ""
    keys = ("offline_what_i_am", "offline_how_to_change")
    return " ".join(say(key, "en").replace("`", "") for key in keys)


def _terminal() -> Any:
    from adapters.console.adapter import open_terminal

    return open_terminal


def _slack_manifest() -> str:
    import json

    from adapters.slack.manifest import REDIRECT_PATH, REQUEST_PATH, manifest
    from bot.settings import glance

    found = glance()
    public = (found.public_url or "https://your-host.example").rstrip("/")
    over_http = not found.slack_app_token and bool(found.slack_signing_secret or found.public_url)
    made = manifest(
        request_url=public + REQUEST_PATH if over_http else "",
        redirect_url=public + REDIRECT_PATH if found.slack_client_id else "",
    )
    return json.dumps(made, indent=2, ensure_ascii=False)


def _discord_manifest() -> str:
    import asyncio

    from adapters.discord.manifest import printed
    from bot.settings import glance

    found = glance()
    return asyncio.run(printed(found.discord_token.get_secret_value(), found.discord_api_url))


def _checks() -> Sequence[Check]:
    from bot.doctor import Check

    return (Check("slack", _slack_check), Check("discord", _discord_check))


async def _slack_check(settings: Settings) -> Finding | None:
    if not settings.slack_configured:
        return None
    from adapters.slack import operators
    from adapters.slack.check import Setup, check
    from bot.settings import revealed

    health = await check(
        Setup(
            settings.slack_api_url,
            bot_token=revealed(settings.slack_bot_token),
            app_token=revealed(settings.slack_app_token),
            signing_secret=revealed(settings.slack_signing_secret),
            client_id=revealed(settings.slack_client_id),
            client_secret=revealed(settings.slack_client_secret),
            public_url=settings.public_url or "",
        )
    )
    home = settings.slack_bot_token is not None
    return _finding(health, operators.trouble(settings.operator_channel, home=home))


async def _discord_check(settings: Settings) -> Finding | None:
    if settings.discord_token is None:
        return None
    from adapters.discord import operators
    from adapters.discord.check import check

    health = await check(settings.discord_token.get_secret_value(), settings.discord_api_url)
    return _finding(health, operators.trouble(settings.operator_channel))


def _finding(health: Health, trouble: str) -> Finding:
    """Tell how a platform is, and of what works without a fault and not as it was meant."""
    from bot.doctor import fault, ok, warning

    if not health.ready:
        return fault(health.detail)
    return warning(f"{health.detail}; {trouble}") if trouble else ok(health.detail)


if __name__ == "__main__":
    sys.exit(main())
