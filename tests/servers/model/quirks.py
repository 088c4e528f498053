"""The catalogue of quirks that a Chat Completions client has to survive, by number.

    @pytest.mark.parametrize("quirk", ALL_QUIRKS, ids=str)
    async def test_the_client_survives(quirk, ...):
        server.play(quirk)  # the outcome to compare with is quirk.outcome

A stream has ended well when it brought a finish reason or `[DONE]`; with neither it was cut off.
"""

from __future__ import annotations

from . import quirk_calls, quirk_shapes
from .quirk_parts import Outcome, Quirk

__all__ = ["ALL_QUIRKS", "QUIRKS", "Outcome", "Quirk", "quirk"]

ALL_QUIRKS: tuple[Quirk, ...] = tuple(
    sorted(
        (
            *quirk_shapes.USAGE,
            *quirk_calls.IDS,
            *quirk_calls.INDEXES,
            *quirk_calls.FUNCTIONS,
            *quirk_shapes.FINISHES,
            *quirk_shapes.CONTENT,
            *quirk_shapes.REASONING,
            *quirk_shapes.ABILITIES,
            *quirk_shapes.FRAMING,
            *quirk_shapes.ERRORS,
            *quirk_calls.TEXTUAL,
            *quirk_shapes.UNSTREAMED,
        ),
        key=lambda each: each.number,  # a stable sort: the variants keep their order
    )
)
QUIRKS: dict[int, tuple[Quirk, ...]] = {
    number: tuple(each for each in ALL_QUIRKS if each.number == number)
    for number in sorted({each.number for each in ALL_QUIRKS})
}


def quirk(number: int, name: str | None = None) -> Quirk:
    """Return a quirk by its number: the first variant, or the one with this name."""
    for each in QUIRKS[number]:
        if name is None or each.name == name:
            return each
    raise KeyError(f"quirk {number} has no variant {name!r}: {[q.name for q in QUIRKS[number]]}")
