"""Slack's payloads to events: pure, nothing awaited. Nothing past this file reads a Slack key.

People are named by id here; their names are looked up later, so that no acknowledgement waits.
Source of the shapes: https://docs.slack.dev/reference/events/message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

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

LONGEST = 40_000
"""Characters of a message: what Slack itself stores."""

_KINDS: dict[str, PlaceKind] = {"im": "direct", "mpim": "group", "group": "private"}


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is in a workspace."""

    user: str
    bot: str
    team: str


def translate(
    event: Payload, me: Self, team: str, follow_ups: bool = True
) -> Message | Edit | Delete | None:
    """Return what a Slack event means for the bot, None for nothing."""
    kind, subtype = event.get("type"), event.get("subtype") or ""
    if kind == "app_mention":
        return _spoken(event, event, me, team, follow_ups)
    if kind != "message":
        return None
    if subtype == "message_changed":
        return _changed(event, me, team)
    if subtype == "message_deleted":
        before = event.get("previous_message") or {}
        target = str(event.get("deleted_ts") or "")
        return Delete(target, _thread(event, before, team, target)) if target else None
    if subtype in SPOKEN:
        return _spoken(event, event, me, team, follow_ups)
    return None


def _spoken(
    event: Payload, message: Payload, me: Self, team: str, follow_ups: bool
) -> Message | None:
    ts, channel = str(message.get("ts") or ""), str(event.get("channel") or "")
    author = str(message.get("user") or message.get("bot_id") or "")
    if not (ts and channel and author) or is_own(message, me):
        return None
    mentioned = event.get("type") == "app_mention"
    text, mentions = read_text(message)
    relevance = _relevance(event, message, me, mentioned, follow_ups)
    if relevance is None:
        return None
    direct = event.get("channel_type") == "im"
    thread_ts = str(message.get("thread_ts") or "")
    return Message(
        id=ts,
        thread=ThreadRef("slack", team, channel, thread_ts or ("" if direct else ts)),
        author=Author(author, "", is_bot=bool(message.get("bot_id"))),
        text=without_mention(text, me.user),
        at=microseconds(ts),
        relevance=relevance,
        attachments=files(message),
        # An app_mention carries no files; its twin, if one comes, does.
        attachments_known=not mentioned or bool(message.get("files")),
        starts_thread=not thread_ts or thread_ts == ts,
        mentions=tuple(id for id in mentions if id != me.user),
        place=Place(kind=_KINDS.get(str(event.get("channel_type") or ""), "channel")),
    )


def _relevance(
    event: Payload, message: Payload, me: Self, mentioned: bool, follow_ups: bool
) -> Relevance | None:
    """Tell for whom a message is meant; None when it cannot concern the bot."""
    text = str(message.get("text") or "")
    if message.get("bot_id"):
        # What other bots say is context; answering it could go round for ever.
        return Relevance.OVERHEARD if message.get("thread_ts") else None
    if mentioned or f"<@{me.user}>" in text or f"<@{me.user}|" in text:
        return Relevance.DIRECT
    if event.get("channel_type") == "im":
        return Relevance.DIRECT
    if not message.get("thread_ts") or message.get("thread_ts") == message.get("ts"):
        return None  # a new message in a channel that does not name the bot
    to_another = re.match(r"\s*<@[UW][A-Z0-9]+(\|[^>]*)?>", text)
    return Relevance.OVERHEARD if to_another or not follow_ups else Relevance.IF_JOINED


def _changed(event: Payload, me: Self, team: str) -> Edit | Delete | None:
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    target = str(message.get("ts") or "")
    if not target or is_own(message, me):
        return None
    thread = _thread(event, message, team, target)
    if message.get("subtype") == "tombstone":  # a deleted message that has replies
        return Delete(target, thread)
    edited = message.get("edited") or {}
    # An unfurled link or a new reply also changes a message; nobody edited it.
    if not edited or edited == before.get("edited"):
        return None
    text, _ = read_text(message)
    at = microseconds(str(edited.get("ts") or event.get("event_ts") or "0"))
    return Edit(target, thread, without_mention(text, me.user), at, files(message))


def earlier(message: Payload, thread: ThreadRef, me: Self) -> Message | None:
    """Translate a message that was read back from a thread's history."""
    ts = str(message.get("ts") or "")
    if not ts or (message.get("subtype") or "") not in SPOKEN:
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
    """List a message's files. An external one has no address: it is somebody else's host."""
    found = []
    for file in message.get("files") or ():
        if not isinstance(file, Mapping) or not file.get("id") or file.get("mode") == "tombstone":
            continue
        external = bool(file.get("is_external")) or file.get("mode") == "external"
        url = "" if external else file.get("url_private_download") or file.get("url_private") or ""
        found.append(
            Attachment(
                id=str(file["id"]),
                name=_sound(str(file.get("name") or file.get("title") or "file"))[:200],
                media_type=str(file.get("mimetype") or ""),
                size=int(file.get("size") or 0),
                url="external:" if external else str(url),
            )
        )
    return tuple(found)


def microseconds(ts: str) -> int:
    """Read Slack's time (`seconds.micros`) as microseconds."""
    seconds, _, micros = ts.partition(".")
    if not seconds.isdigit():
        return 0
    return int(seconds) * 1_000_000 + int((micros if micros.isdigit() else "0").ljust(6, "0")[:6])


def without_mention(text: str, user: str) -> str:
    """Take the bot's own mention from the beginning; elsewhere it reads like any other."""
    return re.sub(rf"^\s*@{re.escape(user)}[:,]?\s*", "", text).replace(f"@{user}", "@Parley")


def _thread(event: Payload, message: Payload, team: str, target: str) -> ThreadRef:
    channel = str(event.get("channel") or "")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    thread_ts = str(message.get("thread_ts") or "")
    return ThreadRef("slack", team, channel, thread_ts or ("" if direct else target))


def _is_rich_text(blocks: Sequence[Any]) -> bool:
    return all(isinstance(b, Mapping) and b.get("type") == "rich_text" for b in blocks)


def _sound(text: str) -> str:
    """Replace halves of characters, which no network or store can carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
