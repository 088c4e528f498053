"""What hangs beneath a message: what somebody forwarded, and the older attachments of apps.

Pure; takes any shape and never raises. Called by inbound. Previews of links are left out: the link
itself stands in the text. Source: https://docs.slack.dev/legacy/legacy-messaging/; the shape of
forwarded messages is in slackapi/java-slack-sdk#1179.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.common.payloads import Payload, items, mapping, objects, string
from adapters.slack.text.pieces import Names, link, mention
from adapters.slack.text.reading import from_blocks, from_mrkdwn

MOST = 20
"""Attachments of one message that are read: Slack itself advises against more."""

_FORWARDED = ("is_share", "is_msg_unfurl", "is_reply_unfurl")


def forwarded(message: Payload) -> Sequence[Payload]:
    """List the messages that were forwarded with this one, or linked and shown beneath it."""
    return [one for one in _attachments(message) if _is_forwarded(one)]


def from_attachments(message: Payload, names: Names) -> str:
    """Return what hangs beneath a message as Markdown."""
    return "\n".join(filter(None, (_attachment(one, names) for one in _attachments(message))))


def _attachments(message: Payload) -> Sequence[Payload]:
    return objects(message, "attachments")[:MOST]


def _is_forwarded(attachment: Payload) -> bool:
    return any(attachment.get(key) is True for key in _FORWARDED)


def _attachment(attachment: Payload, names: Names) -> str:
    if _is_forwarded(attachment):
        return _quoted(attachment, names)
    if attachment.get("from_url") or attachment.get("original_url"):
        return ""  # a preview
    return "\n".join(filter(None, _lines(attachment, names))) or string(attachment, "fallback")


def _quoted(attachment: Payload, names: Names) -> str:
    blocks = [
        block
        for one in items(attachment, "message_blocks")
        for block in items(mapping(mapping(one).get("message")), "blocks")
    ] or items(attachment, "blocks")
    text = from_blocks(blocks, names) or from_mrkdwn(string(attachment, "text"), names)
    text = text or ("" if attachment.get("files") else string(attachment, "fallback"))
    quote = "> " + text.strip("\n").replace("\n", "\n> ") if text else ""
    return "\n".join(filter(None, (_source(attachment, names), quote)))


def _source(attachment: Payload, names: Names) -> str:
    """Say whose words these are, and from where."""
    author, name = string(attachment, "author_id"), string(attachment, "author_name")
    name = name or string(attachment, "author_subname")
    whose = mention("user", author, name, names) if author else name
    channel = string(attachment, "channel_id")
    where = ""
    if channel.startswith("D"):
        where = " in a direct message"
    elif channel:
        where = f" in {mention('channel', channel, string(attachment, 'channel_name'), names)}"
    return f"Forwarded{f' from {whose}' if whose else ''}{where}:"


def _lines(attachment: Payload, names: Names) -> Iterator[str]:
    yield from_mrkdwn(string(attachment, "pretext"), names)
    yield string(attachment, "author_name")
    title, target = (
        from_mrkdwn(string(attachment, "title"), names),
        string(attachment, "title_link"),
    )
    yield link(target, title) if target else title
    yield from_mrkdwn(string(attachment, "text"), names)
    for field in items(attachment, "fields"):
        name, value = string(mapping(field), "title"), string(mapping(field), "value")
        value = from_mrkdwn(value, names)
        yield f"{name}: {value}" if name else value
    yield from_blocks(items(attachment, "blocks"), names)
    yield from_mrkdwn(string(attachment, "footer"), names)
