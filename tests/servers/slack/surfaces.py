"""Everything beside messages: identity, people, reactions, assistant, views, sockets' door."""

from __future__ import annotations

import json
from typing import Any

from . import blockkit, limits
from .core import Core
from .places import joined_channel, visible_channel
from .records import Assistant, View
from .refusal import Refusal, missing
from .wire import Call, method
from .workspace import Message, new_id


@method("apps.connections.open", token="app")
def open_connection(core: Core, call: Call) -> dict[str, Any]:
    app = call.app
    if app is None or "connections:write" not in app.app_token_scopes:
        raise Refusal("missing_scope", needed="connections:write", provided="")
    if not app.socket_mode:
        raise Refusal("forbidden_team")
    host = core.base_url.replace("http://", "ws://")
    ticket = core.hubs[app.id].ticket()
    return {"url": f"{host}/link/?ticket={ticket}&app_id={app.id}"}


@method("api.test", token="any")
def api_test(core: Core, call: Call) -> dict[str, Any]:
    if error := call.text("error"):
        raise Refusal(error, args=call.args)
    return {"args": call.args}


@method("auth.test", token="any")
def auth_test(core: Core, call: Call) -> dict[str, Any]:
    if call.installation is None:
        return {"app_name": call.app.name if call.app else "", "app_id": call.app and call.app.id}
    workspace = call.bot.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": call.bot.bot.name,
        "team_id": workspace.team_id,
        "user_id": call.bot.bot_user_id,
        "bot_id": call.bot.bot_id,
        "is_enterprise_install": False,
    }


@method("users.info", tier="4", scopes=["users:read"], takes_json=False)
def users_info(core: Core, call: Call) -> dict[str, Any]:
    user = call.bot.workspace.users.get(call.text("user", required=True))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": user.public(call.flag("include_locale"))}


@method("users.list", tier="2", scopes=["users:read"], takes_json=False)
def users_list(core: Core, call: Call) -> dict[str, Any]:
    users = call.bot.workspace.users.values()
    return {
        "members": [user.public(call.flag("include_locale")) for user in users],
        "response_metadata": {"next_cursor": ""},
    }


@method("bots.info", scopes=["users:read"], takes_json=False)
def bots_info(core: Core, call: Call) -> dict[str, Any]:
    wanted = call.text("bot", required=True)
    for installation in core.installations.values():
        if installation.bot_id == wanted and installation.workspace is call.bot.workspace:
            return {"bot": installation.profile() | {"user_id": installation.bot_user_id}}
    raise Refusal("bot_not_found")


@method("team.info", scopes=["team:read"], takes_json=False)
def team_info(core: Core, call: Call) -> dict[str, Any]:
    workspace = call.bot.workspace
    if call.text("team") not in ("", workspace.team_id):
        raise Refusal("team_not_found")
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.name,
            "domain": workspace.domain,
            "url": f"https://{workspace.domain}.slack.com/",
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


@method("usergroups.list", tier="2", scopes=["usergroups:read"], takes_json=False)
def usergroups_list(core: Core, call: Call) -> dict[str, Any]:
    groups = call.bot.workspace.usergroups.items()
    return {"usergroups": [{"id": i, "handle": h, "name": h} for i, h in groups]}


# -- reactions ------------------------------------------------------------------------------------


def _reactable(call: Call) -> tuple[Message, str]:
    name = call.text("name", required=True).strip(":")
    if not call.text("channel") or not call.text("timestamp"):
        raise Refusal("no_item_specified")
    if not all(c.isalnum() or c in "_+-'" for c in name):
        raise Refusal("invalid_name")
    channel = joined_channel(call)
    if channel.archived:
        raise Refusal("is_archived")
    message = channel.find(call.timestamp("timestamp", "bad_timestamp"))
    if message is None or message.deleted:
        raise Refusal("message_not_found")
    return message, name


@method("reactions.add", scopes=["reactions:write"])
def add_reaction(core: Core, call: Call) -> dict[str, Any]:
    message, name = _reactable(call)
    users = message.reactions.setdefault(name, [])
    if call.bot.bot_user_id in users:
        raise Refusal("already_reacted")
    users.append(call.bot.bot_user_id)
    core.changed()
    return {}


@method("reactions.remove", tier="2", scopes=["reactions:write"])
def remove_reaction(core: Core, call: Call) -> dict[str, Any]:
    message, name = _reactable(call)
    users = message.reactions.get(name, [])
    if call.bot.bot_user_id not in users:
        raise Refusal("no_reaction")
    users.remove(call.bot.bot_user_id)
    if not users:
        del message.reactions[name]
    core.changed()
    return {}


# -- assistant ------------------------------------------------------------------------------------


def _assistant_thread(call: Call, *, needs_thread: bool) -> tuple[str, str]:
    """Return (channel id, thread_ts) of an assistant.threads.* call."""
    channel = visible_channel(call, "channel_id")
    if call.bot.bot_user_id not in channel.members:
        raise Refusal("channel_not_found")
    ts = call.timestamp("thread_ts", "invalid_thread_ts")
    if not ts and needs_thread:
        raise missing("thread_ts")
    if ts and channel.find(ts) is None:
        raise Refusal("invalid_thread_ts")
    return channel.id, ts


