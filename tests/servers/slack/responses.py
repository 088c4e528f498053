"""Response URLs: how a command or a click is answered later (five times, for half an hour).

Source: docs.slack.dev/interactivity/handling-user-interaction#message_responses.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.servers.listening import reset

from . import blockkit, limits
from .core import Core
from .faults import AFTER
from .records import Ephemeral, ResponseUrl
from .refusal import Refusal
from .richtext import normalise
from .workspace import Message


def respond(core: Core, url: ResponseUrl, body: dict[str, Any], via: str) -> None:
    """Carry out one answer to a command or click; raises Refusal as the API does."""
    blocks = blockkit.parse(body["blocks"]) if body.get("blocks") is not None else []
    blockkit.check_message(blocks)
    text = normalise(str(body.get("text") or ""))
    if body.get("delete_original"):
        _delete_original(core, url)
        return
    if not text.strip() and not blocks:
        raise Refusal("no_text")
    if body.get("replace_original") in (True, "true") and (url.message or url.ephemeral):
        _replace(core, url, text, blocks)
    elif body.get("response_type") == "in_channel":
        _in_channel(core, url, text, blocks, body.get("thread_ts") or None)
    else:
        core.ephemerals.append(
            Ephemeral(
                core.clock.now(),
                url.channel.id,
                url.user,
                text[: limits.POST_CHARACTERS],
                blocks,
                body.get("thread_ts") or url.thread_ts,
                core.new_ts(),
                via,
            )
        )
    core.changed()


def _in_channel(
    core: Core, url: ResponseUrl, text: str, blocks: list[dict[str, Any]], thread_ts: str | None
) -> None:
    bot = url.installation
    parent = url.channel.find(thread_ts) if thread_ts else None
    message = Message(
        core.new_ts(),
        url.channel.id,
        text[: limits.POST_CHARACTERS],
        core.clock.now(),
        user=bot.bot_user_id,
        bot_id=bot.bot_id,
        app_id=bot.app.id,
        blocks=blocks,
        thread_ts=parent.ts if parent else None,
        parent_user_id=parent.user if parent else None,
    )
    core.publish(url.channel, message)


def _replace(core: Core, url: ResponseUrl, text: str, blocks: list[dict[str, Any]]) -> None:
    if url.ephemeral is not None:
        url.ephemeral.text, url.ephemeral.blocks = text, blocks
    elif url.message is not None:
        previous = core.snapshot(url.channel, url.message)
        url.message.text, url.message.blocks = text, blocks
        core.revise(url.channel, url.message, previous)


def _delete_original(core: Core, url: ResponseUrl) -> None:
    if url.ephemeral is not None:
        url.ephemeral.replaced = True
        core.changed()
    elif url.message is not None and not url.message.deleted:
        core.retract(url.channel, url.message)


def add_response_routes(app: web.Application, core: Core) -> None:
    """Add the addresses that `response_url` names."""

    async def answer(request: web.Request) -> web.Response:
        raw = await request.read()
        fault = core.faults.take(("response_url",), {})
        if fault is None or fault.kind in AFTER:
            answered = _answer(core, request.match_info["id"], raw)
            if fault is None:
                return answered
        if fault.kind in ("hang", "lost_hang"):
            await fault.release.wait()
        if fault.kind in ("reset", "lost", "hang", "lost_hang"):
            reset(request)
        if fault.kind == "ratelimited":
            return web.Response(status=429, headers={"Retry-After": str(fault.retry_after)})
        return web.Response(status=500, text="error")

    app.router.add_post("/response/{id}", answer)


def _answer(core: Core, url_id: str, raw: bytes) -> web.Response:
    url = core.response_urls.get(url_id)
    if url is None or url.expires < core.clock.now():
        return web.json_response({"ok": False, "error": "expired_url"}, status=404)
    if url.uses >= limits.RESPONSE_URL_USES:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    url.uses += 1
    try:
        body = json.loads(raw)
        if not isinstance(body, dict):
            raise ValueError(body)
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    try:
        respond(core, url, body, "response_url")
    except Refusal as refusal:
        return web.json_response(refusal.body(), status=500 if refusal.name == "no_text" else 400)
    return web.Response(text="ok")
