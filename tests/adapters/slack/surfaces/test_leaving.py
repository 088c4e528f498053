"""What sends the bot out of a thread, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.slack.surfaces.leaving import is_wish
from bot.events import Author, Message, Place, Relevance, ThreadRef

MESSAGE = Message(
    "1700000001.000100",
    ThreadRef("slack", "T1", "C1", "1700000000.000100"),
    Author("U1", ""),
    "leave",
    1,
    starts_thread=False,
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "leave",
            " Leave. ",
            "leave”",
            "「離開」",
            "LEAVE!",
            "please leave",
            "leave this thread…",
        ),
        *("离开", "请离开。", "退出讨论串", "離開", "請離開！", "退出"),
    ],
)
def test_a_plain_word_sends_it_away(text: str) -> None:
    assert is_wish(replace(MESSAGE, text=text))


@pytest.mark.parametrize(
    "text", ["", "leaves", "leave it to me", "when do you leave?", "我要离开公司", "how do I leave"]
)
def test_a_sentence_with_the_word_does_not(text: str) -> None:
    assert not is_wish(replace(MESSAGE, text=text))


@pytest.mark.parametrize(
    "change",
    [
        {"relevance": Relevance.IF_JOINED},
        {"relevance": Relevance.OVERHEARD},
        {"starts_thread": True},
        {"place": Place(kind="direct")},
        {"author": Author("B1", "", is_bot=True)},
    ],
)
def test_nor_does_the_word_where_it_is_not_said_to_the_bot_in_a_thread(
    change: dict[str, object],
) -> None:
    assert not is_wish(replace(MESSAGE, **change))  # type: ignore[arg-type]  # its fields
