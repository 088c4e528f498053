"""Routes of the bot itself: the gateway's address, users, the application, direct messages."""

from __future__ import annotations

from typing import Any

from . import payloads
from .access import guild_of, snowflake
from .records import AppFlag
from .refusal import ApiError, invalid, unknown
from .wire import Answer, Call, route
from .world import World


def application_payload(world: World) -> dict[str, Any]:
    """Return the application as GET /applications/@me shows it."""
    app = world.application
    return {
        "id": app.id,
        "name": app.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": payloads.user_payload(world.bot),
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": app.public_key,
        "flags": int(app.flags),
        "hook": True,
        "is_verified": False,
        "is_monetized": False,
        "storefront_available": False,
        "integration_types_config": {"0": {}, "1": {}},
        "owner": payloads.user_payload(world.users[app.owner_id]),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": app.interactions_endpoint_url,
        "role_connections_verification_url": None,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "approximate_guild_count": len(_guilds(world)),
        "approximate_user_install_count": len(app.installed_by),
        "interactions_event_types": [],
        "interactions_version": 1,
        "explicit_content_filter": 0,
        "rpc_application_state": 0,
        "store_application_state": 1,
        "verification_state": 1,
        "integration_public": True,
        "integration_require_code_grant": False,
        "discoverability_state": 1,
        "monetization_state": 1,
        "tags": [],
    }


def _guilds(world: World) -> list[Any]:
    return [g for g in world.guilds.values() if world.application.bot_id in g.members]


@route("GET", "/gateway", limit="gateway", authorised=False)
def gateway(world: World, call: Call) -> Any:
    return {"url": world.gateway.url}


@route("GET", "/gateway/bot", limit="gateway")
def gateway_bot(world: World, call: Call) -> Any:
    return world.gateway.bot_info()


@route("GET", "/users/@me", limit="read")
def me(world: World, call: Call) -> Any:
    private = {"verified": True, "mfa_enabled": True, "email": None, "flags": 0, "bio": ""}
    return payloads.user_payload(world.bot) | private | {"locale": world.bot.locale}


@route("GET", "/users/{user_id}", limit="read")
def user(world: World, call: Call) -> Any:
    found = world.users.get(snowflake("user_id", call.params["user_id"]))
    if found is None:
        raise unknown(10013)
    return payloads.user_payload(found)


@route("GET", "/applications/@me", limit="read")
def application(world: World, call: Call) -> Any:
    return application_payload(world)


@route("GET", "/oauth2/applications/@me", limit="read")
def oauth_application(world: World, call: Call) -> Any:
    return application_payload(world)


@route("PATCH", "/applications/@me", limit="other")
def edit_application(world: World, call: Call) -> Any:
    """Switch the limited intents; other settings are taken and forgotten."""
    limited = int(AppFlag.PRESENCE_LIMITED | AppFlag.MEMBERS_LIMITED | AppFlag.CONTENT_LIMITED)
    given = call.body.get("flags")
    if given is not None:
        if not isinstance(given, int) or given & ~limited:
            text = "Only limited intent flags can be updated via the API"
            raise invalid("flags", "APPLICATION_FLAGS_INVALID", text)
        world.application.flags = world.application.flags & ~limited | given
    return application_payload(world)


@route("GET", "/users/@me/guilds", limit="read")
def my_guilds(world: World, call: Call) -> Any:
    limit = call.number("limit", 200, 1, 200)
    after = int(snowflake("after", call.query.get("after", "0")))
    found = [g for g in _guilds(world) if int(g.id) > after][:limit]
    return [
        {
            "id": g.id,
            "name": g.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(g.roles[g.id].permissions),
            "features": g.features,
        }
        for g in found
    ]


@route("DELETE", "/users/@me/guilds/{guild_id}", limit="other")
def leave(world: World, call: Call) -> Any:
    """Leave a server."""
    guild = guild_of(world, call.params["guild_id"])
    if guild.owner_id == world.application.bot_id:
        raise ApiError(400, 50055, "Invalid Guild")
    world.leave(guild, world.application.bot_id)


@route("POST", "/users/@me/channels", limit="direct")
def open_direct(world: World, call: Call) -> Any:
    """Open a direct message channel; it also opens where nothing may be sent (50007 then)."""
    given = call.body.get("recipient_id")
    if given is None:
        raise invalid("recipient_id", "BASE_TYPE_REQUIRED", "This field is required")
    recipient = snowflake("recipient_id", str(given))
    if recipient == world.application.bot_id or recipient not in world.users:
        raise ApiError(400, 50033)
    if world.users[recipient].bot:
        raise ApiError(403, 50007)
    channel = world.direct(recipient, world.application.bot_id)
    return Answer(200, payloads.channel_payload(world, channel))
