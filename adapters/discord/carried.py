"""What a message carries beside its words: files, stickers, polls, embeds and forwarded messages.

Pure; takes any shape and never raises. Called by inbound. Previews of links are left out: the link
itself stands in the text. Source: https://discord.com/developers/docs/resources/message.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.common.payloads import Payload, mapping, number, objects, sound, string
from adapters.discord.payloads import id_of, shown_name
from bot.events import Attachment

VOICE = 1 << 13
"""The flag of a voice message."""

FORWARD = 1
"""The type of a reference that hands a message on."""

MOST = 10
"""Embeds and forwarded messages of one message that are read: what Discord allows."""


def files(message: Payload) -> tuple[Attachment, ...]:
    """List a message's files, and those of the messages that it hands on."""
    holders = (message, *snapshots(message))
    found = (_file(one) for holder in holders for one in objects(holder, "attachments"))
    return tuple({file.id: file for file in found if file is not None}.values())


def snapshots(message: Payload) -> tuple[Payload, ...]:
    """List the messages that a message hands on, as they were then."""
    return tuple(
        mapping(one.get("message")) for one in objects(message, "message_snapshots")[:MOST]
    )


def beneath(message: Payload) -> str:
    """Return what hangs beneath a message as Discord's text, except for what it hands on."""
    return "\n".join(filter(None, _lines(message)))


def source(message: Payload) -> str:
    """Say from where the messages are that this one hands on, as Discord's text."""
    channel = id_of(mapping(message.get("message_reference")), "channel_id")
    return f"Forwarded from <#{channel}>:" if channel else "Forwarded:"


def quoted(text: str) -> str:
    """Return text as a quotation."""
    return "> " + text.strip("\n").replace("\n", "\n> ") if text.strip() else ""


def _lines(message: Payload) -> Iterator[str]:
    if number(message, "flags") & VOICE:
        length = mapping(next(iter(objects(message, "attachments")), {})).get("duration_secs")
        seconds = f", {length:.0f} s" if isinstance(length, int | float) else ""
        yield f"[voice message{seconds}]"
    for sticker in objects(message, "sticker_items"):
        yield f"[sticker: {sound(string(sticker, 'name')) or 'unnamed'}]"
    if poll := mapping(message.get("poll")):
        yield _poll(poll)
    for embed in objects(message, "embeds")[:MOST]:
        yield _embed(embed)
    yield from _components(message, 0)


def _poll(poll: Payload) -> str:
    question = string(mapping(poll.get("question")), "text")
    counts = {
        count.get("id"): number(count, "count")
        for count in objects(mapping(poll.get("results")), "answer_counts")
    }
    lines = [f"[poll: {question}]"]
    for answer in objects(poll, "answers"):
        text = string(mapping(answer.get("poll_media")), "text")
        votes = counts.get(answer.get("answer_id"))
        lines.append(f"- {text}" + (f" ({votes})" if votes is not None else ""))
    return "\n".join(lines)


def _embed(embed: Payload) -> str:
    """Read what an app has laid out; what Discord made of a link says nothing that is not there."""
    if string(embed, "type") not in ("", "rich") or _is_preview(embed):
        return ""
    title, url = string(embed, "title"), string(embed, "url")
    parts = [
        string(mapping(embed.get("author")), "name"),
        f"[{title}]({url})" if title and url else title,
        string(embed, "description"),
        *(f"{string(one, 'name')}: {string(one, 'value')}" for one in objects(embed, "fields")),
        string(mapping(embed.get("footer")), "text"),
    ]
    return "\n".join(filter(None, parts))


def _is_preview(embed: Payload) -> bool:
    """Tell a preview of a rich kind (a post, an article): only those name who provides them."""
    return bool(mapping(embed.get("provider")))


def _components(holder: Payload, depth: int) -> Iterator[str]:
    """Yield the texts of a message that is laid out in components; buttons say nothing."""
    if depth > 4:  # deeper than Discord nests them
        return
    for component in objects(holder, "components"):
        if component.get("type") == 10:  # a text display
            yield string(component, "content")
        yield from _components(component, depth + 1)


def _file(file: Payload) -> Attachment | None:
    id = id_of(file)
    if not id:
        return None
    name = string(file, "title") or string(file, "filename")
    return Attachment(
        id=id,
        name=sound(_with_ending(name, string(file, "filename")) or "file")[:200],
        media_type=string(file, "content_type").partition(";")[0].strip(),
        size=number(file, "size"),
        url=string(file, "url"),
    )


def _with_ending(title: str, filename: str) -> str:
    """Return a file's title, which Discord keeps for names that it cannot store, with the ending
    that tells what the file is."""
    _, dot, ending = filename.rpartition(".")
    return title if not dot or title.endswith(f".{ending}") else f"{title}.{ending}"


def author_of(message: Payload) -> str:
    """Return the shown name of a message's author."""
    return shown_name(mapping(message.get("author")), mapping(message.get("member")))
