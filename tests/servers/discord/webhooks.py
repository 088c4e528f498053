"""What an app may do with an interaction's token: follow-ups, and reading and changing answers.

Source: discord-api-docs, developers/interactions/receiving-and-responding, "Followup Messages".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import posting
from .callbacks import ANSWER_FLAGS, publish, refer, revise
from .interactions_records import USER_INSTALL_FOLLOW_UPS, Callback, Interaction
from .messages import build
from .payloads import message_payload
from .records import Message
from .refusal import ApiError, Form, unknown
from .wire import Call

if TYPE_CHECKING:
    from .interactions_core import Interactions

ORIGINAL = "@original"
_UNSUPPORTED = ("thread_id", "username", "avatar_url", "thread_name")
_ON_THE_COMPONENT = (Callback.DEFER_UPDATE, Callback.UPDATE)


def follow_up(world: Interactions, call: Call) -> Any:
    """Carry out `POST /webhooks/{application.id}/{token}`; waits always.

    Raises ApiError 404 10015 (unknown, or not acknowledged yet), 401 50027 (after fifteen
    minutes), 404 10003 (the place is gone), 400 40094 (the sixth where only the person installed
    the app).
    """
    interaction = _find(world, call)
    _refuse_unsupported(call)
    if interaction.response == Callback.DEFER and interaction.loading:
        # "This endpoint will function as Edit Original Interaction Response."
        assert interaction.original is not None  # loading says so
        return _edit(world, call, interaction.original)
    if interaction.only_for_user and len(interaction.follow_ups) >= USER_INSTALL_FOLLOW_UPS:
        raise ApiError(400, 40094)
    draft = posting.read_draft(world, call, settable=ANSWER_FLAGS)
    message = build(world, interaction.channel, draft)
    original = interaction.original
    if original is not None and original.visible_to is None:
        refer(message, original, interaction)
    interaction.follow_ups.append(message)
    publish(world, interaction, message, draft.allowed)
    return message_payload(world, message)


def _find(world: Interactions, call: Call) -> Interaction:
    interaction = world.interactions.get(call.params["webhook_token"])
    if call.params["webhook_id"] != world.application.id or interaction is None:
        raise unknown(10015)
    if interaction.response is None or interaction.response == Callback.CHOICES:
        raise unknown(10015)
    if world.expired(interaction):
        raise ApiError(401, 50027)
    if interaction.channel.id not in world.channels:
        raise unknown(10003)
    return interaction


def _refuse_unsupported(call: Call) -> None:
    form = Form()
    for name in _UNSUPPORTED:
        if name in call.query or call.body.get(name) is not None:
            form.wrong(name, "BASE_TYPE_UNSUPPORTED", "Not supported for interaction follow-ups.")
    form.settle()


def _target(world: Interactions, call: Call) -> Message:
    """Return the answer that is meant; raises ApiError 404 10008."""
    interaction, wanted = _find(world, call), call.params["message_id"]
    original = interaction.original
    if original is None and interaction.response in _ON_THE_COMPONENT:
        original = interaction.message
    answers = [original, *interaction.follow_ups]
    for message in answers:
        named = wanted == ORIGINAL and message is original
        if message is not None and not message.deleted and (named or message.id == wanted):
            return message
    raise unknown(10008)


def fetch(world: Interactions, call: Call) -> Any:
    """Carry out `GET …/messages/{id or @original}`."""
    return message_payload(world, _target(world, call))


def edit(world: Interactions, call: Call) -> Any:
    """Carry out `PATCH …/messages/{id or @original}`."""
    return _edit(world, call, _target(world, call))


def _edit(world: Interactions, call: Call, message: Message) -> Any:
    draft = posting.read_draft(world, call, settable=posting.EDITABLE, edited=message)
    revise(world, message, draft, call)
    return message_payload(world, message)


def delete(world: Interactions, call: Call) -> None:
    """Carry out `DELETE …/messages/{id or @original}`."""
    world.retract(_target(world, call))
