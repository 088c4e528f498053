"""What becomes of a turn that cannot be brought to its end: tried again, put off, apologised for,
or set aside for an operator. Called by the worker alone."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from bot.conversations import locale_of
from bot.errors import PlatformRejected, PlatformTemporary, StoreError
from bot.lease import Lease
from bot.logs import fields
from bot.platform import Batch, Platform
from bot.replies import Done, Failed, Final, Reply, TextDelta
from bot.wording import say

_log = logging.getLogger(__name__)

MOST_ATTEMPTS = 6
"""Attempts that ended in a crash or a bug before a batch is set aside."""

MOST_APOLOGIES = 2
"""How often the apology for those is tried: it may crash on what the answers crashed on."""

PATIENCE_SECONDS = 12 * 3600
"""How long a platform that fails, or refuses our token, is tried again: an outage may last hours,
and an operator sleeps."""


async def put_off(
    platform: Platform,
    batch: Batch,
    lease: Lease,
    error: Exception,
    retry_after: float | None = None,
) -> None:
    """Give the turn back until the platform may have recovered."""
    failing = (now_ms() - (lease.failing_since or now_ms())) / 1000
    if failing > PATIENCE_SECONDS:
        _log.error("set aside: %s", error, extra=fields(thread=lease.thread.key))
        return await lease.set_aside(str(error), now_ms())
    delay = max(retry_after or 0.0, backoff(lease.faults + 1))
    _log.warning(
        "%s fails, next try in %.0f s: %s",
        platform.name,
        delay,
        error,
        extra=fields(thread=lease.thread.key),
    )
    await lease.fault(now_ms())
    return await lease.release(delay, counted=False)


async def try_again(lease: Lease) -> None:
    """Give the turn back after a bug, which counts as an attempt."""
    await lease.release(backoff(lease.attempt), counted=True)


async def apologise(platform: Platform, batch: Batch, lease: Lease, reason: str) -> None:
    """Say so in the thread, then keep the batch for an operator."""
    text = say("interrupted_again", locale_of(batch.first))
    _log.error("set aside: %s", reason, extra=fields(thread=lease.thread.key))
    try:
        if lease.attempt <= MOST_ATTEMPTS + MOST_APOLOGIES:
            await show(platform, batch, lease, Failed(text, "set_aside", retryable=False))
    except (StoreError, PlatformTemporary):
        raise
    except Exception:
        # What cannot be answered may also break the apology; the batch must not stay for ever.
        _log.exception("the apology failed", extra=fields(thread=lease.thread.key))
    await lease.set_aside(reason, now_ms())


async def disown(platform: Platform, batch: Batch, lease: Lease, error: PlatformRejected) -> Failed:
    """Let a sentence of ours take the place of words that the platform does not take."""
    _log.error("words refused: %s", error, extra=fields(thread=lease.thread.key))
    final = Failed(say("words_refused", locale_of(batch.first)), "words_refused")
    await lease.answered(final)
    await show(platform, batch, lease, final)
    return final


async def show(platform: Platform, batch: Batch, lease: Lease, final: Final) -> None:
    """Deliver what needs no model."""
    async with aclosing(said(final)) as replies:
        await platform.deliver(batch, replies, lease)


async def said(final: Final, beside: Sequence[Reply] = ()) -> AsyncGenerator[Reply, None]:
    """Say again what was already decided, with what belongs to it; of files platforms put up only
    those that are not there yet."""
    text = final.text if isinstance(final, Done) else final.partial
    if text:
        yield TextDelta(text)
    for reply in beside:
        yield reply
    yield final


def backoff(tries: int) -> float:
    """Return the seconds until the next try after so many."""
    # Jitter needs no secrecy.
    return min(60.0, 2.0 ** min(tries - 1, 6)) * random.uniform(0.8, 1.2)  # noqa: S311


def now_ms() -> int:
    """Tell the time in ms, as the store counts it."""
    return int(time.time() * 1000)
