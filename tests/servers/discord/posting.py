"""What a message body may say: read, checked and refused as Discord does.

Used by messages in channels and by interaction answers.
discord.com/developers/docs/resources/message
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import components, embeds, limits, uploads
from .records import Attachment, Message, MessageFlag
from .refusal import ApiError, Form, invalid
from .snowflakes import is_snowflake

if TYPE_CHECKING:
    from .wire import Call
    from .world import World

SETTABLE = int(
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.VOICE_MESSAGE
    | MessageFlag.COMPONENTS_V2
)
EDITABLE = int(MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2)
_PARSED = ("users", "roles", "everyone")


@dataclass
class Draft:
    """A checked message body; `given` names the fields that it had."""

    content: str = ""
    flags: int = 0
    tts: bool = False
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    allowed: dict[str, Any] | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False
    reference: dict[str, Any] | None = None
    given: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        return not (self.content or self.embeds or self.attachments or self.components)


def read_draft(
    world: World,
    call: Call,
    *,
    body: dict[str, Any] | None = None,
    settable: int = SETTABLE,
    edited: Message | None = None,
) -> Draft:
    """Check a message body and its files.

    `body` is the message object when it is not the whole body (forum posts, interaction
    callbacks). `settable`: the flags that may be set here. `edited`: the message that is changed.
    Raises ApiError 400 50035, 400 50006 for an empty new message, 413 40005 for big files.
    """
    body = call.body if body is None else body
    form = Form()
    draft = Draft(given=frozenset(body))
    draft.flags = _flags(form, body, settable, edited)
    draft.content = _content(form, body)
    draft.tts = bool(body.get("tts"))
    draft.embeds = embeds.check(form, body.get("embeds"))
    v2 = bool(draft.flags & MessageFlag.COMPONENTS_V2)
    draft.components = components.check(form, body.get("components"), v2=v2)
    draft.allowed = _allowed_mentions(form, body.get("allowed_mentions"))
    draft.nonce = _nonce(form, body)
    draft.enforce_nonce = bool(body.get("enforce_nonce"))
    draft.reference = _reference(form, body.get("message_reference"))
    if v2:
        _check_v2(form, body)
    form.settle()
    if v2 and components.text_bytes(draft.components) > limits.V2_BYTES:
        raise ApiError(500, 0, "500: Internal Server Error")
    draft.attachments = uploads.read(world, call, body, edited)
    if edited is None and draft.empty:
        raise ApiError(400, 50006)
    return draft


def apply(draft: Draft, message: Message, call: Call) -> bool:
    """Change a message as a draft says; tell whether anything that people see has changed.

    Raises ApiError 400 50006 when nothing would be left.
    """
    before = (message.content, message.embeds, message.components, message.attachments)
    embeds_, components_, files = message.embeds, message.components, message.attachments
    content = draft.content if "content" in draft.given else message.content
    embeds_ = draft.embeds if "embeds" in draft.given else embeds_
    components_ = draft.components if "components" in draft.given else components_
    if "attachments" in draft.given or call.files:
        files = draft.attachments
    if not (content or embeds_ or components_ or files):
        raise ApiError(400, 50006)
    if draft.flags & MessageFlag.COMPONENTS_V2 and (content or embeds_):
        text = "The legacy fields must be emptied when IS_COMPONENTS_V2 is set"
        raise invalid("", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    message.content, message.embeds = content, embeds_
    message.components, message.attachments = components_, files
    if "flags" in draft.given:
        message.flags = message.flags & ~EDITABLE | draft.flags & EDITABLE
    return before != (content, embeds_, components_, files)


def _content(form: Form, body: dict[str, Any]) -> str:
    content = body.get("content")
    if content is None:
        return ""
    if isinstance(content, int | float) and not isinstance(content, bool):
        content = str(content)
    form.length("content", content, 0, limits.CONTENT)
    return content.strip() if isinstance(content, str) else ""


def _flags(form: Form, body: dict[str, Any], settable: int, edited: Message | None) -> int:
    present = edited.flags if edited else 0
    given = body.get("flags")
    if given is None:
        return present & (MessageFlag.COMPONENTS_V2 | settable) if edited else 0
    if not isinstance(given, int) or isinstance(given, bool):
        form.wrong("flags", "NUMBER_TYPE_COERCE", f'Value "{given}" is not int.')
        return present
    if present & MessageFlag.COMPONENTS_V2 and not given & MessageFlag.COMPONENTS_V2:
        message = "The IS_COMPONENTS_V2 flag cannot be removed"
        form.wrong("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", message)
    return given & settable


def _check_v2(form: Form, body: dict[str, Any]) -> None:
    for name in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(name):
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.wrong(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def _nonce(form: Form, body: dict[str, Any]) -> str | int | None:
    nonce = body.get("nonce")
    if nonce is None:
        if body.get("enforce_nonce"):
            form.wrong("nonce", "BASE_TYPE_REQUIRED", "This field is required")
        return None
    if isinstance(nonce, bool) or not isinstance(nonce, str | int):
        form.wrong("nonce", "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        return None
    form.length("nonce", str(nonce), 0, limits.NONCE)
    return nonce


def _allowed_mentions(form: Form, given: Any) -> dict[str, Any] | None:
    """Check an allowed mentions object; `parse` and the lists of ids exclude one another."""
    if given is None:
        return None
    if not isinstance(given, dict):
        message = "Only dictionaries may be used in a DictType"
        form.wrong("allowed_mentions", "DICT_TYPE_CONVERT", message)
        return None
    parse = given.get("parse") or []
    for number, kind in enumerate(parse if isinstance(parse, list) else [parse]):
        if kind not in _PARSED:
            message = f"Value must be one of {_PARSED}."
            form.wrong(f"allowed_mentions.parse.{number}", "BASE_TYPE_CHOICES", message)
    for name in ("users", "roles"):
        listed = given.get(name) or []
        if not isinstance(listed, list) or not all(is_snowflake(i) for i in listed):
            message = f'Value "{listed}" is not snowflake.'
            form.wrong(f"allowed_mentions.{name}", "NUMBER_TYPE_COERCE", message)
        elif len(listed) > 100:
            message = "Must be 100 or fewer in length."
            form.wrong(f"allowed_mentions.{name}", "BASE_TYPE_MAX_LENGTH", message)
        elif listed and name in parse:
            message = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            form.wrong("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return given


def _reference(form: Form, given: Any) -> dict[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        message = "Only dictionaries may be used in a DictType"
        form.wrong("message_reference", "DICT_TYPE_CONVERT", message)
        return None
    if not is_snowflake(given.get("message_id")):
        path = "message_reference.message_id"
        form.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
    if given.get("type", 0) != 0:
        path = "message_reference.type"
        form.wrong(path, "BASE_TYPE_CHOICES", "Value must be one of {0}.")  # no forwards here
    return given
