"""Who the ids are that stand in messages: roles, channels and people, kept for an hour.

Payloads name those whom they mention; what is left is looked up in the gateway's cache, and where a
process has none by REST. Channels that not everybody sees are named to nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import discord

from adapters.common.names import LOOK_UP_SECONDS, Names
from adapters.common.payloads import Payload, mapping, objects, sound, string
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.inbound import NAME
from adapters.discord.limits import GUILD_CHANNELS, MEMBER, ROLES, USER
from adapters.discord.payloads import id_of, shown_name
from adapters.discord.places import DIRECT
from bot.errors import ParleyError, PlatformTemporary
from bot.events import Author, ThreadRef

MOST_AT_ONCE = 20
"""Names looked up for one turn; the others are shown by their ids."""

LISTED_SECONDS, MOST_LISTS = 300.0, 100
"""How long the roles or channels of a server are kept, and of how many."""

_VIEW = 1 << 10
"""The permission to see a channel."""


class People:
    """A cache over the gateway's and over REST. `guild` gives what the gateway knows of a server,
    None in a process without one."""

    def __init__(
        self,
        client: DiscordClient,
        guild: Callable[[str], discord.Guild | None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._guild = guild
        self._clock = clock
        self._names = Names[tuple[str, str]](clock)
        self._listed: dict[tuple[str, str], tuple[float, list[Payload]]] = {}

    def known(self, workspace: str, id: str) -> Author | None:
        """Tell who `id` is, if that was found out before."""
        if id == self._client.user:
            return Author(id, NAME, is_bot=True)
        return self._names.known((workspace, id))

    async def named(
        self, thread: ThreadRef, ids: Collection[str], seconds: float = LOOK_UP_SECONDS
    ) -> Mapping[str, Author]:
        """Return who these are; whom nobody knows, and who is not found in time, are left out.
        Never raises."""
        place = thread.workspace
        asked = ((place, id) for id in ids if id.isdigit() and id != self._client.user)
        missing = self._names.missing(asked)
        await self._names.look_up(missing[:MOST_AT_ONCE], self._find, seconds)
        return {id: author for id in ids if (author := self.known(place, id)) is not None}

    async def own_role(self, workspace: str) -> str:
        """Return the id of the bot's own role in a server, empty where it is not known."""
        if (guild := self._guild(workspace)) is not None:
            return str(guild.self_role.id) if guild.self_role is not None else ""
        if workspace == DIRECT:
            return ""
        try:
            roles = await self._list(workspace, ROLES)
        except ParleyError:
            return ""
        own = self._client.user
        found = (role for role in roles if id_of(mapping(role.get("tags")), "bot_id") == own)
        return next((id_of(role) for role in found), "")

    async def close(self) -> None:
        """Give up what is being looked up."""
        await self._names.close()

    async def _find(self, key: tuple[str, str]) -> Author | None:
        workspace, id = key
        if (guild := self._guild(workspace)) is not None:
            if name := name_in(guild, "role", id) or name_in(guild, "channel", id):
                return Author(id, name)
        elif workspace != DIRECT and (name := await self._listed_name(workspace, id)):
            return Author(id, name)
        if workspace != DIRECT:
            member = await self._one(MEMBER, guild_id=workspace, user_id=id)
            if user := mapping(member.get("user")):
                return _person(user, member)
        user = await self._one(USER, user_id=id)
        return _person(user, {}) if user else None

    async def _listed_name(self, workspace: str, id: str) -> str:
        for role in await self._list(workspace, ROLES):
            if id_of(role) == id:
                return sound(string(role, "name"))[:80].removeprefix("@")
        for channel in await self._list(workspace, GUILD_CHANNELS):
            if id_of(channel) == id and not _is_hidden(channel, workspace):
                return sound(string(channel, "name"))[:80]
        return ""

    async def _list(self, workspace: str, method: str) -> list[Payload]:
        """Return all roles or channels of a server, which Discord tells together."""
        until, listed = self._listed.get((workspace, method), (0.0, []))
        if until > self._clock():
            return listed
        try:
            answer = await self._call(method, guild_id=workspace)
        except CallRefused:
            answer = []  # not a server of the bot's
        listed = list(objects({"all": answer}, "all"))
        if len(self._listed) >= MOST_LISTS:
            self._listed.clear()
        self._listed[workspace, method] = (self._clock() + LISTED_SECONDS, listed)
        return listed

    async def _one(self, method: str, **where: str) -> Payload:
        try:
            return mapping(await self._call(method, **where))
        except CallRefused:
            return {}

    async def _call(self, method: str, **where: Any) -> Any:
        if not await self._client.may(method):
            raise PlatformTemporary(f"{method}: no slot for a name now")
        return await self._client.call(method, **where)


def name_in(guild: discord.Guild, kind: str, id: str) -> str:
    """Return the name of a role or channel of a server, empty for what it does not know, and for
    channels that not everybody sees."""
    if kind == "role":
        role = guild.get_role(int(id))
        return sound(role.name)[:80].removeprefix("@") if role is not None else ""
    if kind != "channel":
        return ""
    channel = guild.get_channel_or_thread(int(id))
    shown = channel.parent if isinstance(channel, discord.Thread) else channel
    if channel is None or shown is None:
        return ""
    private = isinstance(channel, discord.Thread) and channel.is_private()
    seen = shown.permissions_for(guild.default_role).view_channel and not private
    return sound(channel.name)[:80] if seen else ""


def _is_hidden(channel: Payload, guild: str) -> bool:
    """Tell whether a channel takes from everybody the permission to see it: the role of everybody
    has the server's id."""
    for overwrite in objects(channel, "permission_overwrites"):
        if id_of(overwrite) == guild and int(string(overwrite, "deny") or 0) & _VIEW:
            return True
    return False


def _person(user: Payload, member: Payload) -> Author | None:
    name, id = shown_name(user, member), id_of(user)
    return Author(id, name, is_bot=bool(user.get("bot"))) if name and id else None
