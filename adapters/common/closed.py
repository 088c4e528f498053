"""Places in which the bot may not write: who is told of one that refused a reply, and how often.

How a person and an operator are reached, the platform knows. Called by each `closed`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import ParleyError
from bot.platform import Batch

_log = logging.getLogger(__name__)

ONCE_SECONDS = 24 * 3600
"""A person is told once of a reply, whoever tries it again."""

OPERATOR_SECONDS = 3600
"""An operator is told once in so long of a place and a reason."""

MOST_TOLD = 5
"""People of one batch who get a message; more hardly ask at once."""


async def tell_of_it(
    batch: Batch,
    person: Callable[[str], Awaitable[None]],
    operators: Sequence[str],
    operator: Callable[[str], Awaitable[None]],
) -> None:
    """Tell each who asked, and each channel of the `operators`. Raises nothing: the turn ends in
    any case, with its line in the log."""
    people = {event.author.id for event in batch.events if not event.author.is_bot}
    for one in sorted(people)[:MOST_TOLD]:
        try:
            await person(one)
        except ParleyError as failed:
            _log.warning("who asked was not told either: %s", failed)
    for channel in operators:
        try:
            await operator(channel)
        except ParleyError as failed:
            _log.warning("the operator was not told: %s", failed)
