"""What our tables say is said in the reader's language; what others wrote stays as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from bot.review.rendering import chat, render
from bot.review.rendering.worded import TOOLS, worded
from bot.review.static.rules import table, words
from bot.review.values import LONGEST_TITLE, Finding
from tests.bot.review.made import finding

from .reviews import findings, review

OTHERS = ("zh-Hans", "zh-Hant")
SHELL = table("ruff")["S602"]
FOUND = finding(
    rule_id="S602",
    sources=("ruff:S602",),
    title=SHELL.title,
    message="`subprocess` call with `shell=True`",
    suggestion=SHELL.suggestion,
)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_no_rule_lacks_its_words_and_no_words_their_rule(tool: str, language: str) -> None:
    told = words(tool, language)
    assert set(told) == set(table(tool))
    for id, rule in table(tool).items():
        assert told[id].title, id
        assert bool(told[id].suggestion) == bool(rule.suggestion), id
        assert len(told[id].title) <= LONGEST_TITLE
        assert told[id].title != rule.title, id


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_code_in_the_words_is_the_same_in_every_language(tool: str, language: str) -> None:
    for id, told in words(tool, language).items():
        rule = table(tool)[id]
        known = f"{rule.title} {rule.suggestion}".split("`")[1::2]
        assert set(f"{told.title} {told.suggestion}".split("`")[1::2]) <= set(known), id


def test_people_read_their_language_and_programs_english() -> None:
    made = review(FOUND)
    for form in ("text", "markdown", "github"):
        told = render(made, form, "zh-CN")  # type: ignore[arg-type]
        assert "这段文本由 shell 执行" in told
        assert "传入参数列表，不用" in told
        assert SHELL.title not in told
        assert "這段文字由 shell 執行" in render(made, form, "zh-TW")  # type: ignore[arg-type]
    assert "这段文本由 shell 执行" in chat.render(made, "zh-CN")
    for form in ("json", "sarif"):
        assert render(made, form, "zh-CN") == render(made, form, "zh-CN")  # type: ignore[arg-type]
        assert SHELL.title in json.dumps(json.loads(render(made, form, "zh-CN")))  # type: ignore[arg-type]


def test_what_a_model_or_a_tool_wrote_stays() -> None:
    both = FOUND.model_copy(update={"title": "Shell injection", "sources": ("llm", "ruff:S602")})
    told = worded(both, "zh-CN")
    assert (told.title, told.message) == ("Shell injection", both.message)
    assert told.suggestion.startswith("传入")


def test_a_message_that_repeats_the_title_follows_it() -> None:
    rule = table("cliches")["xss"]
    plain = finding(
        sources=("cliches:xss", "llm"), title=rule.title, message=f"{rule.title}.\n\nAnd more."
    )
    assert worded(plain, "zh-CN").message == "外来的输入未经转义就进入页面。\n\nAnd more."
    alone = plain.model_copy(update={"message": f"{rule.title}."})
    assert render(review(alone), "text", "zh-CN").count("外来的输入未经转义就进入页面") == 1
    hidden = finding(
        sources=("tripwires:bidi",), title=table("tripwires")["bidi"].title, message="It reads: ⟨x⟩"
    )
    assert worded(hidden, "zh-TW").message == "其內容為：⟨x⟩"


@given(findings)
def test_any_finding_can_be_worded_and_twice_is_once(one: Finding) -> None:
    assert worded(one, "en") is one
    assert worded(worded(one, "zh-CN"), "zh-CN") == worded(one, "zh-CN")
