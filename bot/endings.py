"""How a reply ends besides its answer: the sentence for each failure, and honest notes about what
could not be read or done.

Pure; `bot.conversations` puts them behind the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import excerpts
from bot.allowances import Admission
from bot.asking import EmptyAnswer, Silent
from bot.engine import Answer
from bot.errors import ContextTooLong, ModelError, ModelRefused, ModelRejected, ModelTemporary
from bot.events import Regenerate, TurnEvent
from bot.prompt import Asked
from bot.wording import say, span

NO_HINT = 60.0
"""Seconds after which to ask a busy service again that does not say."""


def sentence(error: ModelError, locale: str, *, partial: bool) -> tuple[str, str]:
    """Choose the sentence for a model's fault: (code, text). `partial`: some text is visible."""
    code = _code(error)
    if code == "model_busy":
        wait = getattr(error, "retry_after", None) or NO_HINT
        return code, say("model_busy", locale, wait=span(wait, locale))
    if partial and code in ("model_unreachable", "model_silent"):
        return code, say("broke_off", locale)
    return code, say(code, locale)


def notes(
    answer: Answer, locale: str, *, asked: Sequence[Asked], cut: Sequence[int], overflow: int
) -> Iterator[str]:
    """Yield what people have to know besides the answer."""
    if answer.limit == "length":
        yield say("length_reached", locale)
    if answer.limit == "rounds":
        yield say("rounds_exhausted", locale)
    for one in asked:
        yield from excerpts.file_notes(one.excerpts, locale)
    if cut:
        yield say("message_cut", locale)
    if overflow:
        yield say("too_much_at_once", locale, count=overflow)


def hidden(events: Sequence[TurnEvent], locale: str) -> Iterator[str]:
    """Yield what people have to know of the secrets that they wrote."""
    written = (e.hidden for e in events if not isinstance(e, Regenerate))
    kinds = dict.fromkeys(kind.replace("_", " ") for each in written for kind in each)
    if kinds:
        yield say("secret_hidden", locale, kinds=", ".join(kinds))


def refusals(admission: Admission, events: Sequence[TurnEvent]) -> Iterator[str]:
    """Yield why some of a batch's people are not answered, by name."""
    names = {event.author.id: event.author.name for event in events}
    for id, refusal in admission.refused.items():
        name = excerpts.inert(names.get(id, ""))
        yield f"{name}: {refusal.text}" if name else refusal.text


def _code(error: ModelError) -> str:
    match error:
        case Silent():
            return "model_silent"
        case EmptyAnswer():
            return "no_answer"
        case ModelTemporary(busy=True):
            return "model_busy"
        case ModelRejected():
            return "model_rejected"
        case ModelRefused():
            return "model_refused"
        case ContextTooLong():
            return "context_too_long"
    return "model_unreachable"
