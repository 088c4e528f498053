"""Where attachments are served: signed addresses that expire, without any Authorization.

discord.com/developers/docs/reference#signed-attachment-cdn-urls: `ex` and `is` are hexadecimal
seconds, `hm` the signature.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

from tests.servers.listening import reset

from .records import Attachment
from .spoiling import half, trouble

if TYPE_CHECKING:
    from .world import World

LIFETIME = 86_400.0  # seconds that an address is good for, as observed
_SECRET = b"the local cdn"
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


def safe_name(filename: str) -> str:
    """Return a file name as Discord stores it: no spaces, no odd characters."""
    return _SAFE.sub("_", filename).strip("_") or "unknown"


def signed(world: World, channel_id: str, attachment: Attachment) -> str:
    """Return an attachment's address, good from now on for a day."""
    issued = int(world.clock.now())
    path = f"/cdn/attachments/{channel_id}/{attachment.id}/{safe_name(attachment.filename)}"
    expires, since = f"{int(issued + LIFETIME):x}", f"{issued:x}"
    mark = _signature(path, expires, since)
    return f"{world.base_url}{path}?ex={expires}&is={since}&hm={mark}&"


def _signature(path: str, expires: str, since: str) -> str:
    return hmac.new(_SECRET, f"{path}|{expires}|{since}".encode(), hashlib.sha256).hexdigest()


def refreshed(world: World, address: str) -> str | None:
    """Return a new address for an old one, None when it is no attachment's."""
    parts = URL(address).path.strip("/").split("/")
    if len(parts) != 5:
        return None
    found = world.attachments.get((parts[2], parts[3]))
    return signed(world, parts[2], found) if found else None


def add_routes(app: web.Application, world: World) -> None:
    """Serve `/cdn/attachments/{channel}/{id}/{name}`; faults are ordered for the route `/cdn`."""

    async def serve(request: web.Request) -> web.StreamResponse:
        world.downloads.append((request.path, request.headers.get("Authorization")))
        world.changed()
        fault = world.faults.take(("GET", "/cdn", "GET /cdn"), request)
        good = _found(world, request)
        if fault is None:
            return good
        if fault.kind == "slow":
            await fault.be_slow(world.clock.sleep)
            return good
        if fault.kind == "half":
            return await half(request, good)
        if fault.kind == "hang":
            await fault.release.wait()
        if fault.kind in ("hang", "reset"):
            reset(request)
        return trouble(int(fault.kind) if fault.kind.isdigit() else 503)

    app.router.add_get("/cdn/attachments/{channel}/{id}/{name}", serve)


def _found(world: World, request: web.Request) -> web.Response:
    query = request.query
    good = _signature(request.path, query.get("ex", ""), query.get("is", ""))
    if not hmac.compare_digest(good, query.get("hm", "")):
        return _gone()
    if int(query["ex"], 16) < world.clock.now():
        return _gone()
    found = world.attachments.get((request.match_info["channel"], request.match_info["id"]))
    if found is None or safe_name(found.filename) != request.match_info["name"]:
        return _gone()
    # Taken as it is: a user may have any text for a type.
    return web.Response(body=found.data, headers={"Content-Type": found.content_type})


def _gone() -> web.Response:
    return web.Response(status=404, text="This content is no longer available.")
