"""Servers, channels, roles and members: how tests set them up and change them."""

from __future__ import annotations

from typing import Any

from . import payloads, permissions, thread_life
from .permissions import P
from .records import Channel, Guild, Kind, Overwrite, Role, User
from .world import World

# What an invitation of the bot asks for: enough to write and to open threads.
BOT_PERMISSIONS = int(
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.SEND_IN_THREADS
    | P.CREATE_PUBLIC_THREADS
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_HISTORY
    | P.ADD_REACTIONS
    | P.USE_COMMANDS
)
MODERATOR = int(
    P.MANAGE_MESSAGES
    | P.MANAGE_THREADS
    | P.MANAGE_CHANNELS
    | P.MANAGE_GUILD
    | P.KICK_MEMBERS
    | P.BAN_MEMBERS
    | P.MANAGE_ROLES
)


class Places(World):
    """Building and changing what people and the bot move in."""

    def furnish(self) -> Guild:
        """Open the first server: alice (its owner), bob and carol, the bot, the usual places.

        The bot sees `general`, `engineering`, the announcement channel `news`, the forum `help`
        and the voice channel `Lounge`; it does not see `secret`. dave is in no server.
        """
        for name in ("alice", "bob", "carol", "dave"):
            self.add_user(name)
        guild = self.open_guild("Acme", "alice", members=("bob", "carol"))
        self.text_channel("general")
        self.text_channel("engineering")
        self.announcement_channel("news")
        self.forum("help")
        self.voice_channel("Lounge")
        secret = self.text_channel("secret")
        hidden = Overwrite(self.bot_role(guild).id, 0, deny=int(P.VIEW_CHANNEL))
        secret.overwrites[hidden.id] = hidden
        return guild

    # -- finding --------------------------------------------------------------------------

    @property
    def guild(self) -> Guild:
        """Return the first server."""
        return next(iter(self.guilds.values()))

    def account(self, name: str) -> User | None:
        """Return the account of a name in any case, None when there is none."""
        wanted = name.lower()
        return next((u for u in self.users.values() if u.name.lower() == wanted), None)

    def person(self, user: str | User) -> User:
        """Return an account by object, id or name; raise KeyError for a stranger."""
        if isinstance(user, User):
            return user
        found = self.users.get(user) or self.account(user)
        if found is None:
            raise KeyError(user)
        return found

    def place(self, channel: str | Channel) -> Channel:
        """Return a channel by object, id or name (threads too); raise KeyError when unknown."""
        if isinstance(channel, Channel):
            return channel
        found = self.channels.get(channel)
        found = found or next((c for c in self.channels.values() if c.name == channel), None)
        if found is None:
            raise KeyError(channel)
        return found

    def dm(self, user: str | User = "alice") -> Channel:
        """Return the direct message channel of a person and the bot."""
        return self.direct(self.person(user).id, self.application.bot_id)

    # -- servers --------------------------------------------------------------------------

    def open_guild(
        self,
        name: str,
        owner: str | User = "alice",
        *,
        members: tuple[str | User, ...] = (),
        with_bot: bool = True,
        locale: str = "en-US",
    ) -> Guild:
        """Open a server and invite the bot; connected gateways hear GUILD_CREATE."""
        guild = Guild(self.snowflakes.new(), name, self.person(owner).id, preferred_locale=locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", permissions.EVERYONE)
        self.guilds[guild.id] = guild
        for member in (owner, *members):
            self.add_member(guild, self.person(member).id)
        if with_bot:
            self.invite_bot(guild)
        return guild

    def invite_bot(self, guild: Guild, rights: int = BOT_PERMISSIONS) -> None:
        """Add the bot to a server with a role of its own."""
        role = self.add_role(guild, self.bot.name, rights)
        role.managed_by = self.application.bot_id
        self.add_member(guild, self.application.bot_id, (role.id,))
        self._tell_guild(guild)

    def _tell_guild(self, guild: Guild) -> None:
        data = payloads.guild_created(self, guild, self.application.bot_id)
        self.emit("GUILD_CREATE", data, guild_id=guild.id)

    async def kick_bot(self, guild: Guild | None = None) -> None:
        """Remove the bot from a server; its role goes with it."""
        guild = guild or self.guild
        role = self.bot_role(guild)
        self.leave(guild, self.application.bot_id)
        guild.roles.pop(role.id, None)

    async def outage(self, guild: Guild | None = None, *, over: bool = False) -> None:
        """Let a server become unavailable, or be back."""
        guild = guild or self.guild
        guild.available = over
        if over:
            self._tell_guild(guild)
        else:
            gone = {"id": guild.id, "unavailable": True}
            self.emit("GUILD_DELETE", gone, guild_id=guild.id)

    async def join(self, user: str | User, guild: Guild | None = None) -> None:
        """Let a person join a server."""
        guild, person = guild or self.guild, self.person(user)
        member = self.add_member(guild, person.id)
        data = payloads.member_payload(self, member) | {"guild_id": guild.id}
        self.emit("GUILD_MEMBER_ADD", data, guild_id=guild.id, author_id=person.id)

    async def kick(self, user: str | User, guild: Guild | None = None) -> None:
        """Remove a person from a server."""
        self.leave(guild or self.guild, self.person(user).id)

    # -- channels -------------------------------------------------------------------------

    def open_channel(
        self,
        name: str,
        kind: Kind = Kind.TEXT,
        *,
        guild: Guild | None = None,
        overwrites: tuple[Overwrite, ...] = (),
        **fields: Any,
    ) -> Channel:
        """Make a channel; connected gateways hear CHANNEL_CREATE."""
        guild = guild or self.guild
        channel = Channel(self.snowflakes.new(), kind, guild.id, name, **fields)
        channel.position = len(guild.channels)
        channel.overwrites = {overwrite.id: overwrite for overwrite in overwrites}
        self.add_channel(channel)
        shown = payloads.channel_payload(self, channel)
        self.emit("CHANNEL_CREATE", shown, guild_id=guild.id, channel_id=channel.id)
        return channel

    def text_channel(self, name: str, **fields: Any) -> Channel:
        return self.open_channel(name, **fields)

    def announcement_channel(self, name: str, **fields: Any) -> Channel:
        return self.open_channel(name, Kind.ANNOUNCEMENT, **fields)

    def voice_channel(self, name: str, **fields: Any) -> Channel:
        return self.open_channel(name, Kind.VOICE, **fields)

    def forum(self, name: str, **fields: Any) -> Channel:
        return self.open_channel(name, Kind.FORUM, **fields)

    async def delete_channel(self, channel: str | Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        thread_life.remove(self, self.place(channel))

    # -- rights ---------------------------------------------------------------------------

    def add_role(
        self, guild: Guild | None, name: str, rights: int = 0, *, mentionable: bool = False
    ) -> Role:
        """Make a role; connected gateways hear GUILD_ROLE_CREATE."""
        guild = guild or self.guild
        role = Role(self.snowflakes.new(), name, rights, len(guild.roles), mentionable)
        guild.roles[role.id] = role
        data = {"guild_id": guild.id, "role": payloads.role_payload(role)}
        self.emit("GUILD_ROLE_CREATE", data, guild_id=guild.id)
        return role

    def bot_role(self, guild: Guild | None = None) -> Role:
        """Return the bot's own role in a server."""
        roles = (guild or self.guild).roles.values()
        return next(role for role in roles if role.managed_by == self.application.bot_id)

    async def give_role(self, user: str | User, role: Role, guild: Guild | None = None) -> None:
        """Give a member a role."""
        guild = guild or self.guild
        member = guild.members[self.person(user).id]
        seen = self._seen_by_bot(guild.id)
        member.roles.append(role.id)
        data = payloads.member_payload(self, member) | {"guild_id": guild.id}
        self.emit("GUILD_MEMBER_UPDATE", data, guild_id=guild.id, author_id=member.user_id)
        self._sync_threads(guild.id, seen)

    async def moderator(self, user: str | User, guild: Guild | None = None) -> Role:
        """Make a member a moderator: messages, threads, channels, members, the server."""
        role = self.add_role(guild or self.guild, "Moderator", MODERATOR)
        await self.give_role(user, role, guild)
        return role

    async def set_role(self, role: Role, rights: int, guild: Guild | None = None) -> None:
        """Change what a role may in the whole server."""
        guild = guild or self.guild
        seen = self._seen_by_bot(guild.id)
        role.permissions = rights
        data = {"guild_id": guild.id, "role": payloads.role_payload(role)}
        self.emit("GUILD_ROLE_UPDATE", data, guild_id=guild.id)
        self._sync_threads(guild.id, seen)

    async def permit(
        self,
        channel: str | Channel,
        target: str | User | Role | None = None,
        *,
        allow: int = 0,
        deny: int = 0,
    ) -> None:
        """Set what a role or member may in a channel; `target` None is the bot."""
        where = self.place(channel)
        seen = self._seen_by_bot(where.guild_id)
        if isinstance(target, Role):
            overwrite = Overwrite(target.id, 0, allow, deny)
        else:
            person = self.bot if target is None else self.person(target)
            overwrite = Overwrite(person.id, 1, allow, deny)
        where.overwrites[overwrite.id] = overwrite
        shown = payloads.channel_payload(self, where)
        self.emit("CHANNEL_UPDATE", shown, guild_id=where.guild_id, channel_id=where.id)
        self._sync_threads(where.guild_id, seen)

    def _seen_by_bot(self, guild_id: str | None) -> set[str]:
        channels = self.guilds[guild_id or ""].channels.values()
        return {c.id for c in channels if self.can_view(self.application.bot_id, c)}

    def _sync_threads(self, guild_id: str | None, before: set[str]) -> None:
        """Tell the gateway of the threads in channels that the bot has come to see."""
        gained = self._seen_by_bot(guild_id) - before
        if not gained:
            return
        bot, everything = self.application.bot_id, self.guilds[guild_id or ""].threads.values()
        found = [
            t
            for t in everything
            if t.parent_id in gained and not t.archived and self.can_view(bot, t)
        ]
        data = {
            "guild_id": guild_id,
            "channel_ids": sorted(gained),
            "threads": [payloads.thread_payload(self, t) for t in found],
            "members": [payloads.thread_member_payload(t, bot) for t in found if bot in t.members],
        }
        self.emit("THREAD_LIST_SYNC", data, guild_id=guild_id)

    async def closes_direct(self, user: str | User, *, undo: bool = False) -> None:
        """Let a person refuse direct messages from apps, or take them again."""
        self.person(user).closed = not undo
