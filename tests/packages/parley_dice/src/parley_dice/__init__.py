"""Dice and coins for a bot: the smallest package that adds tools of its own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from bot.tools import AskAgain, ToolContext, ToolOutput, tool


async def roll(
    ctx: ToolContext,
    dice: Annotated[int, "How many dice."] = 1,
    sides: Annotated[int, "Sides of each die."] = 6,
) -> ToolOutput:
    """Roll dice and tell what each of them shows."""
    if not (1 <= dice <= 100 and 2 <= sides <= 1000):
        raise AskAgain("Between 1 and 100 dice with 2 to 1000 sides can be rolled.")
    shown = [random.randint(1, sides) for _ in range(dice)]
    text = f"{ctx.author.name} rolled {', '.join(map(str, shown))}: {sum(shown)} in all."
    return ToolOutput(text=text, summary=f"{sum(shown)}")


@tool(title={"en": "Flipping a coin…", "zh-CN": "正在抛硬币…", "zh-TW": "正在擲硬幣…"})
def flip() -> str:
    """Flip a coin."""
    return random.choice(["Heads.", "Tails."])


def coins() -> Iterator[Callable[..., Any]]:
    """Offer what this package has beside dice."""
    yield flip
