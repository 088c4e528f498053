"""Slack's payloads to events: pure, nothing awaited. Nothing past this file reads a Slack key.

People are named by id here; their names are looked up later, so that no acknowledgement waits.
Source of the shapes: https://docs.slack.dev/reference/events/message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

from adapters.slack.reading import from_blocks, from_mrkdwn
from bot.events import (
    Attachment,
    Author,
    Command,
    Delete,
    Edit,
    Message,
    Place,
    PlaceKind,
    Relevance,
    Reset,
    ThreadRef,
)

Payload: TypeAlias = Mapping[str, Any]

SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message", "bot_message"})
"""Subtypes of messages in which somebody says something; all others are notices."""

EXTERNAL = "external:"
"""The address of a file on somebody else's host, which is never asked."""

LONGEST = 40_000
"""Characters of a message: what Slack itself stores."""

Heard: TypeAlias = Message | Edit | Delete

_KINDS: dict[str, PlaceKind] = {"im": "direct", "mpim": "group", "group": "private"}
_TO_OTHERS = re.compile(r"\s*<(@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+)(\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is in a workspace."""

    user: str
    bot: str
    team: str


def translate(event: Payload, me: Self, team: str, follow_ups: bool = True) -> tuple[Heard, ...]:
    """Return what a Slack event means for the bot, nothing for most."""
    kind, subtype = event.get("type"), str(event.get("subtype") or "")
    if kind == "app_mention":
        return _spoken(event, me, team, follow_ups)
    if kind != "message":
        return ()
    if subtype == "message_changed":
        return _changed(event, me, team)
    if subtype == "message_deleted":
        before = _mapping(event.get("previous_message"))
        target = str(event.get("deleted_ts") or before.get("ts") or "")
        return tuple(Delete(target, thread) for thread in _threads(event, before, team, target))
    return _spoken(event, me, team, follow_ups) if subtype in SPOKEN else ()


def _spoken(message: Payload, me: Self, team: str, follow_ups: bool) -> tuple[Message, ...]:
    ts, channel = str(message.get("ts") or ""), str(message.get("channel") or "")
    author = str(message.get("user") or message.get("bot_id") or "")
    if not (ts and channel and author) or is_own(message, me):
        return ()
    mentioned = message.get("type") == "app_mention"
    relevance = _relevance(message, me, mentioned, follow_ups)
    if relevance is None:
        return ()
    text, mentions = read_text(message)
    attached = files(message)
    thread_ts = str(message.get("thread_ts") or "")
    spoken = Message(
        id=ts,
        thread=ThreadRef("slack", team, channel, thread_ts or ("" if _is_direct(message) else ts)),
        author=Author(author, "", is_bot=bool(message.get("bot_id"))),
        text=without_mention(text, me.user),
        at=microseconds(ts),
        relevance=relevance,
        attachments=attached,
        # An app_mention carries no files; its twin, if one comes, does. A file from another
        # organisation comes as its id alone.
        attachments_known=all(file.url for file in attached) and bool(attached or not mentioned),
        starts_thread=not thread_ts or thread_ts == ts,
        mentions=tuple(id for id in mentions if id != me.user),
        place=Place(kind=_KINDS.get(str(message.get("channel_type") or ""), "channel")),
    )
    return (spoken,)


def _relevance(message: Payload, me: Self, mentioned: bool, follow_ups: bool) -> Relevance | None:
    """Tell for whom a message is meant; None when it cannot concern the bot."""
    text = str(message.get("text") or "")
    if message.get("bot_id"):
        # What other bots say is context; answering it could go round for ever.
        return Relevance.OVERHEARD if message.get("thread_ts") else None
    named = f"<@{me.user}>" in text or f"<@{me.user}|" in text
    if mentioned or named or _is_direct(message):
        return Relevance.DIRECT
    if not message.get("thread_ts") or message.get("thread_ts") == message.get("ts"):
        return None  # a new message in a channel that does not name the bot
    return Relevance.OVERHEARD if _TO_OTHERS.match(text) or not follow_ups else Relevance.IF_JOINED


def _changed(event: Payload, me: Self, team: str) -> tuple[Edit | Delete, ...]:
    message = _mapping(event.get("message"))
    before = _mapping(event.get("previous_message"))
    target = str(message.get("ts") or "")
    if not target or is_own(message, me) or message.get("bot_id"):
        return ()
    threads = _threads(event, message, team, target)
    if message.get("subtype") == "tombstone":  # a deleted message that has replies
        return tuple(Delete(target, thread) for thread in threads)
    edited = _mapping(message.get("edited"))
    # An unfurled link or a new reply also changes a message; nobody edited it. Slack tells when
    # somebody did in whole seconds, so the same time may still be another edit.
    same = all(message.get(key) == before.get(key) for key in ("edited", "text", "blocks", "files"))
    if not edited or same:
        return ()
    # The event's own time orders two edits within one second.
    at = microseconds(str(event.get("event_ts") or edited.get("ts") or ""))
    text = without_mention(read_text(message)[0], me.user)
    return tuple(Edit(target, thread, text, at, files(message)) for thread in threads)


def earlier(message: Payload, thread: ThreadRef, me: Self) -> Message | None:
    """Translate a message that was read back from a thread's history."""
    ts = str(message.get("ts") or "")
    if not ts or str(message.get("subtype") or "") not in SPOKEN:
        return None
    own = is_own(message, me)
    text, mentions = read_text(message)
    author = str(message.get("user") or message.get("bot_id") or "")
    return Message(
        id=ts,
        thread=thread,
        author=Author("self" if own else author, "", is_bot=own or bool(message.get("bot_id"))),
        text=text,
        at=microseconds(ts),
        relevance=Relevance.OVERHEARD,
        attachments=files(message),
        mentions=mentions,
    )


def command(body: Payload, me: Self) -> Reset | Command | None:
    """Translate `/parley …`; an empty text asks for help. None for what has no place."""
    words = str(body.get("text") or "").strip().split(None, 1)
    name = words[0].lower() if words else "help"
    team = str(body.get("team_id") or me.team)
    channel = str(body.get("channel_id") or "")
    author = Author(str(body.get("user_id") or ""), str(body.get("user_name") or ""))
    if not channel or not author.id:
        return None
    thread = ThreadRef("slack", team, channel)
    if name == "reset":
        return Reset(thread, author, whole_channel=not channel.startswith("D"))
    id = str(body.get("trigger_id") or "")
    return Command(id, thread, author, name, words[1] if len(words) > 1 else "", 0, private=True)


def is_own(message: Payload, me: Self) -> bool:
    """Tell whether the bot itself wrote a message."""
    return message.get("user") == me.user or (bool(me.bot) and message.get("bot_id") == me.bot)


def read_text(message: Payload) -> tuple[str, tuple[str, ...]]:
    """Return a message's text as Markdown, and the ids that it names."""
    named: dict[str, None] = {}

    def unnamed(_: str, id: str) -> None:
        named[id] = None

    blocks = message.get("blocks")
    text = str(message.get("text") or "")
    # Blocks keep code exactly where the text may not; other apps' layouts say less than the text.
    if isinstance(blocks, Sequence) and blocks and _is_rich_text(blocks):
        body = from_blocks(blocks, unnamed) or from_mrkdwn(text, unnamed)
    else:
        body = from_mrkdwn(text, unnamed)
        if not body.strip() and isinstance(blocks, Sequence):
            body = from_blocks(blocks, unnamed)
    return _sound(body)[:LONGEST], tuple(named)


def files(message: Payload) -> tuple[Attachment, ...]:
    """List a message's files. One shared from another organisation has no address yet."""
    listed = message.get("files")
    found = (
        [_file(file) for file in listed if isinstance(file, Mapping)] if _is_list(listed) else []
    )
    return tuple(file for file in found if file is not None)


def _file(file: Payload) -> Attachment | None:
    if not file.get("id") or file.get("mode") == "tombstone":
        return None
    external = bool(file.get("is_external")) or file.get("mode") == "external"
    url = "" if external else file.get("url_private_download") or file.get("url_private") or ""
    size = file.get("size")
    return Attachment(
        id=str(file["id"]),
        name=_sound(str(file.get("name") or file.get("title") or "file"))[:200],
        media_type=str(file.get("mimetype") or ""),
        size=size if isinstance(size, int) else 0,
        url=EXTERNAL if external else str(url),
    )


def microseconds(ts: str) -> int:
    """Read Slack's time (`seconds.micros`) as microseconds."""
    seconds, _, micros = ts.partition(".")
    if not seconds.isdigit():
        return 0
    return int(seconds) * 1_000_000 + int((micros if micros.isdigit() else "0").ljust(6, "0")[:6])


def without_mention(text: str, user: str) -> str:
    """Take the bot's own mention from the beginning; elsewhere it reads like any other."""
    return re.sub(rf"^\s*@{re.escape(user)}[:,]?\s*", "", text).replace(f"@{user}", "@Parley")


def _threads(event: Payload, message: Payload, team: str, target: str) -> tuple[ThreadRef, ...]:
    """Name the threads that hold a message: one under a direct message has read its parent too."""
    channel = str(event.get("channel") or "")
    if not channel or not target:
        return ()
    thread_ts = str(message.get("thread_ts") or "")
    if not _is_direct(event):
        names = [thread_ts or target]
    elif thread_ts == target:
        names = ["", target]
    else:
        names = [thread_ts]
    return tuple(ThreadRef("slack", team, channel, name) for name in names)


def _is_direct(event: Payload) -> bool:
    kind = event.get("channel_type")
    return kind == "im" or (not kind and str(event.get("channel") or "").startswith("D"))


def _mapping(value: object) -> Payload:
    return value if isinstance(value, Mapping) else {}


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_rich_text(blocks: Sequence[Any]) -> bool:
    return all(_mapping(block).get("type") == "rich_text" for block in blocks)


def _sound(text: str) -> str:
    """Replace halves of characters, which no network or store can carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
