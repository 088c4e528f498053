"""Slack's payloads to events: pure, nothing awaited. Nothing past this file reads a Slack key.

People are named by id here; their names are looked up later, so that no acknowledgement waits.
Source of the shapes: https://docs.slack.dev/reference/events/message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.common.payloads import items, mapping, sound, string
from adapters.slack.attached import files, transcripts
from adapters.slack.text.beneath import forwarded, from_attachments
from adapters.slack.text.pieces import Names
from adapters.slack.text.reading import from_blocks, from_mrkdwn
from bot.events import (
    Author,
    Delete,
    Edit,
    Message,
    Place,
    PlaceKind,
    Relevance,
    ThreadRef,
)

Payload: TypeAlias = Mapping[str, Any]

SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message", "bot_message"})
"""Subtypes of messages in which somebody says something; all others are notices."""

LONGEST = 40_000
"""Characters of a message: what Slack itself stores."""

Heard: TypeAlias = Message | Edit | Delete

_KINDS: dict[str, PlaceKind] = {"im": "direct", "mpim": "group", "group": "private"}
_TO_OTHERS = re.compile(r"\s*<(@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+)(\|[^>]*)?>")
_LABEL = re.compile(r"<(?:#|!subteam\^)([A-Z0-9]+)\|([^<>]+)>")
_SLACKBOT = "USLACKBOT"


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
        before = mapping(event.get("previous_message"))
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
        thread=ThreadRef("slack", team, channel, _thread_of(message)),
        author=Author(author, _bot_name(message), is_bot=_is_bot(message)),
        text=without_mention(text, me.user),
        at=microseconds(ts),
        relevance=relevance,
        attachments=attached,
        # An app_mention carries no files; its twin, if one comes, does. A file from another
        # organisation comes as its id alone.
        attachments_known=all(file.url for file in attached) and bool(attached or not mentioned),
        starts_thread=not thread_ts or thread_ts == ts,
        mentions=_others(mentions, me),
        place=Place(kind=_KINDS.get(str(message.get("channel_type") or ""), "channel")),
    )
    return (spoken,)


def _relevance(message: Payload, me: Self, mentioned: bool, follow_ups: bool) -> Relevance | None:
    """Tell for whom a message is meant; None when it cannot concern the bot."""
    text = str(message.get("text") or "")
    if _is_bot(message):
        # What other bots say is context, also where they name this one: two bots that answer each
        # other's mentions go round for ever, and nobody can tell a helpful bot from such a one.
        return Relevance.OVERHEARD if message.get("thread_ts") else None
    named = f"<@{me.user}>" in text or f"<@{me.user}|" in text
    if mentioned or named or _is_direct(message):
        return Relevance.DIRECT
    if not message.get("thread_ts") or message.get("thread_ts") == message.get("ts"):
        return None  # a new message in a channel that does not name the bot
    return Relevance.OVERHEARD if _TO_OTHERS.match(text) or not follow_ups else Relevance.IF_JOINED


def _changed(event: Payload, me: Self, team: str) -> tuple[Edit | Delete, ...]:
    message = mapping(event.get("message"))
    before = mapping(event.get("previous_message"))
    target = str(message.get("ts") or "")
    if not target or is_own(message, me):
        return ()
    threads = _threads(event, message, team, target)
    if message.get("subtype") == "tombstone":  # a deleted message that has replies
        return tuple(Delete(target, thread) for thread in threads)
    edited = mapping(message.get("edited"))
    # A preview or a new reply also changes a message; nobody edited it. Slack tells when somebody
    # did in whole seconds, so the same time may still be another edit. What a link to a message
    # says comes later too, and is worth as much as an edit.
    same = all(message.get(key) == before.get(key) for key in ("edited", "text", "blocks", "files"))
    if (same or not edited) and forwarded(message) == forwarded(before):
        return ()
    # The event's own time orders two edits within one second.
    at = microseconds(str(event.get("event_ts") or edited.get("ts") or ""))
    text, mentions = read_text(message)
    text, mentions = without_mention(text, me.user), _others(mentions, me)
    meant = any(
        _relevance({**one, "channel_type": event.get("channel_type")}, me, False, True)
        is Relevance.DIRECT
        for one in (message, before)
    )
    return tuple(
        Edit(target, thread, text, at, files(message), mentions, is_direct=meant)
        for thread in threads
    )


def earlier(message: Payload, thread: ThreadRef, me: Self) -> Message | None:
    """Translate a message that was read back from a thread's history."""
    ts = str(message.get("ts") or "")
    if not ts or str(message.get("subtype") or "") not in SPOKEN:
        return None
    own = is_own(message, me)
    # Of its own messages the text holds everything, the blocks buttons too.
    text, mentions = read_text({"text": message.get("text")} if own else message)
    author = str(message.get("user") or message.get("bot_id") or "")
    return Message(
        id=ts,
        thread=thread,
        author=Author(
            "self" if own else author,
            "" if own else _bot_name(message),
            is_bot=own or _is_bot(message),
        ),
        text=text,
        at=microseconds(ts),
        relevance=Relevance.OVERHEARD,
        attachments=files(message),
        mentions=mentions,
    )


