"""What `/parley …` does: answered at once by the listener, only for who typed it."""

from __future__ import annotations

from adapters.slack import render
from bot.events import Command, Reset
from bot.platform import Controlled, Sink
from bot.wording import say, span

COMMAND = "/parley"


async def answer(
    event: Reset | Command, sink: Sink, *, locale: str, mention: str, history_ttl: float
) -> str:
    """Act on a slash command and return the sentence that its author sees.

    Raises `StoreUnavailable` when a reset could not be stored.
    """
    if isinstance(event, Reset):
        done = await sink.control(event)
        return say("reset_done" if done is Controlled.DONE else "reset_nothing", locale)
    if event.name == "help":
        text = say(
            "help",
            locale,
            mention=mention,
            command=COMMAND,
            remembered=span(history_ttl, locale),
        )
        return render.to_mrkdwn(text)
    return render.to_mrkdwn(say("unknown_command", locale, command=COMMAND))
