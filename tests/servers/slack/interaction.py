"""Slash commands, clicks, shortcuts, dialogs, App Home, and the response URLs that answer them.

Shapes: docs.slack.dev/interactivity (implementing-slash-commands, handling-user-interaction).
Nothing here is retried: what is not acknowledged in three seconds fails for the person.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from . import blockkit, limits, render
from .apps import Installation
from .core import Core, Ephemeral, ResponseUrl, View
from .inspection import Inspection
from .refusal import Refusal
from .richtext import escape, normalise
from .workspace import Channel, Message, User


@dataclass
class Outcome:
    """What became of one interaction, as the person sees it."""

    acked: bool
    error: str | None
    answer: dict[str, Any] | None
    response_url: ResponseUrl | None
    trigger_id: str


class Interaction(Inspection):
    """Interactions of people with the app under test."""

    async def slash(
        self, command: str, text: str, user: str = "alice", channel: str = "general"
    ) -> Outcome:
        """Run a slash command; `operation_timeout` or `dispatch_failed` is what the person saw."""
        workspace, where = self._where(channel)
        author = workspace.user(user)
        bot = self._bot(where)
        url = self.new_response_url(bot, where, author.id)
        trigger = self.new_trigger(bot.app, author.id)
        shown = {"im": "directmessage", "group": "privategroup", "mpim": "privategroup"}
        payload = {
            "token": bot.app.verification_token,
            "team_id": workspace.team_id,
            "team_domain": workspace.domain,
            "channel_id": where.id,
            "channel_name": shown.get(where.kind, where.name),
            "user_id": author.id,
            "user_name": author.name,
            "command": command,
            "text": escape(text),
            "api_app_id": bot.app.id,
            "is_enterprise_install": "false",
            "response_url": f"{self.base_url}/response/{url.id}",
            "trigger_id": trigger,
        }
        outcome = await self._dispatch(bot, "slash_commands", payload, url, trigger)
        if outcome.acked and outcome.answer and outcome.answer.get("text"):
            respond(self, url, {"response_type": "ephemeral", **outcome.answer}, "ack")
        return outcome

    def _bot(self, channel: Channel) -> Installation:
        return next(
            i for i in self.installations.values() if i.workspace.team_id == channel.team_id
        )

    async def _dispatch(
        self,
        bot: Installation,
        kind: str,
        payload: dict[str, Any],
        url: ResponseUrl | None,
        trigger: str,
    ) -> Outcome:
        """Send an envelope that must be acknowledged in time, and wait for that."""
        settled: asyncio.Future[tuple[bool, dict[str, Any] | None]] = (
            asyncio.get_running_loop().create_future()
        )

        def settle(acked: bool, answer: dict[str, Any] | None) -> None:
            if not settled.done():
                settled.set_result((acked, answer))

        hub = self.hubs[bot.app.id]
        if not hub.offer(kind, payload, settle, accepts_response_payload=True):
            return Outcome(False, "dispatch_failed", None, url, trigger)
        acked, answer = await settled
        return Outcome(acked, None if acked else "operation_timeout", answer, url, trigger)

    # -- clicks -------------------------------------------------------------------------------

    async def click(
        self,
        message: Message | Ephemeral | View,
        action_id: str,
        user: str = "alice",
        value: str | None = None,
    ) -> Outcome:
        """Press a button, or choose `value` in a menu or feedback element, that really is there.

        Raises LookupError when the surface shows no element with this action id.
        """
        if isinstance(message, View):
            return await self._click_view(message, action_id, value)
        workspace, where = self.place(message.channel)
        author, bot = workspace.user(user), self._bot(where)
        action = self._action(message.blocks, action_id, value)
        url = self.new_response_url(bot, where, author.id)
        url.thread_ts = message.thread_ts
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": where.id,
            "is_ephemeral": isinstance(message, Ephemeral),
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = self._interactive("block_actions", bot, author) | {
            "container": container,
            "channel": {"id": where.id, "name": where.name or "directmessage"},
            "state": {"values": {}},
            "response_url": f"{self.base_url}/response/{url.id}",
            "actions": [action],
        }
        if isinstance(message, Ephemeral):
            url.ephemeral = message
        else:
            url.message = message
            payload["message"] = self.snapshot(where, message)
        return await self._dispatch(bot, "interactive", payload, url, payload["trigger_id"])

    async def _click_view(self, view: View, action_id: str, value: str | None) -> Outcome:
        bot = next(i for i in self.installations.values() if i.app.id == view.app_id)
        author = bot.workspace.user(view.user)
        payload = self._interactive("block_actions", bot, author) | {
            "container": {"type": "view", "view_id": view.id},
            "view": view.body | {"id": view.id, "hash": view.hash},
            "actions": [self._action(view.body["blocks"], action_id, value)],
        }
        return await self._dispatch(bot, "interactive", payload, None, payload["trigger_id"])

    def _interactive(self, kind: str, bot: Installation, author: User) -> dict[str, Any]:
        """Return what every interactive payload has."""
        workspace = bot.workspace
        return {
            "type": kind,
            "user": {
                "id": author.id,
                "username": author.name,
                "name": author.name,
                "team_id": workspace.team_id,
            },
            "api_app_id": bot.app.id,
            "token": bot.app.verification_token,
            "trigger_id": self.new_trigger(bot.app, author.id),
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _action(
        self, blocks: list[dict[str, Any]], action_id: str, value: str | None
    ) -> dict[str, Any]:
        for block_id, element in render.elements(blocks):
            if element["action_id"] != action_id:
                continue
            action = {
                "action_id": action_id,
                "block_id": block_id,
                "type": element["type"],
                "action_ts": self.new_ts(),
            }
            if element["type"] == "feedback_buttons":
                chosen = [element["positive_button"], element["negative_button"]]
                if value not in [button["value"] for button in chosen]:
                    raise LookupError(f"no feedback button with the value {value!r}")
                return action | {"value": value}
            if "options" in element:
                option = next(o for o in element["options"] if o["value"] == value)
                return action | {"selected_option": option}
            return action | {"text": element.get("text"), "value": element.get("value", "")}
        raise LookupError(f"nothing with the action id {action_id!r} is shown")

    # -- shortcuts and dialogs ----------------------------------------------------------------

    async def message_shortcut(
        self, callback_id: str, message: Message, user: str = "alice"
    ) -> Outcome:
        """Choose a shortcut from a message's menu."""
        workspace, where = self.place(message.channel)
        author, bot = workspace.user(user), self._bot(where)
        url = self.new_response_url(bot, where, author.id)
        payload = self._interactive("message_action", bot, author) | {
            "callback_id": callback_id,
            "action_ts": self.new_ts(),
            "message_ts": message.ts,
            "channel": {"id": where.id, "name": where.name or "directmessage"},
            "message": self.snapshot(where, message),
            "response_url": f"{self.base_url}/response/{url.id}",
        }
        return await self._dispatch(bot, "interactive", payload, url, payload["trigger_id"])

    async def submit(self, view: View, values: dict[str, dict[str, Any]]) -> Outcome:
        """Submit a dialog; `values` is `state.values` by block id, then action id."""
        bot = next(i for i in self.installations.values() if i.app.id == view.app_id)
        payload = self._interactive("view_submission", bot, bot.workspace.user(view.user)) | {
            "view": view.body | {"id": view.id, "hash": view.hash, "state": {"values": values}},
            "response_urls": [],
        }
        return await self._dispatch(bot, "interactive", payload, None, payload["trigger_id"])

    # -- App Home, assistant, sessions --------------------------------------------------------

    async def opens_home(self, user: str = "alice", tab: str = "home") -> None:
        """Open the app's Home or Messages tab."""
        bot = next(iter(self.installations.values()))
        author = bot.workspace.user(user)
        direct = bot.workspace.direct(author.id, bot.bot_user_id)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": author.id,
            "channel": direct.id,
            "event_ts": self.new_ts(),
            "tab": tab,
        }
        home = self.homes.get((bot.app.id, author.id))
        if tab == "home" and home is not None:
            event["view"] = home.body | {"id": home.id, "hash": home.hash}
        if bot.wants("app_home_opened", None):
            self.deliver(bot, event)

    async def opens_assistant(self, user: str = "alice", context: str | None = None) -> Message:
        """Open a new thread in the assistant pane; return its root message."""
        bot = next(iter(self.installations.values()))
        author = bot.workspace.user(user)
        direct = bot.workspace.direct(author.id, bot.bot_user_id)
        root = Message(
            self.new_ts(),
            direct.id,
            "New Assistant Thread",
            self.clock.now(),
            user=bot.bot_user_id,
            bot_id=bot.bot_id,
            app_id=bot.app.id,
            subtype="assistant_app_thread",
        )
        direct.put(root)
        place = {"channel_id": self._where(context)[1].id} if context else {}
        thread = {
            "user_id": author.id,
            "channel_id": direct.id,
            "thread_ts": root.ts,
            "context": place | {"team_id": bot.workspace.team_id} if place else {},
        }
        if bot.wants("assistant_thread_started", None):
            event = {"type": "assistant_thread_started", "assistant_thread": thread}
            self.deliver(bot, event | {"event_ts": self.new_ts()})
        return root

    async def user_stops(self, message: Message, user: str = "alice") -> None:
        """Press the stop button that Slack shows on a streaming message."""
        workspace, where = self.place(message.channel)
        if message.stream is None:
            raise LookupError("the message is not streaming")
        message.stream.stopped_by_user = True
        event = {
            "type": "agent_session_stopped",
            "channel": where.id,
            "thread_ts": message.thread_ts,
            "user": workspace.user(user).id,
            "streaming_message_ts": [message.ts],
            "event_ts": self.new_ts(),
        }
        self.tell(where, event, "agent_session_stopped")


# -- response URLs --------------------------------------------------------------------------------


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
        fault = core.faults.take("response_url", {})
        if fault is not None:
            return web.Response(status=500, text="error")
        return _answer(core, request.match_info["id"], await request.read())

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