@method("assistant.threads.setStatus", tier="3", scopes=["chat:write", "assistant:write"])
def set_status(core: Core, call: Call) -> dict[str, Any]:
    channel, thread_ts = _assistant_thread(call, needs_thread=True)
    if not isinstance(call.args.get("status"), str):
        raise missing("status")
    loading = call.structure("loading_messages", "invalid_arguments") or []
    if not isinstance(loading, list) or len(loading) > limits.LOADING_MESSAGES:
        raise Refusal("invalid_arguments", "no more than 10 items allowed: loading_messages")
    core.set_status(channel, thread_ts, call.args["status"], loading)
    return {}


@method("assistant.threads.setTitle", tier="4", scopes=["assistant:write"])
def set_title(core: Core, call: Call) -> dict[str, Any]:
    place = _assistant_thread(call, needs_thread=True)
    core.assistants.setdefault(place, Assistant()).title = call.text("title", required=True)
    core.changed()
    return {}


@method("assistant.threads.setSuggestedPrompts", tier="4", scopes=["assistant:write"])
def set_suggested_prompts(core: Core, call: Call) -> dict[str, Any]:
    place = _assistant_thread(call, needs_thread=False)
    prompts = call.structure("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise Refusal("invalid_arguments", "must have 1 to 4 items: prompts")
    for prompt in prompts:
        if not isinstance(prompt, dict) or not prompt.get("title") or not prompt.get("message"):
            raise Refusal("invalid_arguments", "missing required field: title or message")
    assistant = core.assistants.setdefault(place, Assistant())
    assistant.prompts, assistant.prompts_title = prompts, call.text("title") or None
    core.changed()
    return {}


# -- views ----------------------------------------------------------------------------------------


def _view(call: Call, *kinds: str) -> dict[str, Any]:
    view = call.structure("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise missing("view")
    if view.get("type") not in kinds:
        raise Refusal("invalid_arguments", f"must be one of {kinds} [json-pointer:/view/type]")
    if len(json.dumps(view)) > 250_000:
        raise Refusal("view_too_large")
    blockkit.check_view(blockkit.parse(view.get("blocks")))
    if view["type"] == "modal":
        _modal(view)
    return view


_VIEW = {
    *("type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"),
    *("clear_on_close", "notify_on_close", "external_id", "submit_disabled"),
}


def _modal(view: dict[str, Any]) -> None:
    for key in view.keys() - _VIEW:
        raise Refusal("invalid_arguments", f"invalid additional property: {key} [/view]")
    for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(view.get(key) or "") > most:
            raise Refusal("invalid_arguments", f"must be at most {most} characters [/view/{key}]")
    for key, most in (("title", 24), ("submit", 24), ("close", 24)):
        part = view.get(key)
        if part is None and key != "title":
            continue
        if not isinstance(part, dict):
            raise missing(key)
        text = part.get("text")
        if not text or len(text) > most or part.get("type") != "plain_text":
            raise Refusal("invalid_arguments", f"must be plain_text of 1 to {most} [/view/{key}]")
    inputs = any(block["type"] == "input" for block in view["blocks"])
    if inputs and "submit" not in view:
        raise Refusal("invalid_arguments", "a modal with input blocks needs submit")


def _kept(core: Core, call: Call, user: str, view: dict[str, Any], view_id: str = "") -> View:
    now = core.clock.now()
    state = f"{int(now)}.{new_id('h')[2:]}"
    return View(view_id or new_id("V"), call.bot.app.id, user, view, state, now)


def _shown_view(call: Call, view: View) -> dict[str, Any]:
    return {
        "view": view.body
        | {
            "id": view.id,
            "team_id": call.bot.workspace.team_id,
            "hash": view.hash,
            "app_id": view.app_id,
            "bot_id": call.bot.bot_id,
            "root_view_id": view.id,
            "state": {"values": {}},
        }
    }


@method("views.open", tier="4")
def views_open(core: Core, call: Call) -> dict[str, Any]:
    trigger = core.triggers.get(call.text("trigger_id", required=True))
    if trigger is None or call.app is None or trigger.app_id != call.app.id:
        raise Refusal("invalid_trigger_id")
    if trigger.expires < core.clock.now():
        raise Refusal("expired_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    view = _kept(core, call, trigger.user, _view(call, "modal"))
    trigger.used = True
    core.views[view.id] = view
    core.changed()
    return _shown_view(call, view)


@method("views.update", tier="4")
def views_update(core: Core, call: Call) -> dict[str, Any]:
    old = core.views.get(call.text("view_id", required=True))
    if old is None:
        raise Refusal("not_found")
    if call.text("hash") not in ("", old.hash):
        raise Refusal("hash_conflict")
    view = _kept(core, call, old.user, _view(call, "modal"), old.id)
    core.views[view.id] = view
    core.changed()
    return _shown_view(call, view)


@method("views.publish", tier="4")
def views_publish(core: Core, call: Call) -> dict[str, Any]:
    user = call.text("user_id", required=True)
    if user not in call.bot.workspace.users:
        raise Refusal("user_not_found")
    old = core.homes.get((call.bot.app.id, user))
    if old is not None and call.text("hash") not in ("", old.hash):
        raise Refusal("hash_conflict")
    view = _kept(core, call, user, _view(call, "home"), old.id if old else "")
    core.homes[call.bot.app.id, user] = view
    core.changed()
    return _shown_view(call, view)
