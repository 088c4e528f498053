"""What `/parley …` does: answered at once by the listener, only for who typed it."""

from __future__ import annotations

from adapters.slack import render
from bot.errors import StoreUnavailable
from bot.events import Command, Reset
from bot.platform import Controlled, Sink
from bot.wording import say, span

COMMAND = "/parley"


_OWN_NAME = "@parley"
"""Stands for the bot while a text is rendered; Slack then shows whatever it is called there."""


async def answer(
    event: Reset | Command, sink: Sink, *, bot: str, locale: str, history_ttl: float
) -> str:
    """Act on a slash command and return what its author sees; `bot` is the bot's user id."""
    if isinstance(event, Reset):
        return render.to_mrkdwn(await _reset(event, sink, locale))
    if event.name == "help":
        remembered = span(history_ttl, locale)
        text = say("help", locale, mention=_OWN_NAME, command=COMMAND, remembered=remembered)
        shown = render.to_mrkdwn(text)
        return shown.replace(render.to_mrkdwn(_OWN_NAME), f"<@{bot}>")
    return render.to_mrkdwn(say("unknown_command", locale, command=COMMAND))


async def _reset(event: Reset, sink: Sink, locale: str) -> str:
    """Forget what is held here: in a channel the caller's part, in a direct message all of it."""
    try:
        done = [await sink.control(event)]
        if not event.whole_channel:  # and the threads under a direct message's messages
            done.append(await sink.control(Reset(event.thread, event.author, whole_channel=True)))
    except StoreUnavailable:
        return say("store_unavailable", locale)
    return say("reset_done" if Controlled.DONE in done else "reset_nothing", locale)
