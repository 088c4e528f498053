"""What other processes may ask of the local Discord: say something, read a thread, order a fault.

Opened by `tests.servers.doors`, only when the server runs by itself (`python -m
tests.servers.discord`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.doors import Door

from .records import Channel, Message

if TYPE_CHECKING:
    from .server import LocalDiscord


def _where(discord: LocalDiscord, body: dict[str, Any]) -> Channel:
    """Return the channel of a request: its id or name, `dm` for the bot's with the user."""
    channel = body.get("channel", "general")
    return discord.dm(body.get("user", "alice")) if channel == "dm" else discord.place(channel)


def _message(discord: LocalDiscord, body: dict[str, Any]) -> Message:
    found = _where(discord, body).messages.get(str(body["message"]))
    if found is None:
        raise KeyError(body["message"])
    return found


async def _say(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Post as a person: channel (default general; `dm`), user, text, reply_to (a message's id)."""
    where = _where(discord, body)
    target = where.messages[str(body["reply_to"])] if body.get("reply_to") else None
    user = body.get("user", "alice")
    message = await discord.user_posts(where, user, body["text"], reply_to=target)
    return {"channel": message.channel_id, "message": message.id}


async def _channel(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Make a text channel that everybody sees: name."""
    return {"channel": discord.text_channel(body["name"]).id}


async def _open_thread(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Open a thread: channel, user, name, message (optional), private (optional)."""
    start = _message(discord, body) if body.get("message") else None
    members = [discord.bot] if body.get("private") else []
    thread = await discord.user_opens_thread(
        _where(discord, body),
        body.get("user", "alice"),
        body.get("name", "thread"),
        message=start,
        private=bool(body.get("private")),
        members=members,
    )
    return {"channel": thread.id}


async def _replies(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Return the bot's answers to a message; `versions=1` adds when each state appeared."""
    question = _message(discord, body)
    thread = discord.thread_of(question)
    shown = [_shown(discord, reply, body) for reply in discord.replies(question)]
    return {"messages": shown, "thread": thread.id if thread else None}


async def _thread(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Return all messages of a channel or thread."""
    messages = discord.messages(_where(discord, body))
    return {"messages": [_shown(discord, message, body) for message in messages]}


def _shown(discord: LocalDiscord, message: Message, body: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "message": message.id,
        "channel": message.channel_id,
        "user": discord.users[message.author_id].name,
        "bot": message.author_id == discord.application.bot_id,
        "text": discord.visible(message),
        "edits": len(message.versions) - 1,
        "at": message.versions[-1].at,
        "buttons": [b.get("label") or "" for b in discord.buttons(message)],
        "files": [attachment.filename for attachment in message.attachments],
    }
    if body.get("versions"):
        entry["versions"] = [
            {"at": version.at, "characters": len(version.content)} for version in message.versions
        ]
    return entry


async def _stats(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Return how many calls each route got, the 429s, pings and gateway sessions."""
    counts: dict[str, int] = {}
    for call in discord.calls:
        counts[call.name] = counts.get(call.name, 0) + 1
    return {
        "calls": counts,
        "too_many": discord.limits.too_many,
        "too_many_by_route": discord.limits.too_many_by_route,
        "invalid": len(discord.limits.invalid),
        "errors": [[c.name, c.status, c.error] for c in discord.calls if c.status >= 400][-100:],
        "pings": len(discord.pings),
        "sockets": len(discord.gateway.ready()),
    }


async def _fail(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Order a fault: route, kind, times."""
    discord.fail(body["route"], body["kind"], int(body.get("times", 1)))
    return {}


async def _edit(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    await discord.user_edits(_message(discord, body), body["text"])
    return {}


async def _delete(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    await discord.user_deletes(_message(discord, body))
    return {}


async def _run(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Run a slash command: command, user, channel, options."""
    outcome = await discord.runs(
        _where(discord, body),
        body.get("user", "alice"),
        body["command"],
        locale=body.get("locale"),
        **body.get("options", {}),
    )
    return _became(outcome)


async def _press(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """Press a button: channel, message, button (label, emoji or custom id), user."""
    message = _message(discord, body)
    return _became(await discord.presses(message, body["button"], body.get("user", "alice")))


def _became(outcome: Any) -> dict[str, Any]:
    return {
        "acknowledged": outcome.acknowledged,
        "error": outcome.error,
        "ephemeral": outcome.ephemeral,
        "messages": [message.id for message in outcome.messages],
        "text": outcome.text,
    }


async def _disconnect(discord: LocalDiscord, body: dict[str, Any]) -> dict[str, Any]:
    """End the gateway connections: how = drop | freeze | reconnect | invalidate | a close code."""
    how = str(body.get("how", "reconnect"))
    if how.isdigit():
        discord.gateway.close(int(how))
    elif how in ("drop", "freeze", "reconnect", "invalidate"):
        getattr(discord.gateway, how)()
    else:
        raise ValueError(how)
    return {}


DOORS: dict[str, Door[LocalDiscord]] = {
    "say": _say,
    "channel": _channel,
    "open_thread": _open_thread,
    "replies": _replies,
    "thread": _thread,
    "stats": _stats,
    "fail": _fail,
    "edit": _edit,
    "delete": _delete,
    "run": _run,
    "press": _press,
    "disconnect": _disconnect,
}
