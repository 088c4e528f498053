"""Files that come with a message, and which of its files an edit keeps.

discord.com/developers/docs/reference#uploading-files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import limits
from .payloads import guessed_type
from .records import Attachment, Message
from .refusal import ApiError, Form

if TYPE_CHECKING:
    from .wire import Call, Upload
    from .world import World


def read(
    world: World, call: Call, body: dict[str, Any], edited: Message | None
) -> list[Attachment]:
    """Return the attachments that a message has afterwards.

    Raises ApiError 413 40005 for a file above 10 MiB, 400 50035 for too many or unknown ones.
    """
    if any(len(upload.data) > limits.FILE_BYTES for upload in call.files):
        raise ApiError(413, 40005)
    form = Form()
    told = _told(form, body.get("attachments"))
    form.settle()
    kept = {a.id: a for a in edited.attachments} if edited else {}
    uploads = {str(upload.index): upload for upload in call.files}
    found = list(kept.values()) if told is None else []
    for number, one in enumerate(told or ()):
        name = str(one.get("id", number))
        if name in uploads:
            found.append(_new(world, uploads.pop(name), one))
        elif name in kept:
            found.append(kept[name])
        else:
            message = "The attachment was not found among the uploaded files"
            form.wrong(f"attachments.{number}.id", "ATTACHMENT_NOT_FOUND", message)
    found += [_new(world, upload, {}) for upload in uploads.values()]
    if len(found) > limits.FILES:
        message = f"Must be {limits.FILES} or fewer in length."
        form.wrong("attachments", "BASE_TYPE_MAX_LENGTH", message)
    form.settle()
    return found


def _told(form: Form, given: Any) -> list[dict[str, Any]] | None:
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        form.wrong("attachments", "LIST_TYPE_CONVERT", "Only lists of attachments may be used.")
        return None
    for number, one in enumerate(given):
        if one.get("description") is not None:
            form.length(f"attachments.{number}.description", one["description"], 0, 1_024)
    return given


def _new(world: World, upload: Upload, told: dict[str, Any]) -> Attachment:
    filename = str(told.get("filename") or upload.filename)
    return Attachment(
        world.snowflakes.new(),
        filename,
        upload.data,
        guessed_type(filename),
        told.get("description"),
    )
