"""How a wrong setting is told to an operator: a paragraph for each fault, secrets masked.

Also the faults that no single value shows: settings that need each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BeforeValidator

from bot.errors import ConfigError
from bot.settings import forms
from bot.settings.addresses import without_password

SLACK_APPS = "https://api.slack.com/apps → your app"
BOT_TOKEN_PLACE = f"{SLACK_APPS} → OAuth & Permissions → Bot User OAuth Token"
APP_TOKEN_PLACE = f"{SLACK_APPS} → Basic Information → App-Level Tokens"
SIGNING_SECRET_PLACE = f"{SLACK_APPS} → Basic Information → App Credentials"

_PREFIXES = (
    *("xoxb-", "xapp-", "xoxp-", "xoxe.xoxb-", "xoxe-", "xoxa-", "sk-proj-", "sk-"),
    *("ghp_", "github_pat_", "gho_", "glpat-"),
)
"""What tells the kind of a secret and nothing else; it may be shown."""


class Misfit(ValueError):
    """A value that does not have its setting's form: what is wrong, and what is expected."""

    def __init__(self, problem: str, expected: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.expected = expected


def expect(expected: str, read: Callable[[object], Any]) -> BeforeValidator:
    """Make a validator of `read`, whose ValueErrors become `Misfit`s that say what is expected."""

    def validate(value: object) -> Any:
        try:
            return read(value)
        except ValueError as error:
            raise Misfit(str(error), expected) from None

    return BeforeValidator(validate)


def shown(value: object, *, secret: bool) -> str:
    """Write what was read so that an operator recognises it and nobody learns a secret."""
    text = str(value)
    if secret and "://" in text:
        return without_password(text)
    if secret or text.startswith(_PREFIXES):  # a token may have strayed into any setting
        prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), "")
        return f"{prefix}…({len(text)} characters)"
    text = without_password(text)
    return repr(text if len(text) <= 120 else f"{text[:120]}…")


def paragraph(name: str, value: object, problem: ValueError, *, secret: bool, where: str) -> str:
    """Tell one fault: the name, what was read, what is expected and where to get it."""
    told = f"{name}: read {shown(value, secret=secret)}, but {problem}."
    if isinstance(problem, Misfit):
        told += f" Expected: {problem.expected}."
    return told + (f" Where: {where}." if where else "")


def combinations(given: Mapping[str, object]) -> Iterator[str]:
    """Tell what is missing beside what is `given` (by name, unchecked)."""
    yield from _slack(given)
    yield from _installation(given)
    yield from _shards(given)


def _slack(given: Mapping[str, object]) -> Iterator[str]:
    bot = "SLACK_BOT_TOKEN"
    installed = "SLACK_CLIENT_ID" in given or "SLACK_CLIENT_SECRET" in given
    doors = [name for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET") if name in given]
    if bot not in given and not installed and doors:
        yield (
            f"{bot}: missing, although {' and '.join(doors)} is set. Expected: a token that "
            f"begins with xoxb-, or SLACK_CLIENT_ID for installation in many workspaces. Where: "
            f"{BOT_TOKEN_PLACE}."
        )
    if (bot in given or installed) and not doors:
        yield (
            f"SLACK_APP_TOKEN: missing, although {bot if bot in given else 'SLACK_CLIENT_ID'} is "
            "set. Expected: a token that begins with xapp-, with the scope connections:write, for "
            "Socket Mode; or SLACK_SIGNING_SECRET for HTTP. Where: "
            f"{APP_TOKEN_PLACE}, or App Credentials on the same page."
        )


def _installation(given: Mapping[str, object]) -> Iterator[str]:
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "PUBLIC_URL", "ENCRYPTION_KEY")
    if not any(name in given for name in names[:2]):
        return
    for name in names:
        if name not in given:
            yield (
                f"{name}: missing. Expected: all of {', '.join(names)}, which installation in "
                "many workspaces needs together; or neither SLACK_CLIENT_ID nor "
                "SLACK_CLIENT_SECRET."
            )


def _shards(given: Mapping[str, object]) -> Iterator[str]:
    names = ("DISCORD_SHARD_IDS", "DISCORD_SHARD_COUNT")
    present = [name for name in names if name in given]
    if len(present) == 1:
        missing = next(name for name in names if name not in given)
        yield f"{missing}: missing, although {present[0]} is set. Expected: both, or neither."
    if len(present) < 2:
        return
    try:
        ids = forms.numbers(given[names[0]])
        count = int(str(given[names[1]]))
    except ValueError:
        return  # told by the form of the value itself
    if any(shard >= count for shard in ids):
        yield (
            f"DISCORD_SHARD_IDS: read {shown(given[names[0]], secret=False)}, but shards are "
            f"numbered from 0 and DISCORD_SHARD_COUNT is {count}. Expected: numbers from 0 to "
            f"{count - 1}."
        )


def unusable_data_dir(data_dir: Path, error: OSError) -> ConfigError:
    """Tell what the system said when something was to be kept in the data folder."""
    reason = f"{error.strerror or error}: {error.filename or data_dir}"
    return ConfigError(
        f"DATA_DIR: read {str(data_dir)!r}, but {reason}. Expected: a folder that this user may "
        "write to."
    )
