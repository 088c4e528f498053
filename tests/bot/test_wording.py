"""Wording: the three languages say the same things, and callers ask only for what exists."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import LONGEST_VALUE, TEXTS, language, say, span
from tests.locales import LANGUAGES

ROOT = Path(__file__).parents[2]
SIMPLIFIED_ONLY = (
    "们这说话时间问题请让长开关闭机钟复发删语经过没办认设记录须试错误页单个会后来对进运载链谢边"
)
TRADITIONAL_ONLY = (
    "們這說話時間問題請讓長開關閉機鐘複發刪語經過沒辦認設記錄須試錯誤頁單個會後來對進運載鏈謝邊"
)
SHARED = set(SIMPLIFIED_ONLY) & set(TRADITIONAL_ONLY)


COMPUTED = (
    *("command_*", "dialog_public", "dismiss_*", "feedback_positive", "feedback_negative"),
    *("help_ask", "help_commands", "option_*", "prompt_*_text"),
    *("review_because_*", "review_count_*", "review_model_*", "review_pull_*", "review_severity_*"),
    *("review_status_*", "review_suggestion", "review_sure_*", "review_tool_*", "review_trigger"),
    *("review_type_*", "review_unseen_*", "review_verdict_*", "review_why_*"),
    *("review_*_yes", "review_*_no"),
)
"""The keys that callers put together from a word."""


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for folder in ("bot", "adapters"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if not re.search(r"^from bot\.wording import .*\bsay\b", source, re.MULTILINE):
                continue  # other rooms may have a `say` of their own
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and _called(node.func) == "say":
                    yield path, node


def literals() -> set[str]:
    """Return every text that stands in the code as one, those of the languages left out."""
    files = [path for folder in ("bot", "adapters") for path in (ROOT / folder).rglob("*.py")]
    languages = {ROOT / "bot" / "wording" / name for name in ("reviews", "english.py")}
    languages |= {ROOT / "bot" / "wording" / f"{name}.py" for name in ("simplified", "traditional")}
    return {
        node.value
        for path in files
        if not languages & {path, path.parent}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _called(function: ast.expr) -> str:
    """Return the name that is called; a method of that name is something else."""
    return function.id if isinstance(function, ast.Name) else ""


def test_every_key_exists_in_all_three_languages_in_one_order() -> None:
    assert list(TEXTS["zh-Hans"]) == list(TEXTS["en"])
    assert list(TEXTS["zh-Hant"]) == list(TEXTS["en"])


def test_every_sentence_is_said_somewhere() -> None:
    asked = literals()
    computed = {key for key in TEXTS["en"] for form in COMPUTED if fnmatchcase(key, form)}
    assert set(TEXTS["en"]) - asked - computed == set()
    idle = [form for form in COMPUTED if not any(fnmatchcase(key, form) for key in TEXTS["en"])]
    assert not idle, "a form that fits no sentence"


@pytest.mark.parametrize("key", TEXTS["en"])
def test_a_sentence_has_the_same_places_in_all_three_languages(key: str) -> None:
    assert places(TEXTS["zh-Hans"][key]) == places(TEXTS["en"][key])
    assert places(TEXTS["zh-Hant"][key]) == places(TEXTS["en"][key])


@pytest.mark.parametrize("key", TEXTS["en"])
def test_each_chinese_sentence_keeps_to_its_own_script(key: str) -> None:
    assert not (set(TEXTS["zh-Hans"][key]) & set(TRADITIONAL_ONLY)) - SHARED
    assert not (set(TEXTS["zh-Hant"][key]) & set(SIMPLIFIED_ONLY)) - SHARED


@pytest.mark.parametrize(("locale", "expected"), LANGUAGES.items())
def test_the_locale_chooses_the_language_and_english_is_the_rest(
    locale: str, expected: str
) -> None:
    assert language(locale) == expected


@given(st.text(max_size=40))
def test_any_locale_has_a_language(locale: str) -> None:
    assert language(locale) in TEXTS


def test_numbers_take_the_form_that_fits_them() -> None:
    assert say("turns_limit", "en", minutes=1).endswith("in 1 minute.")
    assert say("turns_limit", "en", minutes=12).endswith("in 12 minutes.")
    assert "1 message is already" in say("too_much_at_once", "en", count=1)
    assert "1,000 messages are already" in say("too_much_at_once", "en", count=1000)
    assert "12 分鐘" in say("turns_limit", "zh-TW", minutes=12)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 second"),
        (39.2, "40 seconds"),
        (91, "2 minutes"),
        (5401, "2 hours"),
        (30 * 86_400, "30 days"),
    ],
)
def test_a_span_is_rounded_up_in_one_unit(seconds: float, text: str) -> None:
    assert span(seconds, "en-GB") == text


def test_a_strangers_long_name_is_shortened_and_its_braces_stay_text() -> None:
    told = say("file_gone", "en", name="{x}" + "a" * 5000)
    assert "{x}aaa" in told
    assert len(told) < LONGEST_VALUE + 60


def test_an_unknown_key_or_a_missing_value_is_a_bug() -> None:
    with pytest.raises(KeyError):
        say("no_such_sentence", "en")
    with pytest.raises(KeyError):
        say("internal_error", "en")


def test_no_sentence_speaks_of_inner_things() -> None:
    for texts in TEXTS.values():
        for text in texts.values():
            assert not re.search(r"exception|traceback|stack|redis|\bNone\b", text, re.IGNORECASE)


def test_every_call_of_say_names_an_existing_sentence_with_its_values() -> None:
    for path, call in calls():
        if not call.args or not isinstance(call.args[0], ast.Constant):
            continue  # a key that is computed; its own test covers it
        key = call.args[0].value
        assert key in TEXTS["en"], f"{path}:{call.lineno} says {key!r}, which does not exist"
        if all(keyword.arg for keyword in call.keywords):
            given = {keyword.arg for keyword in call.keywords}
            assert given >= places(TEXTS["en"][key]), f"{path}:{call.lineno} leaves out a value"
