"""For whom a message of Discord is meant: the bot, somebody else, or nobody in particular.

Pure. Called by inbound and by those who read messages back.
Source of the types: https://discord.com/developers/docs/resources/message#message-object-message-types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.common.payloads import Payload, mapping, objects
from adapters.discord import carried
from adapters.discord.payloads import id_of
from adapters.discord.places import Spot
from adapters.discord.words import Names
from bot.events import Relevance

DEFAULT, REPLY, STARTER = 0, 19, 21
"""Types of messages: what somebody writes, an answer to a message, and what stands for a thread's
first message inside of it. All the others are notices, or an app's answers to its commands."""

SPOKEN = frozenset({DEFAULT, REPLY})

_TO_OTHERS = re.compile(r"\s*(<@[!&]?\d+>|@everyone\b|@here\b)")


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is: its account, and the application behind it."""

    user: str
    app: str


@dataclass(frozen=True, slots=True)
class Ear:
    """How the bot listens. Without `reads_all`, the message content intent, only what names the bot
    and direct messages have content; `names` tells roles and channels."""

    me: Self
    follow_ups: bool = True
    reads_all: bool = True
    names: Names = lambda _, __: ""


def relevance_of(message: Payload, spot: Spot, ear: Ear) -> Relevance | None:
    """Tell for whom a message is meant; None when it cannot concern the bot."""
    named = is_named(message, spot, ear.me)
    if not (ear.reads_all or spot.is_direct or named):
        return None  # it comes without its words
    if is_bot(message):
        # What other bots say is context, also where they name this one: two bots that answer each
        # other's mentions go round for ever, and nobody can tell a helpful bot from such a one.
        return Relevance.OVERHEARD if spot.thread else None
    if spot.is_direct or named or answered(message, ear.me):
        return Relevance.DIRECT
    if not spot.thread:
        return None  # a new message in a channel that does not name the bot
    to_others = _is_to_others(message) or not ear.follow_ups
    return Relevance.OVERHEARD if to_others else Relevance.IF_JOINED


def is_named(message: Payload, spot: Spot, me: Self) -> bool:
    """Tell whether a message mentions the bot or its own role."""
    if any(id_of(user) == me.user for user in objects(message, "mentions")):
        return True
    roles = message.get("mention_roles")
    return bool(spot.role) and isinstance(roles, list) and spot.role in map(str, roles)


def _is_to_others(message: Payload) -> bool:
    """Tell whether a message that does not name the bot is for somebody else: it begins with their
    name, or answers their message. Who answers oneself goes on."""
    if _TO_OTHERS.match(str(message.get("content") or "")):
        return True
    other = id_of(mapping(mapping(referenced(message)).get("author")))
    return bool(other) and other != id_of(mapping(message.get("author")))


def is_own(message: Payload, me: Self) -> bool:
    """Tell whether the bot itself wrote a message: also as the answer to a command, which comes
    without a server even where it was written in one."""
    if id_of(mapping(message.get("author"))) == me.user:
        return True
    return bool(me.app) and me.app in (
        id_of(message, "application_id"),
        id_of(message, "webhook_id"),
    )


def answered(message: Payload, me: Self) -> str:
    """Return the id of the bot's own message that this one answers, empty for all others."""
    other = referenced(message)
    return id_of(other) if other and is_own(other, me) else ""


def refers_to(message: Payload) -> str:
    """Return the id of the message that this one answers, empty for none."""
    reference = mapping(message.get("message_reference"))
    if reference.get("type", 0) == carried.FORWARD or kind_of(message) != REPLY:
        return ""
    return id_of(reference, "message_id")


def referenced(message: Payload) -> Payload | None:
    """Return the message that this one answers, as far as Discord sends it along."""
    if not refers_to(message):
        return None
    return mapping(message.get("referenced_message")) or None


def kind_of(message: Payload) -> int:
    """Return a message's type, -1 for what is none."""
    found = message.get("type", DEFAULT)
    return found if isinstance(found, int) else -1


def is_bot(message: Payload) -> bool:
    """Tell whether a program wrote a message: an app, a webhook or Discord itself."""
    author = mapping(message.get("author"))
    return bool(author.get("bot") or author.get("system") or message.get("webhook_id"))
