"""The few settings that a manifest follows, as they stand, whether or not they can be used yet.

Whoever makes an app has only some of its values; the full reading, `load_settings`, would refuse
them. Called by the composition root for `manifest`.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

from bot.settings.model import DISCORD_API, Settings
from bot.settings.places import CHECKOUT_ENV


class Glance(BaseSettings):
    """How a platform is to reach the bot; empty for what is not set."""

    model_config = Settings.model_config

    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: SecretStr = SecretStr("")
    public_url: str = ""
    discord_token: SecretStr = SecretStr("")
    discord_api_url: str = DISCORD_API


def glance(env_file: Path | None = CHECKOUT_ENV) -> Glance:
    """Read the environment and `env_file`; a file that cannot be read counts as none."""
    try:
        return Glance(_env_file=env_file)  # type: ignore[call-arg]  # known at run time only
    except (OSError, UnicodeDecodeError, ValidationError):
        return Glance(_env_file=None)  # type: ignore[call-arg]  # as above
