"""Slash commands, clicks, shortcuts, dialogs, App Home, the assistant pane: people and the app.

Shapes: docs.slack.dev/interactivity (implementing-slash-commands, handling-user-interaction).
Nothing here is retried: what is not acknowledged in three seconds fails for the person.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from . import render
from .apps import Installation
from .inspection import Inspection
from .records import Ephemeral, ResponseUrl, View
from .responses import respond
from .richtext import escape
from .workspace import Channel, Message, User, Workspace


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
            "text": _escaped(workspace, text),
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
        bot = self.installation_in(channel.team_id)
        if bot is None:
            raise LookupError("no app is installed there")
        return bot

    async def _dispatch(
        self,
        bot: Installation,
        kind: str,
        payload: dict[str, Any],
        url: ResponseUrl | None,
        trigger: str,
    ) -> Outcome:
        """Send an envelope that must be acknowledged in time, and wait for that."""
        settled: asyncio.Future[tuple[str, dict[str, Any] | None]] = (
            asyncio.get_running_loop().create_future()
        )

        def settle(failure: str, answer: dict[str, Any] | None) -> None:
            if not settled.done():
                settled.set_result((failure, answer))

        door = self.postmen[bot.app.id].door
        if not door.offer(kind, payload, settle, accepts_response_payload=True):
            return Outcome(False, "dispatch_failed", None, url, trigger)
        failure, answer = await settled
        late = failure in ("timeout", "http_timeout")
        error = None if not failure else "operation_timeout" if late else "dispatch_failed"
        return Outcome(not failure, error, answer, url, trigger)

    # -- clicks -------------------------------------------------------------------------------

    async def click(
        self,
        message: Message | Ephemeral | View,
        action_id: str,
        user: str = "alice",
        value: str | None = None,
    ) -> Outcome:
        """Press a button (of several with this action id, the one with `value`), or choose `value`
        in a menu or feedback element, that really is there.

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
            if element["type"] == "button" and value not in (None, element.get("value")):
                continue  # the same button stands elsewhere in the message
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
        """Submit a dialog; `values` is `state.values` by block id, then action id.

        Raises LookupError for what the dialog does not ask, or asks and is not told.
        """
        asked = {b["block_id"]: b for b in view.body["blocks"] if b["type"] == "input"}
        if unknown := values.keys() - asked.keys():
            raise LookupError(f"the dialog does not ask for {unknown}")
        for id, block in asked.items():
            told = values.get(id, {}).get(block["element"]["action_id"], {})
            if not (told.get("value") or told.get("selected_option") or block.get("optional")):
                raise LookupError(f"the dialog asks for {id}")
        bot = next(i for i in self.installations.values() if i.app.id == view.app_id)
        payload = self._interactive("view_submission", bot, bot.workspace.user(view.user)) | {
            "view": view.body | {"id": view.id, "hash": view.hash, "state": {"values": values}},
            "response_urls": [],
        }
        outcome = await self._dispatch(bot, "interactive", payload, None, payload["trigger_id"])
        errors = (outcome.answer or {}).get("errors") or {}
        if errors.keys() - asked.keys():  # Slack has no place to show them
            outcome.error = "invalid_response_errors"
        return outcome


def _escaped(workspace: Workspace, typed: str) -> str:
    """Write what was typed behind a command whose manifest says `should_escape`: people are their
    ids (https://docs.slack.dev/interactivity/implementing-slash-commands#creating_commands)."""

    def named(found: re.Match[str]) -> str:
        try:
            return f"<@{workspace.user(found[1]).id}>"
        except KeyError:
            return found[0]

    return re.sub(r"@(\w+)", named, escape(typed))
