"""Lines into messages and orders, surroundings into an author."""

from __future__ import annotations

import pytest

from adapters.console.inbound import Order, locale_in, message, order, whoever_types
from adapters.console.wording import TEXTS
from bot.events import Author, ThreadRef
from tests.bot.test_wording import SHARED, SIMPLIFIED_ONLY, TRADITIONAL_ONLY, places


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/quit", Order.QUIT),
        ("  /EXIT ", Order.QUIT),
        ("/reset", Order.RESET),
        ("/help", Order.HELP),
        ("/nonsense", Order.UNKNOWN),
        ("/etc/hosts", None),
        ("/reset please", None),
        ("what does /reset do?", None),
        ("/", None),
        ("", None),
    ],
)
def test_only_a_command_alone_on_its_line_is_an_order(line: str, expected: Order | None) -> None:
    assert order(line) is expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "POSIX"}, ""),
        ({"LANG": "en_US.UTF-8"}, "en-US"),
        ({"LANG": "de_DE@euro"}, "de-DE"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh-TW"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN"}, "zh-CN"),
        ({"LC_ALL": "", "LANG": "fr"}, "fr"),
        ({"LANG": "../../etc"}, ""),
    ],
)
def test_the_language_is_that_of_the_systems_messages(
    environ: dict[str, str], expected: str
) -> None:
    assert locale_in(environ) == expected


def test_the_time_zone_is_known_where_the_system_tells_it() -> None:
    assert whoever_types({"TZ": "Asia/Tokyo"}).timezone == "Asia/Tokyo"
    assert whoever_types({"TZ": ":Europe/Berlin"}).timezone == "Europe/Berlin"
    assert whoever_types({"TZ": "../../../etc/passwd"}).timezone == ""
    assert whoever_types({"TZ": "JST-9"}).timezone == ""


def test_a_question_is_direct_and_starts_its_conversation() -> None:
    asked = message("1", ThreadRef("console", "local", "terminal"), Author("a", "Ann"), " hi \n", 5)
    assert (asked.text, asked.at, asked.place.kind, asked.starts_thread) == (
        "hi",
        5,
        "direct",
        True,
    )


def test_the_terminals_own_sentences_exist_in_three_languages_with_the_same_places() -> None:
    english = TEXTS["en"]
    for language, other, foreign in (
        ("zh-Hans", TEXTS["zh-Hans"], TRADITIONAL_ONLY),
        ("zh-Hant", TEXTS["zh-Hant"], SIMPLIFIED_ONLY),
    ):
        assert list(other) == list(english), language
        for key, text in other.items():
            assert places(text) == places(english[key]), key
            assert not (set(text) & set(foreign)) - SHARED, key
