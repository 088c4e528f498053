"""What other processes may ask of the local Slack: say something, read a thread, order a fault.

Opened by `tests.servers.doors`, only when the server runs by itself (`python -m
tests.servers.slack`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.doors import Door

from .workspace import Message

if TYPE_CHECKING:
    from .server import LocalSlack


async def _say(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Post as a person: channel (default general; `dm` for the bot's), user, text, thread_ts."""
    user = body.get("user", "alice")
    channel = body.get("channel", "general")
    where = slack.dm(user) if channel == "dm" else channel
    message = await slack.user_posts(where, user, body["text"], body.get("thread_ts"))
    return {"channel": message.channel, "ts": message.ts}


async def _channel(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Make a channel with everybody in it: name."""
    return {"channel": slack.open_channel(body["name"]).id}


async def _thread(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Return the visible messages of a thread; `versions=1` adds when each state appeared."""
    shown = []
    for message in slack.thread(body["channel"], body["ts"]):
        entry: dict[str, Any] = {
            "ts": message.ts,
            "user": message.user,
            "bot": message.bot_id is not None,
            "text": slack.visible(message),
            "edits": len(message.versions) - 1,
            "at": message.versions[-1].at,
        }
        if body.get("versions"):
            entry["versions"] = [
                {"at": version.at, "characters": len(version.text)} for version in message.versions
            ]
        shown.append(entry)
    status = slack.status(slack._where(body["channel"])[1].id, body["ts"])
    return {"messages": shown, "status": status.text if status else ""}


async def _stats(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Return how many calls each method got, the 429s, pings, sockets and unacknowledged events."""
    counts: dict[str, int] = {}
    for call in slack.calls:
        counts[call.method] = counts.get(call.method, 0) + 1
    return {
        "calls": counts,
        "ratelimited": slack.limits.refused,
        "ratelimited_by_method": slack.limits.refused_by_method,
        "errors": [[c.method, c.error] for c in slack.calls if c.error][-100:],
        "pings": len(slack.pings),
        "sockets": len(slack.hub.ready()),
        "unsettled_events": len(slack.postmen[slack.app.id].unsettled),
    }


async def _fail(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Order a fault: method, kind, times."""
    slack.fail(body["method"], body["kind"], int(body.get("times", 1)))
    return {}


async def _slash(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Run a slash command: command, text, user, channel."""
    user = body.get("user", "alice")
    channel = body.get("channel", "general")
    outcome = await slack.slash(body["command"], body.get("text", ""), user, channel)
    private = [slack.ephemeral_text(e) for e in slack.ephemerals_for(user)]
    return {"acked": outcome.acked, "error": outcome.error, "only_for_you": private}


async def _edit(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    await slack.user_edits(_message(slack, body), body["text"])
    return {}


async def _delete(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    await slack.user_deletes(_message(slack, body))
    return {}


async def _click(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Press a button: channel, ts, action_id, user, value."""
    outcome = await slack.click(
        _message(slack, body), body["action_id"], body.get("user", "alice"), body.get("value")
    )
    return {"acked": outcome.acked, "error": outcome.error}


async def _disconnect(slack: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """End the sockets: how = reset | deaf | warning | refresh_requested | too_many_websockets."""
    how = body.get("how", "refresh_requested")
    if how not in ("reset", "deaf"):
        slack.hub.disconnect(how)
        return {}
    for socket in slack.hub.ready():
        socket.reset() if how == "reset" else socket.go_deaf()
    return {}


def _message(slack: LocalSlack, body: dict[str, Any]) -> Message:
    message = slack._where(body["channel"])[1].find(body["ts"])
    if message is None:
        raise KeyError(body["ts"])
    return message


DOORS: dict[str, Door[LocalSlack]] = {
    "say": _say,
    "channel": _channel,
    "thread": _thread,
    "stats": _stats,
    "fail": _fail,
    "slash": _slash,
    "edit": _edit,
    "delete": _delete,
    "click": _click,
    "disconnect": _disconnect,
}
