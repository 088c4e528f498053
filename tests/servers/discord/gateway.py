"""The gateway: who is connected, who hears which event, and what a test may do to connections.

Source: discord-api-docs, developers/events/gateway and gateway-events. State and payloads are
`world`'s; the protocol of one socket is `sockets` and `sockets_ops`.
"""

from __future__ import annotations

import traceback
from typing import Any

from aiohttp import web

from . import hearing, intents, sockets_ops
from .compression import transport
from .payloads import guild_created, member_payload, user_payload
from .records import Guild
from .sessions import Session, Sessions, Starts
from .sockets import Closed, Connection
from .world import World

HEARTBEAT_SECONDS = 41.25
RECONNECT_GRACE = 3.0  # how long a client has after op 7 before it is cut off
# After these close codes of ours the session is over, and a resume is refused.
FATAL = frozenset({4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014})


class Gateway:
    """All connections and sessions of the app under test."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = world.clock
        self.sessions = Sessions(world.clock.now)
        self.starts = Starts()
        self.connections: list[Connection] = []
        self.heartbeat_seconds = HEARTBEAT_SECONDS
        # Switched like the limits of REST, and shortened with them.
        self.enforce_concurrency = world.limits.enforce
        self.starts.seconds *= world.limits.scale
        self.sharding_required = False
        self.recommended_shards = 1
        self.hello_delay = 0.0
        self.refuse_handshakes = 0
        self.handshakes = 0
        self.handshakes_refused = 0
        self.identifies = 0
        self.resumes = 0
        self.invalid_sessions = 0
        self.closes: list[int] = []  # codes that this server closed with
        self.departures: list[int | None] = []  # codes that clients closed with
        world.subscribe(self.publish)

    # -- addresses ----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Return where the gateway is, as GET /gateway tells."""
        return self.world.base_url.replace("http", "ws", 1) + "/gateway"

    def bot_info(self) -> dict[str, Any]:
        """Return the answer of GET /gateway/bot."""
        return {
            "url": self.url,
            "shards": self.recommended_shards,
            "session_start_limit": self.starts.status(self.clock.now()),
        }

    def routes(self, app: web.Application) -> None:
        """Add the address of the gateway."""
        app.router.add_get("/gateway", self.handle)
        app.router.add_get("/gateway/", self.handle)

    # -- connections --------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one handshake and then the connection."""
        codec = transport(request.query.get("compress", ""))
        if self.refuse_handshakes > 0:
            self.refuse_handshakes -= 1
            self.handshakes_refused += 1
            return web.Response(status=503, text="upstream connect error")
        if request.query.get("encoding", "json") != "json" or codec is None:
            return web.Response(status=400, text="this gateway speaks JSON, zlib-stream and zstd")
        ws = web.WebSocketResponse(autoping=False, compress=False, timeout=2.0)
        await ws.prepare(request)
        connection = Connection(ws, request, codec, self.heartbeat_seconds)
        self.handshakes += 1
        self.connections.append(connection)
        try:
            self._greet(connection, request.query.get("v", ""))
            await connection.serve(self._receive)
        except Exception:
            self.world.defects.append(f"gateway\n{traceback.format_exc()}")
            raise
        finally:
            self._gone(connection)
        return ws

    def _greet(self, connection: Connection, version: str) -> None:
        if version not in ("9", "10"):
            connection.close(4012, "invalid API version")
        elif self.hello_delay:
            self.clock.call_later(self.hello_delay, connection.hello)
        else:
            connection.hello()

    async def _receive(self, connection: Connection, payload: dict[str, Any]) -> None:
        await sockets_ops.receive(self, connection, payload)

    def _gone(self, connection: Connection) -> None:
        self.connections.remove(connection)
        self.departures.append(connection.left_with)
        if connection.closed_with is not None:
            self.closes.append(connection.closed_with)
        session = connection.session
        if session is not None and session.connection is connection:
            self.sessions.leave(session)
            if connection.left_with in (1000, 1001) or connection.closed_with in FATAL:
                self.sessions.end(session)
        self.world.changed()

    # -- sessions -----------------------------------------------------------------------------

    def may_start(self, connection: Connection, shard: tuple[int, int]) -> bool:
        """Count an identify; refuse it when there were too many today or just now."""
        now = self.clock.now()
        if self.starts.exhausted(now):
            # Discord ends every session of the app and resets its token.
            self.world.application.token += "-reset"
            for other in self.connections:
                other.close(4004, "authentication failed")
            raise Closed(4004, "authentication failed")
        if self.enforce_concurrency and self.starts.too_soon(shard[0], now):
            self.starts.refused += 1
            self.refuse_session(connection)
            return False
        self.starts.count(shard[0], now)
        self.identifies += 1
        return True

    def refuse_session(self, connection: Connection, *, resumable: bool = False) -> None:
        """Answer with Invalid Session (op 9)."""
        self.invalid_sessions += 1
        connection.say(9, resumable)

    def join(self, connection: Connection, session: Session) -> None:
        """Let a session speak through a connection; an older one of the session is cut off."""
        old = session.connection
        session.connection, session.left_at, connection.session = connection, None, session
        if isinstance(old, Connection):
            old.close(4000, "resumed elsewhere")

    def welcome(self, session: Session, *, sharded: bool) -> None:
        """Send READY, and then the servers of this shard one by one."""
        world = self.world
        mine = [g for g in self.guilds() if session.owns(g.id)]
        ready: dict[str, Any] = {
            "v": 10,
            "user_settings": {},
            "user": user_payload(world.users[session.bot_id])
            | {"verified": True, "mfa_enabled": True, "email": None, "flags": 0, "bio": ""},
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "guilds": [{"id": g.id, "unavailable": True} for g in mine],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "application": {"id": session.app_id, "flags": int(world.application.flags)},
            "auth": {},
            "_trace": ["local"],
        }
        session.dispatch("READY", ready | ({"shard": list(session.shard)} if sharded else {}))
        for guild in mine:
            if guild.available and session.intents & intents.GUILDS:
                data = guild_created(world, guild, session.bot_id)
                session.dispatch("GUILD_CREATE", hearing.shown(session, "GUILD_CREATE", data))
        world.changed()

    def resumed(self, connection: Connection, session: Session, missed: list[str]) -> None:
        """Replay what was missed, in order, and end with RESUMED."""
        self.resumes += 1
        session.resumes += 1
        session.replayed += len(missed)
        self.join(connection, session)
        for frame in missed:
            connection.send(frame)
        session.dispatch("RESUMED", {"_trace": ["local"]})
        self.world.changed()

    # -- events -------------------------------------------------------------------------------

    def guilds(self) -> list[Guild]:
        """Return the servers that the bot is in."""
        bot = self.world.application.bot_id
        return [g for g in self.world.guilds.values() if bot in g.members]

    def member(self, guild: Guild, user_id: str) -> dict[str, Any]:
        return member_payload(self.world, guild.members[user_id])

    def publish(
        self,
        event: str,
        data: dict[str, Any],
        *,
        guild_id: str | None,
        channel_id: str | None,
        author_id: str | None,
    ) -> None:
        """Send an event to every session that may hear it."""
        for session in self.sessions:
            if hearing.hears(self.world, session, event, data, guild_id, channel_id):
                shown = hearing.shown(session, event, data, in_guild=guild_id is not None)
                session.dispatch(event, shown)

    # -- what a test may do -------------------------------------------------------------------

    def ready(self) -> list[Connection]:
        """Return the connections with a session, half-open ones included."""
        return [c for c in self.connections if c.session is not None and c.closed_with is None]

    def drop(self) -> None:
        """Break every connection by TCP reset, without a close frame."""
        for connection in list(self.connections):
            connection.reset()

    def freeze(self) -> None:
        """Let every connection become half-open: nothing comes, nothing is answered."""
        for connection in list(self.connections):
            connection.freeze()

    def close(self, code: int, reason: str = "") -> None:
        """Close every connection with a code."""
        for connection in list(self.connections):
            connection.close(code, reason)

    def reconnect(self, grace: float = RECONNECT_GRACE) -> None:
        """Ask every client to reconnect and resume (op 7), and cut it off after `grace`."""
        for connection in self.ready():
            connection.say(7)
            self.clock.call_later(grace, lambda c=connection: c.close(4000))  # type: ignore[misc]

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is invalid (op 9)."""
        for connection in self.ready():
            if not resumable and connection.session is not None:
                self.sessions.end(connection.session)
            self.refuse_session(connection, resumable=resumable)

    def forget_sessions(self) -> None:
        """Forget every session silently: whoever resumes is told that it is invalid."""
        for session in self.sessions:
            self.sessions.end(session)

    def ask_heartbeat(self) -> None:
        """Ask every client for a heartbeat at once (op 1)."""
        for connection in self.ready():
            connection.say(1)

    async def stop(self) -> None:
        """End what is left without ceremony."""
        self.drop()
