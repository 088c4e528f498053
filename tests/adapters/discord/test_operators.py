"""Of the operators' channels Discord takes the ids; one that it cannot use is told of."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, cast

import pytest

from adapters.discord.closed import Closed
from adapters.discord.operators import channels, trouble

ID = "112233445566778899"


@pytest.mark.parametrize(
    ("named", "taken"),
    [
        ((), ()),
        ((ID,), (ID,)),
        (("C0123456789", ID, "ops"), (ID,)),
        (("ops", "C0123456789", "2024"), ()),
    ],
)
def test_ids_are_taken_and_what_is_another_platforms_is_left(
    named: Sequence[str], taken: Sequence[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert channels(named) == taken
    with caplog.at_level(logging.WARNING):
        Closed(cast(Any, None), cast(Any, None), cast(Any, None), named)
    wrong = bool(named) and not taken
    assert [record.getMessage() for record in caplog.records] == [trouble(named)] * wrong
    assert ("Discord" in trouble(named)) == wrong
