"""How a task is brought to its end by somebody who does not want its result.

Used by every room that starts tasks, in the bot and in the adapters.
"""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 0.5
"""How long a task that is insisted on has to hear a cancellation before it is told once more."""


async def ended(*tasks: asyncio.Future[Any] | None, insist: bool = False) -> None:
    """Cancel `tasks` and return when all are over, however they ended; None is one never begun.

    Told once, a task may take its time to clear up. With `insist` it is told until it ends: a
    library may swallow a cancellation or turn it into an error that the task survives (Python
    3.11's `wait_for`, with which the store's library sends, swallows one that comes while a write
    is being finished).
    """
    begun = [task for task in tasks if task is not None]
    for task in begun:
        task.cancel()
    while insist and (deaf := [task for task in begun if not task.done()]):
        await asyncio.wait(deaf, timeout=AGAIN_SECONDS)
        for task in deaf:
            task.cancel()
    await asyncio.gather(*begun, return_exceptions=True)
