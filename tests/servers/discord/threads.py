"""Routes of threads: opening them, who is in them, which there are.

discord.com/developers/docs/resources/channel#start-thread-from-message and what follows there
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from . import limits, payloads, posting, thread_life
from .access import channel_of, guild_of, message_of, need
from .guilds import archive_minutes
from .messages import build, may_carry
from .permissions import P
from .records import FORUMS, THREADS, Channel, Kind, MessageKind
from .refusal import ApiError, Form, forbidden, invalid, unknown
from .wire import Answer, Call, route
from .world import World

_FITTING = {
    Kind.TEXT: frozenset({Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD}),
    Kind.ANNOUNCEMENT: frozenset({Kind.ANNOUNCEMENT_THREAD}),
}
_FROM_MESSAGE = frozenset(_FITTING)
_STARTERS = frozenset(
    {
        MessageKind.DEFAULT,
        MessageKind.REPLY,
        MessageKind.CHAT_INPUT_COMMAND,
        MessageKind.CONTEXT_MENU_COMMAND,
    }
)


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads", limit="thread")
def from_message(world: World, call: Call) -> Any:
    """Open a public thread on a message; it has the message's id."""
    parent = channel_of(world, call.params["channel_id"])
    if parent.type not in _FROM_MESSAGE:
        raise ApiError(400, 50024)
    rights = world.rights(world.application.bot_id, parent)
    need(rights, P.CREATE_PUBLIC_THREADS)
    start = message_of(world, parent, call.params["message_id"])
    form = Form()
    name, minutes = _common(form, call)
    form.settle()
    if start.id in world.channels:
        raise ApiError(400, 160004)
    if start.type not in _STARTERS:
        raise ApiError(400, 50021)
    news = parent.type == Kind.ANNOUNCEMENT
    thread = thread_life.open_thread(
        world,
        parent,
        world.application.bot_id,
        name,
        kind=Kind.ANNOUNCEMENT_THREAD if news else Kind.PUBLIC_THREAD,
        start=start,
        auto_archive=minutes,
        slowmode=int(call.body.get("rate_limit_per_user") or 0),
    )
    return Answer(201, _shown(world, thread))


@route("POST", "/channels/{channel_id}/threads", limit="thread")
def plain(world: World, call: Call) -> Any:
    """Open a thread without a message (private unless it says otherwise), or a forum post."""
    parent = channel_of(world, call.params["channel_id"])
    if parent.type in FORUMS:
        return _forum_post(world, call, parent)
    if parent.type not in _FROM_MESSAGE:
        raise ApiError(400, 50024)
    form = Form()
    name, minutes = _common(form, call)
    kind = call.body.get("type", Kind.PRIVATE_THREAD)
    if kind not in THREADS:
        form.wrong("type", "BASE_TYPE_CHOICES", "Value must be one of (10, 11, 12).")
    form.settle()
    if kind not in _FITTING[parent.type]:
        raise ApiError(400, 50024)
    private = kind == Kind.PRIVATE_THREAD
    needed = P.CREATE_PRIVATE_THREADS if private else P.CREATE_PUBLIC_THREADS
    need(world.rights(world.application.bot_id, parent), needed)
    thread = thread_life.open_thread(
        world,
        parent,
        world.application.bot_id,
        name,
        kind=Kind(kind),
        auto_archive=minutes,
        invitable=call.body.get("invitable") is not False if private else None,
        slowmode=int(call.body.get("rate_limit_per_user") or 0),
    )
    return Answer(201, _shown(world, thread))


def _forum_post(world: World, call: Call, parent: Channel) -> Answer:
    rights = world.rights(world.application.bot_id, parent)
    need(rights, P.SEND_MESSAGES)
    form = Form()
    name, minutes = _common(form, call)
    body = call.body.get("message")
    if not isinstance(body, dict):
        form.wrong("message", "BASE_TYPE_REQUIRED", "This field is required")
    form.settle()
    draft = posting.read_draft(world, call, body=body)
    may_carry(rights, draft)
    thread = thread_life.open_thread(
        world,
        parent,
        world.application.bot_id,
        name,
        auto_archive=minutes,
        tags=[str(tag) for tag in call.body.get("applied_tags") or []],
    )
    message = build(world, thread, draft)
    message.id = thread.id  # a forum post's first message has the thread's id
    world.publish(message, draft.allowed)
    return Answer(
        201, _shown(world, thread) | {"message": payloads.message_payload(world, message)}
    )


def _common(form: Form, call: Call) -> tuple[str, int | None]:
    name = call.body.get("name", "")
    form.length("name", name, 1, limits.THREAD_NAME)
    slowmode = call.body.get("rate_limit_per_user") or 0
    if not isinstance(slowmode, int) or not 0 <= slowmode <= 21_600:
        text = "int value should be less than or equal to 21600."
        form.wrong("rate_limit_per_user", "NUMBER_TYPE_MAX", text)
    return str(name).strip() or str(name), archive_minutes(form, call.body)


