"""The offline model calls tools by rules, says what it is, and never pretends to converse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.models.offline import PAUSE, SPEC, Offline
from bot.models.port import (
    Assistant,
    Completion,
    Piece,
    Request,
    Result,
    Said,
    System,
    ToolSpec,
    User,
)
from tests.contracts.model import end_of, text_of
from tests.locales import LANGUAGES


def spec(name: str, **properties: Any) -> ToolSpec:
    return ToolSpec(name, "", {"type": "object", "properties": properties})


STRING: dict[str, Any] = {"type": "string"}
STRINGS: dict[str, Any] = {"type": "array", "items": STRING}
WEATHER = spec("weather", place=STRING, days={"type": "integer"}, unit=STRING)
TIME = spec("time", place=STRING, places=STRINGS, at=STRING, from_place=STRING)
QUESTION = "[Ann] what's the weather in Beijing, and what time is it there?"


class Clock:
    """Counts the time that would have been slept."""

    def __init__(self) -> None:
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


async def hear(
    *said: Said | str, tools: tuple[ToolSpec, ...] = (WEATHER, TIME), **more: Any
) -> list[Piece]:
    messages = tuple(User(each) if isinstance(each, str) else each for each in said)
    model = Offline(sleep=Clock().sleep)
    return [piece async for piece in model.stream(Request(messages, tools, **more))]


async def called(*said: Said | str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    end = end_of(await hear(*said, **more))
    assert (end.finish == "calls") == bool(end.calls)
    return [(call.name, json.loads(call.arguments)) for call in end.calls]


def answered(*results: str) -> tuple[Said, ...]:
    from bot.models.port import ToolCall

    calls = tuple(ToolCall(f"c{at}", "weather", "{}") for at in range(len(results)))
    return Assistant("", calls), *(Result(f"c{at}", text) for at, text in enumerate(results))


async def test_two_questions_are_two_calls_in_one_round() -> None:
    assert await called(QUESTION) == [
        ("weather", {"place": "Beijing"}),
        ("time", {"place": "Beijing"}),
    ]


async def test_the_calls_fit_the_tools_parameters() -> None:
    assert await called("weather in Rome for 3 days in celsius") == [
        ("weather", {"place": "Rome", "days": 3, "unit": "celsius"})
    ]
    assert await called("time in Tokyo and Berlin") == [("time", {"places": ["Tokyo", "Berlin"]})]
    assert await called("what is 3 pm Tokyo in Berlin") == [
        ("time", {"place": "Berlin", "at": "3 pm", "from_place": "Tokyo"})
    ]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        (spec("get_weather", city=STRING), [{"city": "Oslo"}, {"city": "Rome"}]),
        (spec("weather_many", places=STRINGS), [{"places": ["Oslo", "Rome"]}]),
        (spec("weather", place=STRINGS), [{"place": ["Oslo", "Rome"]}]),
        (spec("weather", location=STRING), [{"location": "Oslo"}, {"location": "Rome"}]),
    ],
)
async def test_other_tools_of_the_kind_are_called_by_their_own_schema(
    tool: ToolSpec, arguments: list[dict[str, Any]]
) -> None:
    found = await called("weather in Oslo and Rome", tools=(tool,))
    assert found == [(tool.name, each) for each in arguments]


async def test_code_is_handed_to_a_review_tool() -> None:
    tool = spec("code_review", code=STRING)
    text = "[Ann] review this:\n```py\nx = 1\n```"
    assert await called(text, tools=(tool,)) == [("code_review", {"code": "x = 1\n"})]


async def test_results_become_the_answer() -> None:
    facts = "Weather in Beijing\nNow: clear, 3 °C\ntoday: clear\nWeather data by Open-Meteo.com"
    pieces = await hear(QUESTION, *answered(facts, "Beijing: 20:00"))
    end = end_of(pieces)
    assert end.text == text_of(pieces)
    assert end.calls == ()
    assert "Weather in Beijing\n- Now: clear, 3 °C\n- today: clear\n\nWeather data by" in end.text
    assert "Beijing: 20:00" in end.text


async def test_a_failure_is_told_in_its_own_words() -> None:
    end = end_of(await hear(QUESTION, *answered("The tool failed: No connection. Check it.")))
    assert end.text.startswith("No connection. Check it.")


async def test_the_first_answer_says_what_it_is_and_the_next_ones_do_not() -> None:
    first = end_of(await hear("weather in Rome", *answered("sunny"))).text
    assert "OPENAI_API_KEY" in first
    earlier = (User("weather in Rome"), Assistant(first), User("weather in Oslo"))
    assert end_of(await hear(*earlier, *answered("rainy"))).text == "rainy"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[Ann] hello, tell me a joke", "offline helper without a language model"),
        ("[Ann] 你好，讲个笑话吧", "没有语言模型的离线助手"),
        ("[Ann] 你好，講個笑話吧", "沒有語言模型的離線助手"),
    ],
)
async def test_it_says_what_it_is_in_the_language_of_the_question(text: str, says: str) -> None:
    end = end_of(await hear(text))
    assert says in end.text
    assert "OPENAI_API_KEY" in end.text


@pytest.mark.parametrize("locale", [one for one in LANGUAGES if "." not in one])
async def test_where_the_question_shows_no_language_the_prompt_decides(locale: str) -> None:
    system = System(f"The asker's interface language is {locale}.")
    told = {"en": "offline helper", "zh-Hans": "离线助手", "zh-Hant": "離線助手"}
    assert told[LANGUAGES[locale]] in end_of(await hear(system, "??")).text


async def test_characters_that_both_scripts_share_are_read_as_the_prompt_says() -> None:
    system = System("The asker's interface language is zh-TW.")
    assert "離線助手" in end_of(await hear(system, "[安] ??")).text


async def test_it_promises_only_what_the_offered_tools_can_do() -> None:
    only_time = end_of(await hear("hello", tools=(TIME,))).text
    assert "Tokyo" in only_time
    assert "weather" not in only_time
    assert "Tokyo" not in end_of(await hear("hello", tools=())).text


async def test_a_follow_up_uses_the_threads_last_place() -> None:
    earlier = (User("[Ann] weather in Paris"), Assistant("sunny"))
    assert await called(*earlier, "[Bob] and in Tokyo?") == [("weather", {"place": "Tokyo"})]
    assert await called(*earlier, "[Bob] what time is it there?") == [("time", {"place": "Paris"})]
    twice = (*earlier, User("[Ann] and in Rome?"), Assistant("rainy"))
    assert await called(*twice, "and tomorrow?") == [("weather", {"place": "Rome", "days": 2})]


async def test_messages_that_wait_together_are_answered_together() -> None:
    found = await called("[Ann] weather in Oslo", "[Bob] time in Rome")
    assert found == [("weather", {"place": "Oslo"}), ("time", {"place": "Rome"})]


async def test_what_was_only_overheard_is_not_answered() -> None:
    assert await called("[Ann] what time is lunch?", "[Bob] weather in Oslo") == [
        ("weather", {"place": "Oslo"})
    ]


async def test_no_tool_is_called_when_none_may_be() -> None:
    assert await called(QUESTION, tool_choice="none") == []


async def test_an_answer_streams_in_words_and_is_soon_over() -> None:
    for text in ("short", "word " * 3_000, "字" * 9_000):
        clock = Clock()
        request = Request((User("weather in Rome"), *answered(text)), (WEATHER,))
        pieces = [piece async for piece in Offline(sleep=clock.sleep).stream(request)]
        assert text.strip() in end_of(pieces).text == text_of(pieces)
        assert PAUSE * 2 < clock.slept < 2


async def test_it_is_known_to_be_offline() -> None:
    model = Offline()
    assert model.spec is SPEC
    assert model.spec.offline
    await model.close()


async def test_its_usage_is_an_estimate() -> None:
    end = end_of(await hear("hello"))
    assert isinstance(end, Completion)
    assert end.usage.estimated
