"""The local Slack refuses what the reference forbids in buttons, menus, fields and dialogs."""

from __future__ import annotations

from typing import Any

import pytest

from . import blockkit
from .refusal import Refusal
from .surfaces import _modal

TEXT = {"type": "plain_text", "text": "x"}
LONG = {"type": "plain_text", "text": "x" * 76}
BUTTON = {"type": "button", "action_id": "a", "text": TEXT, "value": "v"}
OPTION = {"text": TEXT, "value": "1"}
MENU = {"type": "static_select", "action_id": "a", "options": [OPTION]}
FIELD = {"type": "plain_text_input", "action_id": "a"}


def _asked(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": "b", "label": TEXT, "element": element}


@pytest.mark.parametrize(
    "element",
    [
        BUTTON | {"text": LONG},
        BUTTON | {"value": "v" * 2_001},
        BUTTON | {"action_id": "a" * 256},
        BUTTON | {"style": "loud"},
        BUTTON | {"emoji": "x"},
        BUTTON | {"confirm": {"title": TEXT}},
        BUTTON | {"text": {"type": "mrkdwn", "text": "x"}},
        MENU | {"options": []},
        MENU | {"options": [OPTION] * 101},
        MENU | {"options": [OPTION, OPTION]},
        MENU | {"options": [{"text": LONG, "value": "1"}]},
        MENU | {"options": [{"text": TEXT, "value": "1" * 151}]},
        MENU | {"initial_option": {"text": TEXT, "value": "2"}},
        MENU
        | {"type": "radio_buttons", "options": [OPTION | {"value": str(n)} for n in range(11)]},
    ],
)
def test_what_slack_refuses_in_a_row_of_buttons(element: dict[str, Any]) -> None:
    blockkit.check_message([{"type": "actions", "elements": [dict(BUTTON)]}])
    with pytest.raises(Refusal):
        blockkit.check_message([{"type": "actions", "elements": [dict(element)]}])


@pytest.mark.parametrize(
    "element",
    [
        BUTTON,
        FIELD | {"max_length": 3_001},
        FIELD | {"max_length": 0},
        FIELD | {"initial_value": "four", "max_length": 3},
        FIELD | {"placeholder": {"type": "plain_text", "text": "x" * 151}},
        FIELD | {"rows": 4},
    ],
)
def test_what_slack_refuses_as_a_field_of_a_dialog(element: dict[str, Any]) -> None:
    blockkit.check_view([_asked(dict(FIELD)), _asked(dict(MENU)) | {"block_id": "c"}])
    with pytest.raises(Refusal):
        blockkit.check_view([_asked(dict(element))])


@pytest.mark.parametrize(
    "changes",
    [
        {"private_metadata": "x" * 3_001},
        {"callback_id": "x" * 256},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"submit": {"type": "plain_text", "text": "x" * 25}},
        {"color": "red"},
    ],
)
def test_what_slack_refuses_as_a_dialog(changes: dict[str, Any]) -> None:
    view = {"type": "modal", "title": TEXT, "submit": TEXT, "blocks": [_asked(dict(FIELD))]}
    _modal(dict(view))
    with pytest.raises(Refusal):
        _modal(view | changes)


def test_thumbs_stand_in_messages_only() -> None:
    side = {"text": TEXT, "value": "v"}
    thumbs = {"type": "feedback_buttons", "positive_button": side, "negative_button": side}
    block = {"type": "context_actions", "elements": [thumbs]}
    blockkit.check_message([dict(block)])
    with pytest.raises(Refusal):
        blockkit.check_view([dict(block)])
