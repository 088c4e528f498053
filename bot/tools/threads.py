"""Runs a plain function beside the event loop.

Not on the loop's own pool: a stranger's function that hangs must neither use that up nor hold the
program back at its end, so that each call has a daemon thread of its own.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


async def in_thread(function: Callable[[], _T]) -> _T:
    """Run `function` in a thread and return what it returns, or raise what it raises.

    Cancelling the wait leaves the thread behind: a thread cannot be ended from outside.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()
    context = contextvars.copy_context()

    def settle(act: Callable[[], None]) -> None:
        def unless_done() -> None:
            if not future.done():
                act()

        if not loop.is_closed():
            loop.call_soon_threadsafe(unless_done)

    def work() -> None:
        try:
            result = context.run(function)
        except StopIteration:  # a future refuses to carry it
            error: BaseException = RuntimeError("the tool raised StopIteration")
        except BaseException as raised:  # handed to whoever waits, whatever it is
            error = raised
        else:
            settle(lambda: future.set_result(result))
            return
        settle(lambda: future.set_exception(error))

    threading.Thread(target=work, name="tool", daemon=True).start()
    return await future