def is_own(message: Payload, me: Self) -> bool:
    """Tell whether the bot itself wrote a message."""
    return message.get("user") == me.user or (bool(me.bot) and message.get("bot_id") == me.bot)


def read_text(message: Payload) -> tuple[str, tuple[str, ...]]:
    """Return what a message says as Markdown, with all that hangs beneath it, and the ids that it
    names."""
    named: dict[str, None] = {}
    text = string(message, "text")
    # Slack sends a group's or channel's name only there, and only where it may be known.
    labels: dict[str, str] = dict(_LABEL.findall(text))

    def names(kind: str, id: str) -> str | None:
        if kind != "user" and id in labels:
            return labels[id]
        named[id] = None
        return None

    parts = (_body(message, text, names), from_attachments(message, names), transcripts(message))
    return sound("\n".join(filter(None, parts)))[:LONGEST], tuple(named)


def _body(message: Payload, text: str, names: Names) -> str:
    """Read a message's own words: blocks keep code exactly where the text may not, and an app's
    text may say less than its blocks, or the same."""
    blocks = items(message, "blocks")
    shown = from_blocks(blocks, names)
    if shown and all(mapping(block).get("type") == "rich_text" for block in blocks):
        return shown
    written = from_mrkdwn(text, names)
    said, more = _words(written), _words(shown)
    if more in said:
        return written
    return shown if said in more else f"{written}\n{shown}"


def _words(text: str) -> str:
    """Return what two ways of writing the same have in common."""
    return "".join(character for character in text.casefold() if character.isalnum())


def microseconds(ts: str) -> int:
    """Read Slack's time (`seconds.micros`) as microseconds."""
    seconds, _, micros = ts.partition(".")
    if not seconds.isdigit():
        return 0
    return int(seconds) * 1_000_000 + int((micros if micros.isdigit() else "0").ljust(6, "0")[:6])


def timestamp(at: int) -> str:
    """Write microseconds as Slack's time."""
    return f"{at // 1_000_000}.{at % 1_000_000:06d}"


def without_mention(text: str, user: str) -> str:
    """Take the bot's own mention from the beginning; elsewhere it reads like any other."""
    return re.sub(rf"^\s*@{re.escape(user)}[:,]?\s*", "", text).replace(f"@{user}", "@Parley")


def _thread_of(message: Payload) -> str:
    """Name the thread that a message stands in: in a direct message a parent, too, stands beside
    the others."""
    ts, thread_ts = str(message.get("ts") or ""), str(message.get("thread_ts") or "")
    if _is_direct(message):
        return "" if thread_ts == ts else thread_ts
    return thread_ts or ts


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


def _is_bot(message: Payload) -> bool:
    """Tell whether a program wrote a message: an app, a workflow, a webhook or Slack itself."""
    marked = message.get("bot_id") or message.get("bot_profile")
    itself = message.get("user") == _SLACKBOT
    return bool(marked) or itself or message.get("subtype") == "bot_message"


def _bot_name(message: Payload) -> str:
    """Return the name under which a program wrote; people are looked up."""
    if not _is_bot(message):
        return ""
    profile = string(mapping(message.get("bot_profile")), "name")
    return sound(string(message, "username") or profile)[:80]


def _others(mentions: Sequence[str], me: Self) -> tuple[str, ...]:
    return tuple(id for id in mentions if id != me.user)


def _is_direct(event: Payload) -> bool:
    kind = event.get("channel_type")
    return kind == "im" or (not kind and str(event.get("channel") or "").startswith("D"))
