"""The files of a Slack message: what each is and where it can be had. Pure; called by inbound.

Source: https://docs.slack.dev/reference/objects/file-object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from adapters.common.payloads import mapping, objects, sound, string
from adapters.slack.text.beneath import forwarded
from bot.events import Attachment

Payload: TypeAlias = Mapping[str, Any]

EXTERNAL = "external:"
"""The address of a file that Slack does not hold for us: nobody is asked for it."""

CANVAS = "application/vnd.slack-docs"
"""The type of canvases and posts, which Slack hands out as HTML."""

_ELSEWHERE = frozenset({"external", "hidden_by_limit"})
"""Modes of files on somebody else's host, and of those that a workspace's plan hides."""


def files(message: Payload) -> tuple[Attachment, ...]:
    """List a message's files, and those of messages that it forwards. One shared from another
    organisation has no address yet."""
    found = (_file(file) for file in _listed(message))
    return tuple({file.id: file for file in found if file is not None}.values())


def transcripts(message: Payload) -> str:
    """Return what Slack understood of voice and video clips, as far as it says it at once."""
    lines = []
    for file in _listed(message):
        words = string(mapping(mapping(file.get("transcription")).get("preview")), "content")
        if words:
            lines.append(f"(Slack's transcript of {_name(file)}: {words})")
    return "\n".join(lines)


def _listed(message: Payload) -> Iterator[Payload]:
    for holder in (message, *forwarded(message)):
        yield from objects(holder, "files")


def _file(file: Payload) -> Attachment | None:
    if not file.get("id") or file.get("mode") == "tombstone":
        return None
    elsewhere = bool(file.get("is_external")) or file.get("mode") in _ELSEWHERE
    url = string(file, "url_private_download") or string(file, "url_private")
    size = file.get("size")
    return Attachment(
        id=str(file["id"]),
        name=_name(file),
        media_type=string(file, "mimetype"),
        size=size if isinstance(size, int) and size > 0 else 0,
        url=EXTERNAL if elsewhere else url,
    )


def _name(file: Payload) -> str:
    # A canvas is called by its title; its name is made from that.
    if file.get("mimetype") == CANVAS and (title := string(file, "title")):
        return sound(title)[:200]
    return sound(string(file, "name") or string(file, "title") or "file")[:200]
