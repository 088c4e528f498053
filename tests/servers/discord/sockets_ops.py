"""What a client may say on the gateway, and what is said back.

Source: discord-api-docs, developers/events/gateway-events, "Send Events", and
developers/topics/opcodes-and-status-codes, "Gateway Close Event Codes". A payload that breaks a
rule closes the connection with the code that belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import intents
from .compression import ZlibPayload
from .records import Guild
from .sessions import SHARD_GUILDS, Session
from .sockets import Closed, Connection

if TYPE_CHECKING:
    from .gateway import Gateway

HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, MEMBERS, SOUNDBOARD = 1, 2, 3, 4, 6, 8, 31
CHUNK = 1000  # members per GUILD_MEMBERS_CHUNK
STATUSES = frozenset({"online", "dnd", "idle", "invisible", "offline"})

Op = Callable[["Gateway", Connection, Any], None]


async def receive(gateway: Gateway, connection: Connection, payload: dict[str, Any]) -> None:
    """Carry out one payload; raises Closed."""
    op = _OPS.get(payload["op"])
    if op is None:
        raise Closed(4001, "unknown opcode")
    if connection.session is None and payload["op"] not in (HEARTBEAT, IDENTIFY, RESUME):
        raise Closed(4003, "not authenticated")
    op(gateway, connection, payload.get("d"))


def _fields(data: Any, **kinds: type | tuple[type, ...]) -> dict[str, Any]:
    """Return `d` when it has these fields in these types, else close with 4002."""
    if not isinstance(data, dict):
        raise Closed(4002, "d must be an object")
    for name, kind in kinds.items():
        value = data.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Closed(4002, f"bad field {name}")
    return data


def _heartbeat(gateway: Gateway, connection: Connection, data: Any) -> None:
    if data is not None and (not isinstance(data, int) or isinstance(data, bool)):
        raise Closed(4002, "a heartbeat carries the last sequence number or null")
    connection.heard_heartbeat()


# -- identify -------------------------------------------------------------------------------------


def _identify(gateway: Gateway, connection: Connection, data: Any) -> None:
    if connection.session is not None:
        raise Closed(4005, "already authenticated")
    fields = _fields(data, token=str, properties=dict)
    app = gateway.world.application
    if fields["token"] != app.token:
        raise Closed(4004, "authentication failed")
    wanted = fields.get("intents")
    if not intents.valid(wanted):
        raise Closed(4013, "invalid intents")
    if not intents.allowed(wanted, app.flags):
        raise Closed(4014, "disallowed intents")
    if "presence" in fields:
        _check_presence(fields["presence"])
    shard = _shard(gateway, fields.get("shard"))
    if not gateway.may_start(connection, shard):
        return
    if fields.get("compress") and not connection.streaming:
        connection.codec = ZlibPayload()
    session = gateway.sessions.open(app.id, app.bot_id, shard, wanted)
    session.presence = fields.get("presence")
    gateway.join(connection, session)
    gateway.welcome(session, sharded="shard" in fields)


def _shard(gateway: Gateway, shard: Any) -> tuple[int, int]:
    """Return (shard id, number of shards), (0, 1) without sharding."""
    if shard is not None:
        whole = isinstance(shard, list) and len(shard) == 2
        if not whole or not all(type(n) is int for n in shard) or not 0 <= shard[0] < shard[1]:
            raise Closed(4010, "invalid shard")
    index, count = shard or (0, 1)
    if gateway.sharding_required and count < gateway.recommended_shards:
        raise Closed(4011, "sharding required")
    mine = [g for g in gateway.guilds() if (int(g.id) >> 22) % count == index]
    if len(mine) > SHARD_GUILDS:
        raise Closed(4011, "sharding required")
    return index, count


# -- resume ---------------------------------------------------------------------------------------


def _resume(gateway: Gateway, connection: Connection, data: Any) -> None:
    if connection.session is not None:
        raise Closed(4005, "already authenticated")
    fields = _fields(data, token=str, session_id=str, seq=int)
    app = gateway.world.application
    if fields["token"] != app.token:
        raise Closed(4004, "authentication failed")
    session = gateway.sessions.find(fields["session_id"], app.id)
    if session is not None and fields["seq"] > session.seq:
        raise Closed(4007, "invalid seq")
    missed = session.missed(fields["seq"]) if session is not None else None
    if session is None or missed is None:
        gateway.refuse_session(connection)
        return
    gateway.resumed(connection, session, missed)


# -- what an identified client may do -------------------------------------------------------------


def _check_presence(data: Any) -> None:
    fields = _fields(data, afk=bool)
    # discord.py leaves the status open when only an activity was set.
    if fields.get("status") not in STATUSES | {None}:
        raise Closed(4002, "bad status")
    since = fields.get("since")
    if since is not None and not isinstance(since, int | float):
        raise Closed(4002, "bad since")
    activities = fields.get("activities", [])
    if not isinstance(activities, list) or not all(isinstance(a, dict) for a in activities):
        raise Closed(4002, "bad activities")


def _presence(gateway: Gateway, connection: Connection, data: Any) -> None:
    _check_presence(data)
    _session(connection).presence = data


def _voice_state(gateway: Gateway, connection: Connection, data: Any) -> None:
    fields = _fields(data, self_mute=bool, self_deaf=bool)
    _guild(gateway, fields.get("guild_id"))


def _soundboard(gateway: Gateway, connection: Connection, data: Any) -> None:
    _fields(data, guild_ids=list)


def _session(connection: Connection) -> Session:
    assert connection.session is not None  # `receive` has looked
    return connection.session


def _guild(gateway: Gateway, guild_id: Any) -> Guild | None:
    """Return a server of the bot; what is asked about others is ignored, as Discord does."""
    if not isinstance(guild_id, str | int):
        raise Closed(4002, "bad guild_id")
    return next((g for g in gateway.guilds() if g.id == str(guild_id)), None)


def _members(gateway: Gateway, connection: Connection, data: Any) -> None:
    fields = _fields(data)
    guild, session = _guild(gateway, fields.get("guild_id")), _session(connection)
    query, user_ids = fields.get("query"), fields.get("user_ids")
    if (query is None) == (user_ids is None):
        raise Closed(4002, "one of query and user_ids")
    if query is not None and not isinstance(fields.get("limit"), int):
        raise Closed(4002, "query needs limit")
    everyone = query == "" and fields.get("limit") == 0
    if everyone and not session.intents & intents.GUILD_MEMBERS:
        raise Closed(4014, "disallowed intents")
    if guild is None:
        return
    wanted = [user_ids] if isinstance(user_ids, str | int) else user_ids
    found, missing = _found(gateway, guild, query, wanted, fields.get("limit") or 0)
    chunks = [found[i : i + CHUNK] for i in range(0, len(found), CHUNK)] or [[]]
    for index, chunk in enumerate(chunks):
        shown: dict[str, Any] = {
            "guild_id": guild.id,
            "members": chunk,
            "chunk_index": index,
            "chunk_count": len(chunks),
            "not_found": missing,
        }
        nonce = fields.get("nonce")
        # A nonce of more than 32 bytes is ignored.
        kept = isinstance(nonce, str) and len(nonce.encode()) <= 32
        session.dispatch("GUILD_MEMBERS_CHUNK", shown | ({"nonce": nonce} if kept else {}))


def _found(
    gateway: Gateway, guild: Guild, query: str | None, user_ids: list[Any] | None, limit: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the members that were asked for, and the ids that are no members'."""
    if user_ids is not None:
        ids = [str(i) for i in user_ids][:100]
        there = [guild.members[i] for i in ids if i in guild.members]
        missing = [i for i in ids if i not in guild.members]
        return [gateway.member(guild, m.user_id) for m in there], missing
    starts = (query or "").lower()
    named = [
        m.user_id
        for m in guild.members.values()
        if (m.nick or gateway.world.users[m.user_id].name).lower().startswith(starts)
    ]
    most = limit or len(named)
    return [gateway.member(guild, i) for i in named[: most if not starts else min(most, 100)]], []


_OPS: dict[int, Op] = {
    HEARTBEAT: _heartbeat,
    IDENTIFY: _identify,
    PRESENCE: _presence,
    VOICE_STATE: _voice_state,
    RESUME: _resume,
    MEMBERS: _members,
    SOUNDBOARD: _soundboard,
}
