"""Questions about weather and time are read by rules; everything else is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.offline_reading import Wish, follow, plain, read


def weather(*places: str, days: int = 0, unit: str = "") -> Wish:
    return Wish("weather", places, days, unit)


def time(*places: str, at: str = "", source: str = "") -> Wish:
    return Wish("time", places, at=at, source=source)


@pytest.mark.parametrize(
    ("question", "wishes"),
    [
        (
            "what's the weather in Beijing, and what time is it there?",
            [weather("Beijing"), time("Beijing")],
        ),
        (
            "What's the weather in Beijing and what time is it there",
            [weather("Beijing"), time("Beijing")],
        ),
        ("time in Tokyo and Berlin", [time("Tokyo", "Berlin")]),
        ("time in Berlin, and in Tokyo", [time("Berlin", "Tokyo")]),
        (
            "What time is it in New York, London and Tokyo?",
            [time("New York", "London", "Tokyo")],
        ),
        ("weather in Paris tomorrow", [weather("Paris", days=2)]),
        ("weather in Paris for 3 days", [weather("Paris", days=3)]),
        ("weather for the next 3 days in Rome", [weather("Rome", days=3)]),
        ("give me the forecast for tomorrow for Madrid", [weather("Madrid", days=2)]),
        ("the day after tomorrow's weather in Oslo", [weather("Oslo", days=3)]),
        ("weather in Paris, Texas", [weather("Paris, Texas")]),
        ("Paris weather", [weather("Paris")]),
        ("weather Paris tomorrow", [weather("Paris", days=2)]),
        ("is it raining in San Francisco right now?", [weather("San Francisco")]),
        ("how hot is Dubai today", [weather("Dubai")]),
        ("do I need an umbrella in London tomorrow?", [weather("London", days=2)]),
        (
            "temperature in Rio de Janeiro in Fahrenheit?",
            [weather("Rio de Janeiro", unit="fahrenheit")],
        ),
        ("weather and time in Oslo", [weather("Oslo"), time("Oslo")]),
        ("In Paris, what time is it?", [time("Paris")]),
        ("What's the time in The Hague?", [time("The Hague")]),
        ("could you tell me the weather in St. Louis please?", [weather("St. Louis")]),
        ("what time is it in UTC+5:30?", [time("UTC+5:30")]),
        ("time Asia/Tokyo", [time("Asia/Tokyo")]),
        ("What's the weather?", [weather()]),
        ("what time is it here?", [time("here")]),
        ("what is 3 pm Tokyo in Berlin", [time("Berlin", at="3 pm", source="Tokyo")]),
        ("what is 3pm EST in London", [time("London", at="3pm", source="EST")]),
        ("convert 15:00 Tokyo to Berlin time", [time("Berlin", at="15:00", source="Tokyo")]),
        (
            "when it's 9:30 in London, what time is it in Sydney?",
            [time("Sydney", at="9:30", source="London")],
        ),
        (
            "if it is noon in New York what time is it in Paris and Tokyo?",
            [time("Paris", "Tokyo", at="noon", source="New York")],
        ),
        ("北京天气怎么样", [weather("北京")]),
        ("现在东京几点", [time("东京")]),
        ("上海和东京现在几点", [time("上海", "东京")]),
        ("北京今天天气如何，那里现在几点", [weather("北京"), time("北京")]),
        ("纽约现在几点，天气呢？", [time("纽约"), weather("纽约")]),
        ("巴黎未来三天的天气", [weather("巴黎", days=3)]),
        ("天津明天会下雨吗", [weather("天津", days=2)]),
        ("里约热内卢天气", [weather("里约热内卢")]),
        ("台北天氣怎麼樣", [weather("台北")]),
        ("東京現在幾點？", [time("東京")]),
        ("东京下午3点是柏林几点", [time("柏林", at="下午3点", source="东京")]),
        ("如果纽约是早上9点，北京是几点?", [time("北京", at="早上9点", source="纽约")]),
        ("今天天气真好", [weather()]),
    ],
)
def test_the_question_is_read(question: str, wishes: list[Wish]) -> None:
    assert list(read(question)) == wishes
    assert list(read(f"[Ann (ops)] @parley {question}")) == wishes


@pytest.mark.parametrize(
    "text",
    [
        "hello, how are you?",
        "Tell me a joke",
        "meet me at 3 pm tomorrow",
        "lunch at 12:30 with Bob",
        "你好",
        "谢谢",
        "",
        "@parley",
    ],
)
def test_what_is_no_question_for_a_tool_is_left_alone(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("question", "wishes"),
    [
        ("and in Tokyo?", [weather("Tokyo")]),
        ("Tokyo?", [weather("Tokyo")]),
        ("what about London and Rome", [weather("London", "Rome")]),
        ("那东京呢？", [weather("东京")]),
        ("and tomorrow?", [weather("Paris", days=2)]),
        ("how about for 3 days", [weather("Paris", days=3)]),
        ("what time is it there?", [time("Paris")]),
        ("and what time is it?", [time("Paris")]),
        ("time in Oslo", [time("Oslo")]),
        ("thanks", []),
        ("Really?", []),
        ("and tell me a long story about everything that ever happened in Tokyo, please do", []),
    ],
)
def test_a_follow_up_leans_on_what_was_asked_before(question: str, wishes: list[Wish]) -> None:
    assert list(follow(question, (weather("Paris"),))) == wishes


def test_a_follow_up_without_anything_before_it_asks_nothing() -> None:
    assert follow("and in Tokyo?", ()) == ()


def test_a_follow_up_repeats_all_that_was_asked() -> None:
    before = (weather("Paris"), time("Paris"))
    assert follow("and in Tokyo?", before) == (weather("Tokyo"), time("Tokyo"))


def test_code_is_reviewed_only_on_wish() -> None:
    block = "```python\nprint('time in Tokyo')\n```"
    assert read(f"please review this\n{block}") == (
        Wish("review", code="print('time in Tokyo')\n"),
    )
    assert read(f"look\n{block}") == ()


def test_files_and_mentions_are_no_part_of_what_was_said() -> None:
    text = "[Ann] <@U123> hi there @parley\n\n[file a.txt]\n```\nweather in Rome\n```"
    assert plain(text) == "hi there"


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_makes_reading_fail(text: str, earlier: str) -> None:
    for wish in follow(text, read(earlier)):
        assert len(wish.places) <= 16
        assert wish.days <= 16
