"""The links by which the bot is added to a server or to an account, with exactly what it uses.

Discord has no file to make an application from: people make it in the developer portal, and Discord
is asked for its id. Printed by `manifest discord`. Source:
https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from adapters.discord.check import Application, Trouble, application, session
from bot.errors import ConfigError

PORTAL = "https://discord.com/developers/applications"
AUTHORIZE = "https://discord.com/oauth2/authorize"

SCOPES = {
    "bot": "is a member of the server, hears what is said to it and answers",
    "applications.commands": "has its slash commands and its entries in a message's menu",
}
"""Each scope and what it is for."""

USER_SCOPES = ("applications.commands",)
"""For a single account: there the bot is a member of nothing."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission: its bit, how Discord names it, and what it is for."""

    bit: int
    name: str
    reason: str


PERMISSIONS = (
    Permission(10, "View Channels", "sees the channels in which people ask"),
    Permission(11, "Send Messages", "answers in channels where it may not open threads"),
    Permission(35, "Create Public Threads", "opens a thread for each question that mentions it"),
    Permission(38, "Send Messages in Threads", "answers there"),
    Permission(15, "Attach Files", "puts files that tools make beside an answer"),
    Permission(
        16,
        "Read Message History",
        "reads what was said before it was called, replies to a message, and finds its own answer "
        "again after a restart",
    ),
)
"""The least that is needed; see https://docs.discord.com/developers/topics/permissions."""


def permissions() -> int:
    """Return the permissions as Discord's number."""
    return sum(1 << one.bit for one in PERMISSIONS)


def invitation(application_id: str) -> str:
    """Return the link that adds the bot to a server."""
    return _link(
        client_id=application_id,
        scope=" ".join(SCOPES),
        permissions=str(permissions()),
        integration_type="0",
    )


def personal(application_id: str) -> str:
    """Return the link that adds the bot's commands to one account, wherever its owner writes."""
    return _link(client_id=application_id, scope=" ".join(USER_SCOPES), integration_type="1")


async def printed(token: str, api_url: str) -> str:
    """Return what `manifest discord` prints. Raises `ConfigError` without a token, and where
    Discord refuses it or does not answer."""
    if not token:
        raise ConfigError(
            f"DISCORD_TOKEN is not set. Make an application at {PORTAL}, open its page Bot, press "
            "Reset Token, and set DISCORD_TOKEN to the token; then run this again."
        )
    try:
        async with session() as web:
            found = await application(web, token, api_url)
    except Trouble as trouble:
        raise ConfigError(str(trouble)) from None
    return written(found)


def written(found: Application) -> str:
    """Write the links and the reasons for people."""
    width = max(len(one.name) for one in PERMISSIONS)
    reasons = [f"  {one.name:<{width}}  {one.reason}" for one in PERMISSIONS]
    scopes = [f"  {name:<{max(map(len, SCOPES))}}  {reason}" for name, reason in SCOPES.items()]
    content = (
        "The Message Content intent is on: the bot follows its threads without being mentioned."
        if found.reads_content
        else "The Message Content intent is off: the bot hears mentions, direct messages and "
        f"commands only.\nTo let it follow its threads, switch it on: {PORTAL}/{found.id}/bot"
    )
    return "\n".join(
        [
            f"Add {found.name} to a server:",
            f"  {invitation(found.id)}",
            "",
            "Or add its commands to your own account, to use them anywhere:",
            f"  {personal(found.id)}",
            "",
            f"What the first link asks for (permissions={permissions()}):",
            *reasons,
            "",
            "Its scopes:",
            *scopes,
            "",
            content,
        ]
    )


def _link(**query: str) -> str:
    return f"{AUTHORIZE}?{urlencode(query)}"


def reasons() -> Mapping[str, str]:
    """Return each permission's name and reason, for the docs."""
    return {one.name: one.reason for one in PERMISSIONS}
