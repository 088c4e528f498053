"""Commands, dialogs and presses name their place alike, however little Slack tells of it."""

from __future__ import annotations

import pytest

from adapters.slack.commands import read as typed
from adapters.slack.places import place_of
from adapters.slack.surfaces.clicks import read as pressed

KINDS = {
    ("C1", "general"): ("channel", "general"),
    ("G1", "privategroup"): ("private", ""),
    ("D1", "directmessage"): ("direct", ""),
    ("D1", ""): ("direct", ""),
    ("G2", "mpdm-ana--bob-1"): ("group", "mpdm-ana--bob-1"),
}


@pytest.mark.parametrize("where", KINDS)
def test_the_kind_of_place_is_read_from_what_slack_calls_it(where: tuple[str, str]) -> None:
    place = place_of(*where)
    assert (place.kind, place.name) == KINDS[where]
    assert place_of(*where, {"url": "u"}).address == {"url": "u"}


@pytest.mark.parametrize("where", KINDS)
def test_a_command_and_a_press_are_in_the_same_place(where: tuple[str, str]) -> None:
    id, name = where
    command = typed({"channel_id": id, "channel_name": name, "user_id": "U1"}, "T1")
    press = pressed(
        {
            "user": {"id": "U1"},
            "channel": {"id": id, "name": name},
            "container": {"channel_id": id, "message_ts": "1.2"},
            "actions": [{}],
        },
        "T1",
    )
    assert command is not None
    assert press is not None
    assert command.place == press.place == place_of(id, name)