def _shown(world: World, thread: Channel) -> dict[str, Any]:
    return payloads.thread_payload(world, thread, viewer=world.application.bot_id)


# -- members ------------------------------------------------------------------------------


def _thread(world: World, call: Call, *needed: P) -> Channel:
    found = channel_of(world, call.params["channel_id"], *needed)
    if not found.is_thread:
        raise ApiError(400, 50024)
    return found


@route("PUT", "/channels/{channel_id}/thread-members/@me", limit="other")
def join(world: World, call: Call) -> Any:
    thread = _thread(world, call)
    if thread.archived:
        raise ApiError(400, 50083)
    thread_life.join(world, thread, world.application.bot_id)


@route("DELETE", "/channels/{channel_id}/thread-members/@me", limit="other")
def leave(world: World, call: Call) -> Any:
    thread = _thread(world, call)
    if thread.archived:
        raise ApiError(400, 50083)
    thread_life.leave(world, thread, world.application.bot_id)


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}", limit="other")
def add(world: World, call: Call) -> Any:
    """Add somebody to a thread; they must be able to see its channel."""
    thread = _thread(world, call, P.SEND_IN_THREADS)
    if thread.archived:
        raise ApiError(400, 50083)
    user_id = call.params["user_id"]
    if user_id not in world.users:
        raise unknown(10013)
    if not world.can_view(user_id, thread, invited=True):
        raise forbidden(50001)
    thread_life.join(world, thread, user_id)


@route("DELETE", "/channels/{channel_id}/thread-members/{user_id}", limit="other")
def remove(world: World, call: Call) -> Any:
    thread = _thread(world, call)
    private = thread.type == Kind.PRIVATE_THREAD
    if not (private and thread.owner_id == world.application.bot_id):
        need(world.rights(world.application.bot_id, thread), P.MANAGE_THREADS)
    thread_life.leave(world, thread, call.params["user_id"])


@route("GET", "/channels/{channel_id}/thread-members", limit="read")
def members(world: World, call: Call) -> Any:
    thread = _thread(world, call)
    return [payloads.thread_member_payload(thread, user_id) for user_id in thread.members]


@route("GET", "/channels/{channel_id}/thread-members/{user_id}", limit="read")
def thread_member(world: World, call: Call) -> Any:
    thread = _thread(world, call)
    user_id = call.params["user_id"].replace("@me", world.application.bot_id)
    if user_id not in thread.members:
        raise unknown(10007)
    return payloads.thread_member_payload(thread, user_id)


# -- which there are ----------------------------------------------------------------------


@route("GET", "/guilds/{guild_id}/threads/active", limit="read")
def active(world: World, call: Call) -> Any:
    """Return all threads of a server that are not archived and that the bot sees."""
    guild = guild_of(world, call.params["guild_id"])
    bot = world.application.bot_id
    found = [t for t in guild.threads.values() if not t.archived and world.can_view(bot, t)]
    found.sort(key=lambda t: int(t.id), reverse=True)
    return _listing(world, found)


def _listing(world: World, found: list[Channel]) -> dict[str, Any]:
    bot = world.application.bot_id
    return {
        "threads": [payloads.thread_payload(world, t) for t in found],
        "members": [payloads.thread_member_payload(t, bot) for t in found if bot in t.members],
    }


def _archived(world: World, call: Call, *, private: bool, joined: bool = False) -> Any:
    parent = channel_of(world, call.params["channel_id"], P.READ_HISTORY)
    if private and not joined:
        need(world.rights(world.application.bot_id, parent), P.MANAGE_THREADS)
    limit = call.number("limit", 50, 2, 100)
    bot = world.application.bot_id
    found = [
        t
        for t in world.guilds[parent.guild_id or ""].threads.values()
        if t.parent_id == parent.id
        and t.archived
        and (t.type == Kind.PRIVATE_THREAD) == private
        and (not joined or bot in t.members)
    ]
    if joined:
        found.sort(key=lambda t: int(t.id), reverse=True)
        found = [t for t in found if int(t.id) < int(call.query.get("before", 1 << 62))]
    else:
        found.sort(key=lambda t: t.archived_at, reverse=True)
        found = [t for t in found if t.archived_at < _before(call)]
    return _listing(world, found[:limit]) | {"has_more": len(found) > limit}


def _before(call: Call) -> float:
    given = call.query.get("before")
    if given is None:
        return float("inf")
    try:
        return datetime.fromisoformat(given).timestamp()
    except ValueError:
        raise invalid("before", "DATETIME_TYPE_PARSE", f"Could not parse {given}.") from None


@route("GET", "/channels/{channel_id}/threads/archived/public", limit="read")
def archived_public(world: World, call: Call) -> Any:
    return _archived(world, call, private=False)


@route("GET", "/channels/{channel_id}/threads/archived/private", limit="read")
def archived_private(world: World, call: Call) -> Any:
    return _archived(world, call, private=True)


@route("GET", "/channels/{channel_id}/users/@me/threads/archived/private", limit="read")
def archived_joined(world: World, call: Call) -> Any:
    return _archived(world, call, private=True, joined=True)
