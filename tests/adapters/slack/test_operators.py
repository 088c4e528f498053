"""Of the operators' channels Slack takes ids and, at home, names; that none is usable is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, cast

import pytest

from adapters.slack.closed import Closed
from adapters.slack.operators import channels, trouble

DISCORDS = "112233445566778899"


@pytest.mark.parametrize(
    ("named", "home", "taken"),
    [
        ((), True, ()),
        (("C0123456789",), True, ("C0123456789",)),
        (("C0123456789",), False, ("C0123456789",)),
        (("ops", "2024", DISCORDS), True, ("#ops", "#2024")),
        (("ops",), False, ()),
        ((DISCORDS,), True, ()),
    ],
)
def test_ids_are_taken_and_names_where_only_one_workspace_can_be_meant(
    named: Sequence[str],
    home: bool,
    taken: Sequence[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert channels(named, home=home) == taken
    with caplog.at_level(logging.WARNING):
        Closed(cast(Any, None), cast(Any, None), named, cast(Any, object() if home else None))
    wrong = bool(named) and not taken
    told = trouble(named, home=home)
    assert [record.getMessage() for record in caplog.records] == [told] * wrong
    assert ("OPERATOR_CHANNEL" in told) == wrong
