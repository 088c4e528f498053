"""conversations.*: reading threads and channels, opening direct messages, listing members."""

from __future__ import annotations

import base64
from typing import Any

from . import events
from .apps import history_scope, read_scope
from .core import Core
from .places import joined_channel, visible_channel
from .refusal import Refusal
from .wire import Call, method
from .workspace import Channel, Message

_MOST = 1000  # items of one page
_MOST_DISTRIBUTED = 15  # for distributed apps outside the Marketplace
_HISTORY = ["channels:history", "groups:history", "im:history", "mpim:history"]
_READ = ["channels:read", "groups:read", "im:read", "mpim:read"]


def _limit(call: Call, default: int) -> int:
    asked = call.number("limit", default)
    if not 0 <= asked <= _MOST:
        raise Refusal("invalid_limit")
    if call.bot.app.distributed:
        return min(asked or _MOST_DISTRIBUTED, _MOST_DISTRIBUTED)
    return asked or default


def _cursor(ts: str) -> str:
    return base64.b64encode(f"next_ts:{ts.replace('.', '')}".encode()).decode()


def _from_cursor(cursor: str) -> str:
    try:
        name, _, digits = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        raise Refusal("invalid_cursor") from None
    if name != "next_ts" or not digits.isdigit() or len(digits) < 7:
        raise Refusal("invalid_cursor")
    return f"{digits[:-6]}.{digits[-6:]}"


def _bound(call: Call, name: str) -> float | None:
    value = call.text(name)
    if value in ("", "now"):
        return None
    try:
        return float(value)
    except ValueError:
        raise Refusal(f"invalid_ts_{name}") from None


def _within(call: Call, messages: list[Message]) -> list[Message]:
    """Keep what lies between `oldest` and `latest`; the bounds count only when `inclusive`."""
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    if oldest is None and latest is None:
        return messages
    inclusive = call.flag("inclusive")
    kept = []
    for message in messages:
        at = float(message.ts)
        after = oldest is None or at > oldest or (inclusive and at == oldest)
        before = latest is None or at < latest or (inclusive and at == latest)
        if after and before:
            kept.append(message)
    return kept


def _page(messages: list[Message], cursor: str, size: int) -> tuple[list[Message], str]:
    """Return (one page, the cursor of the next or "") of messages in their order."""
    start = 0
    if cursor:
        wanted = _from_cursor(cursor)
        start = next((i for i, m in enumerate(messages) if m.ts == wanted), len(messages))
    rest = messages[start + size : start + size + 1]
    return messages[start : start + size], _cursor(rest[0].ts) if rest else ""


def _answer(
    core: Core, call: Call, messages: list[Message], cursor: str, **more: Any
) -> dict[str, Any]:
    full = call.flag("include_all_metadata")
    answer: dict[str, Any] = {
        "messages": [
            events.message_object(call.bot.workspace, m, metadata=full, counts=True)
            for m in messages
        ],
        "has_more": bool(cursor),
        **more,
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


@method("conversations.replies", scopes=_HISTORY, takes_json=False)
def replies(core: Core, call: Call) -> dict[str, Any]:
    channel = joined_channel(call)
    call.needs(history_scope(channel))
    call.text("ts", required=True)
    root = channel.find(call.timestamp("ts", "thread_not_found"))
    if root is None:
        raise Refusal("thread_not_found")
    size = _limit(call, _MOST)
    cursor = call.text("cursor")
    thread = [] if root.is_reply else _within(call, channel.thread(root.ts))
    page, following = _page(thread, cursor, size)
    first = [root] if core.parent_on_every_page or not cursor else []
    return _answer(core, call, [*first, *page], following)


@method("conversations.history", scopes=_HISTORY, takes_json=False)
def history(core: Core, call: Call) -> dict[str, Any]:
    channel = joined_channel(call)
    call.needs(history_scope(channel))
    newest_first = [m for m in reversed(channel.messages.values()) if m.in_channel]
    page, following = _page(_within(call, newest_first), call.text("cursor"), _limit(call, 100))
    return _answer(core, call, page, following, pin_count=0)


@method("conversations.info", scopes=_READ, takes_json=False)
def info(core: Core, call: Call) -> dict[str, Any]:
    channel = visible_channel(call)
    call.needs(read_scope(channel))
    shown = channel.public(call.bot.bot_user_id)
    if call.flag("include_locale"):
        shown["locale"] = "en-US"
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


@method("conversations.members", tier="4", scopes=_READ, takes_json=False)
def members(core: Core, call: Call) -> dict[str, Any]:
    channel = visible_channel(call)
    call.needs(read_scope(channel))
    size = _limit(call, 100)
    everyone = list(channel.members)
    cursor = call.text("cursor")
    start = 0
    if cursor:
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("user:"))
        except ValueError:
            raise Refusal("invalid_cursor") from None
    more = start + size < len(everyone)
    following = base64.b64encode(f"user:{start + size}".encode()).decode() if more else ""
    return {
        "members": everyone[start : start + size],
        "response_metadata": {"next_cursor": following},
    }


@method("conversations.open", scopes=["im:write", "mpim:write"])
def open_conversation(core: Core, call: Call) -> dict[str, Any]:
    workspace, bot = call.bot.workspace, call.bot.bot_user_id
    if call.text("channel"):
        channel = visible_channel(call)
        if channel.kind not in ("im", "mpim"):
            raise Refusal("method_not_supported_for_channel_type")
        return _opened(call, channel)
    users = [user for user in call.text("users").split(",") if user]
    if not users:
        raise Refusal("users_list_not_supplied")
    if any(user not in workspace.users for user in users):
        raise Refusal("user_not_found")
    if len(users) > 8:
        raise Refusal("too_many_users")
    if len(users) == 1:
        call.needs("im:write")
        return _opened(call, workspace.direct(users[0], bot))
    call.needs("mpim:write")
    wanted = {*users, bot}
    for channel in workspace.channels.values():
        if channel.kind == "mpim" and set(channel.members) == wanted:
            return _opened(call, channel)
    name = "mpdm-" + "--".join(workspace.users[user].name for user in users) + "-1"
    return _opened(call, workspace.add_channel(name, "mpim", [*users, bot]))


def _opened(call: Call, channel: Channel) -> dict[str, Any]:
    if call.flag("return_im"):
        return {"channel": channel.public(call.bot.bot_user_id), "already_open": True}
    return {"channel": {"id": channel.id}}


@method("conversations.list", tier="2", scopes=_READ, takes_json=False)
def list_conversations(core: Core, call: Call) -> dict[str, Any]:
    return _listed(call, only_joined=False)


@method("users.conversations", scopes=_READ, takes_json=False)
def users_conversations(core: Core, call: Call) -> dict[str, Any]:
    return _listed(call, only_joined=True)


_TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}


def _listed(call: Call, *, only_joined: bool) -> dict[str, Any]:
    bot = call.bot.bot_user_id
    types = (call.text("types") or "public_channel").split(",")
    if any(kind not in _TYPES.values() for kind in types):
        raise Refusal("invalid_types")
    found = []
    for channel in call.bot.workspace.channels.values():
        seen = bot in channel.members or (channel.kind == "channel" and not only_joined)
        hidden = call.flag("exclude_archived") and channel.archived
        if seen and not hidden and _TYPES[channel.kind] in types:
            call.needs(read_scope(channel))
            found.append(channel.public(bot))
    return {"channels": found, "response_metadata": {"next_cursor": ""}}
