"""The model without a model: it calls the tools by rules, says plainly what it is, and never
pretends to converse. Used when no language model is configured.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from bot import tokens
from bot.models import offline_words as words
from bot.models.offline_calls import calls_for, tool_for
from bot.models.offline_reading import Kind, Wish, follow
from bot.models.port import (
    Assistant,
    Completion,
    ModelSpec,
    Piece,
    Request,
    Result,
    Said,
    System,
    TextPiece,
    Usage,
    User,
)
from bot.wording import Language

SPEC = ModelSpec("offline", context=32_768, max_output=8_192, offline=True)

PAUSE = 0.015
"""Seconds between two pieces: enough to see an answer grow."""
_MOST_PIECES = 100
"""So that no answer takes longer than 1.5 s."""
_PIECE = re.compile(r"\s*(?:[\u2e80-\u9fff\uff00-\uffef]{1,3}|\S+)|\s+")
_ENGINE_WORDS = re.compile(r"^(?:The tool failed|The call was not right): ")
"""How the engine begins a result that is none; people need only what follows."""
_TO_YOU = (
    (re.compile(r"\b(ahead of|behind) the asker\b"), r"\1 you"),
    (re.compile(r"^The asker \(", re.MULTILINE), "You ("),
    (re.compile("提问者|提問者"), "你"),
)
"""Tools speak to a model about the asker; here the asker is who reads it."""
_FACT = re.compile(r".{1,80}?(?:: |：)(?=\S)")
"""A line of the form "Berlin: 15:00"."""
_MOST_EARLIER = 20
"""Earlier messages in which a place is looked for."""


class Offline:
    """Answers by rules; see the module."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep

    @property
    def spec(self) -> ModelSpec:
        """Sizes that are never reached."""
        return SPEC

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Call tools for a question, then say what they returned."""
        talk = _Talk.of(request.messages)
        usage = Usage(sum(tokens.estimate(said.text) for said in request.messages), estimated=True)
        if not talk.results and request.tool_choice == "auto":
            calls = calls_for(talk.wishes(), request.tools)
            if calls:
                yield Completion("", calls, "calls", usage)
                return
        text = talk.answer() if talk.results else talk.introduction(request)
        for number, piece in enumerate(_pieces(text)):
            if number:
                await self._sleep(PAUSE)
            yield TextPiece(piece)
        usage += Usage(output=tokens.estimate(text), estimated=True)
        yield Completion(text, (), "stop", usage)

    async def warm(self) -> None:
        """Nothing has to be got ready."""

    async def close(self) -> None:
        """Nothing is open."""


class _Talk:
    """A conversation as rules see it: what is asked now, what tools said to it, what was before."""

    def __init__(
        self, asked: Sequence[str], results: Sequence[str], earlier: Sequence[Said], hint: str
    ) -> None:
        self.results = results
        self._asked = asked
        self._earlier = earlier
        self._language: Language = words.language_of(asked[-1] if asked else "", hint)

    @classmethod
    def of(cls, messages: Sequence[Said]) -> _Talk:
        """Split what was said: instructions, earlier turns, the question, its tool rounds."""
        said = [each for each in messages if not isinstance(each, System)]
        hint = "\n".join(each.text for each in messages if isinstance(each, System))
        end = len(said)
        while end and not isinstance(said[end - 1], User):
            end -= 1
        results = [each.text for each in said[end:] if isinstance(each, Result)]
        start = end
        while start and isinstance(said[start - 1], User):
            start -= 1
        return cls([each.text for each in said[start:end]], results, said[:start], hint)

    def wishes(self) -> tuple[Wish, ...]:
        """Return what is asked for: by the newest message, and by those that wait with it.

        Those count only when they plainly name a place: they may not have been for the bot.
        """
        if not self._asked:
            return ()
        before = self._before()
        newest = follow(self._asked[-1], before)
        waiting = [
            wish
            for text in self._asked[:-1]
            for wish in follow(text, ())
            if wish.places and all(_is_named(place) for place in wish.places)
        ]
        return tuple(dict.fromkeys((*waiting, *newest)))

    def answer(self) -> str:
        """Say what the tools returned."""
        told = [_told(result) for result in self.results]
        if not any(isinstance(said, Assistant) and said.text for said in self._earlier):
            told.append(f"_{words.WHAT_I_AM[self._language]}_")
        return "\n\n".join(dict.fromkeys(told))

    def introduction(self, request: Request) -> str:
        """Say what this is, and what it can do with the tools that are offered."""
        abilities: tuple[tuple[Kind, words.Words], ...] = (
            ("weather", words.WEATHER),
            ("time", words.TIME),
            ("review", words.REVIEW),
        )
        lines = [
            f"- {ability[self._language]}"
            for kind, ability in abilities
            if tool_for(kind, request.tools)
        ]
        can = words.I_CAN[self._language] if lines else words.NOTHING[self._language]
        return "\n".join((words.WHAT_I_AM[self._language], "", can, *lines)).strip()

    def _before(self) -> tuple[Wish, ...]:
        """Read the earlier questions, each on top of those before; the last one counts."""
        wishes: tuple[Wish, ...] = ()
        for said in self._earlier[-_MOST_EARLIER:]:
            if isinstance(said, User):
                wishes = follow(said.text, wishes) or wishes
        return wishes


def _is_named(place: str) -> bool:
    return place[0].isupper() or not place[0].isascii()


def _told(result: str) -> str:
    """Lay a tool's result out for people: a heading, a bullet for each fact, notes apart."""
    text = _ENGINE_WORDS.sub("", result).strip()
    for form, instead in _TO_YOU:
        text = form.sub(instead, text)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return "\n".join(lines)
    shown: list[str] = []
    for line in lines:
        is_fact = _FACT.match(line) is not None
        if shown and not is_fact:
            shown.append("")
        shown.append(f"- {line}" if is_fact else line)
    return "\n".join(shown)


def _pieces(text: str) -> list[str]:
    """Cut `text` into words, several together when there are many."""
    found = _PIECE.findall(text)
    step = max(1, -(-len(found) // _MOST_PIECES))
    return ["".join(found[at : at + step]) for at in range(0, len(found), step)]
