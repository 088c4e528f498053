"""Files: files.info, the three steps of an upload, and downloads with Slack's sign-in detour.

Sources: docs.slack.dev/messaging/working-with-files and the pages of the methods; the HTML page
instead of a file without `files:read` is reported in slackapi/bolt-js#2585.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.servers.listening import reset

from . import events
from .chat import bot_message
from .core import Core
from .places import thread_root
from .refusal import Refusal, missing
from .richtext import normalise
from .wire import Call, method
from .workspace import Channel, File, new_id

_SIGN_IN = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head>"
    "<body><h1>Sign in to your workspace</h1></body></html>"
)


@method("files.info", tier="4", scopes=["files:read"], takes_json=False)
def info(core: Core, call: Call) -> dict[str, Any]:
    file = call.bot.workspace.files.get(call.text("file", required=True))
    if file is None:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    bot = call.bot.bot_user_id
    shared = any(bot in call.bot.workspace.channels[c].members for c in file.channels)
    if not shared and file.user != bot:
        raise Refusal("file_not_found")
    shown = events.file_object(call.bot.workspace, file, core.base_url)
    return {
        "file": shown | {"channels": file.channels},
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


@method("files.getUploadURLExternal", tier="4", scopes=["files:write"], takes_json=False)
def get_upload_url(core: Core, call: Call) -> dict[str, Any]:
    name = call.text("filename", required=True)
    length = call.number("length", 0)
    if length <= 0:
        raise Refusal("missing_argument")
    if call.text("snippet_type") and length > 1_000_000:
        raise Refusal("snippet_too_large")
    if len(call.text("alt_txt")) > 1000:
        raise Refusal("alt_txt_too_large")
    kind = name.rpartition(".")[2] if "." in name else "text"
    file = File(
        new_id("F"),
        name,
        "application/octet-stream",
        kind,
        b"",
        call.bot.bot_user_id,
        int(core.clock.now()),
        mode="snippet" if call.text("snippet_type") else "hosted",
    )
    call.bot.workspace.files[file.id] = file
    core.uploads[file.id] = length
    return {"upload_url": f"{core.base_url}/upload/v1/{file.id}", "file_id": file.id}


@method("files.completeUploadExternal", tier="4", scopes=["files:write"])
def complete_upload(core: Core, call: Call) -> dict[str, Any]:
    named = call.structure("files", "invalid_arguments")
    if not isinstance(named, list) or not named:
        raise missing("files")
    workspace = call.bot.workspace
    made: list[File] = []
    for entry in named:
        file = workspace.files.get(str(entry.get("id", ""))) if isinstance(entry, dict) else None
        if file is None or file.id in core.uploads:
            raise Refusal("file_not_found")
        file.title = str(entry.get("title") or file.name)
        made.append(file)
    wanted = [c for c in (call.text("channel_id") or call.text("channels")).split(",") if c]
    places = [_target(call, place) for place in wanted]
    for channel in places:
        _share(core, call, channel, made)
    return {"files": [events.file_object(workspace, file, core.base_url) for file in made]}


def _target(call: Call, place: str) -> Channel:
    workspace, bot = call.bot.workspace, call.bot.bot_user_id
    if place in workspace.users:
        return workspace.direct(place, bot)
    channel = workspace.channels.get(place)
    if channel is None:
        raise Refusal("channel_not_found")
    if bot not in channel.members:
        raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("posting_to_channel_denied")
    return channel


def _share(core: Core, call: Call, channel: Channel, made: list[File]) -> None:
    parent = thread_root(call, channel)
    message = bot_message(core, call, channel, parent)
    message.text = normalise(call.text("initial_comment"))
    message.subtype = "file_share"
    for file in made:
        file.channels.append(channel.id)
        message.files.append(events.file_object(call.bot.workspace, file, core.base_url))
    core.publish(channel, message)


def add_file_routes(app: web.Application, core: Core) -> None:
    """Add the upload and download addresses to the server."""

    async def upload(request: web.Request) -> web.Response:
        return await _upload(core, request)

    async def download(request: web.Request) -> web.Response:
        fault = core.faults.take(("files-pri",), {})
        if fault is None:
            return _download(core, request)
        if fault.kind == "html_ok":
            return web.Response(text=_SIGN_IN, content_type="text/html")
        if fault.kind == "slow":
            await fault.be_slow(core.clock.sleep)
            return _download(core, request)
        if fault.kind == "hang":
            await fault.release.wait()
        if fault.kind in ("hang", "reset"):
            reset(request)
        return web.Response(status=503, text="try again")

    async def sign_in(request: web.Request) -> web.Response:
        return web.Response(text=_SIGN_IN, content_type="text/html")

    app.router.add_post("/upload/v1/{file}", upload)
    app.router.add_get("/files-pri/{key}/download/{name}", download)
    app.router.add_get("/files-pri/{key}/{name}", download)
    app.router.add_get("/signin", sign_in)


async def _upload(core: Core, request: web.Request) -> web.Response:
    """Take the bytes of a file, raw or as a multipart form, once."""
    file_id = request.match_info["file"]
    length = core.uploads.get(file_id)
    if length is None:
        return web.Response(status=404, text="no such upload")
    if request.content_type.startswith("multipart/"):
        parts = [v for v in (await request.post()).values() if isinstance(v, web.FileField)]
        data = parts[0].file.read() if parts else b""
    else:
        data = await request.read()
    if len(data) != length:
        return web.Response(status=400, text=f"length mismatch: {len(data)} of {length}")
    for workspace in core.workspaces.values():
        if file_id in workspace.files:
            workspace.files[file_id].content = data
    del core.uploads[file_id]
    return web.Response(text=f"OK - {length}")


def _download(core: Core, request: web.Request) -> web.Response:
    """Give a file to a token that may read it; everybody else is sent to a sign-in page."""
    team, _, file_id = request.match_info["key"].partition("-")
    workspace = core.workspaces.get(team)
    file = workspace.files.get(file_id) if workspace else None
    if file is None or file.deleted or file.external_url:
        return web.Response(status=404, text=_SIGN_IN, content_type="text/html")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bot = core.installations.get(token.strip()) if scheme.lower() == "bearer" else None
    core.downloads.append((file.id, token.strip()))
    allowed = bot is not None and bot.workspace is workspace and bot.refused_as is None
    if not allowed or bot is None or "files:read" not in bot.scopes:
        if core.sign_in_as_page:
            return web.Response(text=_SIGN_IN, content_type="text/html")
        return web.Response(status=302, headers={"Location": f"{core.base_url}/signin"})
    return web.Response(body=file.content, headers={"Content-Type": file.mimetype})
