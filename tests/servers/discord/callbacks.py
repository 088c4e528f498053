"""The first response to an interaction: one, in three seconds, of a type that fits.

Source: discord-api-docs, developers/interactions/receiving-and-responding, "Responding to an
Interaction"; the codes are those of developers/topics/opcodes-and-status-codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import interactions_modals, mentions, posting
from .interactions_payloads import metadata
from .interactions_records import Callback, Interaction, InteractionKind, Modal
from .messages import build
from .payloads import message_payload
from .records import Message, MessageFlag, MessageKind
from .refusal import ApiError, Form, unknown
from .wire import Answer, Call

if TYPE_CHECKING:
    from .interactions_core import Interactions

MOST_CHOICES = 25
ANSWER_FLAGS = posting.SETTABLE | MessageFlag.EPHEMERAL
# The first answer and follow-ups notify users at most, and nobody by what they refer to.
FROM_INTERACTION: mentions.Allowed = {"parse": ["users"], "replied_user": False}

_FITS: dict[InteractionKind, frozenset[Callback]] = {
    InteractionKind.COMMAND: frozenset({Callback.MESSAGE, Callback.DEFER, Callback.MODAL}),
    InteractionKind.AUTOCOMPLETE: frozenset({Callback.CHOICES}),
    InteractionKind.COMPONENT: frozenset(Callback) - {Callback.PONG, Callback.CHOICES},
    InteractionKind.MODAL: frozenset({Callback.MESSAGE, Callback.DEFER}),
}
_OF_COMPONENTS = frozenset({Callback.DEFER_UPDATE, Callback.UPDATE})


def respond(world: Interactions, call: Call) -> Any:
    """Carry out `POST /interactions/{id}/{token}/callback`.

    Raises ApiError 404 10062 (unknown, or too late), 404 10003 (the place is gone), 400 40060
    (already acknowledged), 400 50035.
    """
    interaction = _find(world, call)
    response = _fitting(interaction, call.body.get("type"))
    data = call.body.get("data") or {}
    if not isinstance(data, dict):
        form = Form()
        form.wrong("data", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        form.settle()
    message = _CARRY_OUT[response](world, interaction, call, data)
    interaction.respond(response, world.clock.now())
    world.changed()
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return None
    return Answer(200, _told(world, interaction, response, message))


def _find(world: Interactions, call: Call) -> Interaction:
    interaction = world.interactions.get(call.params["interaction_token"])
    if interaction is None or interaction.id != call.params["interaction_id"]:
        raise unknown(10062)
    if interaction.response is not None:
        raise ApiError(400, 40060)
    if interaction.dead or world.clock.now() - interaction.at > world.ack_seconds:
        raise unknown(10062)
    if interaction.channel.id not in world.channels:
        raise unknown(10003)
    return interaction


def _fitting(interaction: Interaction, given: Any) -> Callback:
    fits = _FITS[interaction.kind]
    if interaction.kind == InteractionKind.MODAL and interaction.message is not None:
        fits |= _OF_COMPONENTS
    if isinstance(given, bool) or given not in set(fits):
        form = Form()
        listed = ", ".join(str(int(kind)) for kind in sorted(fits))
        form.wrong("type", "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
        form.settle()
    return Callback(given)


# -- one for each type ----------------------------------------------------------------------------


def draft_of(world: Interactions, call: Call, data: dict[str, Any], **how: Any) -> posting.Draft:
    """Read the message inside a callback; what is wrong with it is told under `data`."""
    try:
        return posting.read_draft(world, call, body=data, **how)
    except ApiError as error:
        if error.errors:
            raise ApiError(error.status, error.code, errors={"data": error.errors}) from None
        raise


def _message(
    world: Interactions, interaction: Interaction, call: Call, data: dict[str, Any]
) -> Message:
    draft = draft_of(world, call, data, settable=ANSWER_FLAGS)
    interaction.ephemeral = bool(draft.flags & MessageFlag.EPHEMERAL)
    message = build(world, interaction.channel, draft)
    return _publish_first(world, interaction, message, draft.allowed)


def _defer(
    world: Interactions, interaction: Interaction, call: Call, data: dict[str, Any]
) -> Message:
    """Leave "… is thinking" behind; only whether it is ephemeral can be said here."""
    flags = data.get("flags") or 0
    if not isinstance(flags, int) or flags & ~MessageFlag.EPHEMERAL:
        form = Form()
        form.wrong("data.flags", "BASE_TYPE_CHOICES", "Only EPHEMERAL may be set when deferring.")
        form.settle()
    interaction.ephemeral = bool(flags)
    draft = posting.Draft(flags=flags | MessageFlag.LOADING)
    message = build(world, interaction.channel, draft)
    return _publish_first(world, interaction, message, None)


def _publish_first(
    world: Interactions,
    interaction: Interaction,
    message: Message,
    allowed: mentions.Allowed | None,
) -> Message:
    if interaction.kind == InteractionKind.COMMAND:
        message_command = interaction.message_command
        message.type = (
            MessageKind.CONTEXT_MENU_COMMAND if message_command else MessageKind.CHAT_INPUT_COMMAND
        )
    elif interaction.message is not None and interaction.message.visible_to is None:
        refer(message, interaction.message, interaction)
    interaction.original = message
    return publish(world, interaction, message, allowed)


def refer(message: Message, target: Message, interaction: Interaction) -> None:
    """Let an answer refer to a message, as answers to components and follow-ups do."""
    message.type = MessageKind.REPLY
    message.reference = {"type": 0, "message_id": target.id, "channel_id": target.channel_id}
    if interaction.channel.guild_id is not None:
        message.reference["guild_id"] = interaction.channel.guild_id


def publish(
    world: Interactions,
    interaction: Interaction,
    message: Message,
    allowed: mentions.Allowed | None,
) -> Message:
    """Make a message an answer to an interaction and show it to whom it is for."""
    message.webhook_id = message.application_id = world.application.id
    message.interaction = metadata(world, interaction)
    if interaction.original not in (None, message):
        message.interaction["original_response_message_id"] = interaction.original.id
    if message.flags & MessageFlag.EPHEMERAL:
        message.visible_to = interaction.user_id
    world.publish(message, allowed, FROM_INTERACTION)
    return message


def _defer_update(
    world: Interactions, interaction: Interaction, call: Call, data: dict[str, Any]
) -> Message | None:
    return interaction.message


def _update(
    world: Interactions, interaction: Interaction, call: Call, data: dict[str, Any]
) -> Message:
    """Change the message whose component was used."""
    message = interaction.message
    if message is None or message.deleted:
        raise unknown(10008)
    draft = draft_of(world, call, data, settable=posting.EDITABLE, edited=message)
    revise(world, message, draft, call)
    return message


def revise(world: Interactions, message: Message, draft: posting.Draft, call: Call) -> None:
    """Change an answer; the first change of a loading one does not count as an edit."""
    changed = posting.apply(draft, message, call)
    if message.flags & MessageFlag.LOADING:
        message.flags &= ~MessageFlag.LOADING
    elif changed:
        message.edited_at = world.clock.now()
    parsed = bool({"content", "allowed_mentions", "components"} & draft.given)
    world.revise(message, draft.allowed, FROM_INTERACTION, mention=parsed)


def _choices(
    world: Interactions, interaction: Interaction, call: Call, data: dict[str, Any]
) -> None:
    choices, form = data.get("choices"), Form()
    if not isinstance(choices, list) or len(choices) > MOST_CHOICES:
        form.wrong(
            "data.choices", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_CHOICES} or fewer in length."
        )
        choices = []
    kind = _focused_type(interaction.payload["data"])
    for index, choice in enumerate(choices):
        _check_choice(form, f"data.choices.{index}", choice, kind)
    form.settle()
    interaction.choices = choices


def _focused_type(data: dict[str, Any]) -> int:
    for option in data.get("options", []):
        if option.get("focused"):
            return int(option["type"])
        if inner := _focused_type(option):
            return inner
    return 0


def _check_choice(form: Form, path: str, choice: Any, kind: int) -> None:
    if not isinstance(choice, dict):
        form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return
    form.length(f"{path}.name", choice.get("name"), 1, 100)
    value = choice.get("value")
    if kind == 3:
        form.length(f"{path}.value", value, 1, 100)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        form.wrong(f"{path}.value", "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')


def _modal(world: Interactions, interaction: Interaction, call: Call, data: dict[str, Any]) -> None:
    interactions_modals.check(data)
    interaction.modal = Modal(
        data["custom_id"], data["title"], list(data["components"]), interaction
    )


_CARRY_OUT = {
    Callback.MESSAGE: _message,
    Callback.DEFER: _defer,
    Callback.DEFER_UPDATE: _defer_update,
    Callback.UPDATE: _update,
    Callback.CHOICES: _choices,
    Callback.MODAL: _modal,
}


def _told(
    world: Interactions, interaction: Interaction, response: Callback, message: Message | None
) -> dict[str, Any]:
    """Return the Interaction Callback Response."""
    about: dict[str, Any] = {"id": interaction.id, "type": int(interaction.kind)}
    if message is not None:
        about |= {
            "response_message_id": message.id,
            "response_message_loading": bool(message.flags & MessageFlag.LOADING),
            "response_message_ephemeral": bool(message.flags & MessageFlag.EPHEMERAL),
        }
    resource: dict[str, Any] = {"type": int(response)}
    if message is not None and response in (Callback.MESSAGE, Callback.UPDATE):
        resource["message"] = message_payload(world, message)
    return {"interaction": about, "resource": resource}
