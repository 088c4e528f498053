"""The native look: what a model writes as Block Kit, harmless and within every limit."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.pacing import Pager
from adapters.slack.render import measure, to_mrkdwn
from adapters.slack.text.blocks import MOST_CHARACTERS, size, to_blocks
from tests.servers.slack import blockkit, render
from tests.servers.slack.workspace import Workspace

Block = dict[str, Any]


def _text(value: str, **style: bool) -> Block:
    return {"type": "text", "text": value} | ({"style": style} if style else {})


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(*leaves: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(leaves)}


def _items(style: str, *items: str, **more: int) -> Block:
    found = [_section(_text(item)) for item in items]
    return {"type": "rich_text_list", "style": style, "indent": 0, **more, "elements": found}


@pytest.mark.parametrize(
    ("markdown", "elements"),
    [
        ("one\ntwo\n\nthree", [_section(_text("one\ntwo\n\nthree"))]),
        (
            "a **b *c*** ~~d~~ `e*f*`",
            [
                _section(
                    _text("a "),
                    _text("b ", bold=True),
                    _text("c", bold=True, italic=True),
                    _text(" "),
                    _text("d", strike=True),
                    _text(" "),
                    _text("e*f*", code=True),
                )
            ],
        ),
        ("这是**重点**内容", [_section(_text("这是"), _text("重点", bold=True), _text("内容"))]),
        ("``a`b``", [_section(_text("a`b", code=True))]),
        ("a < b && c > d &copy;", [_section(_text("a < b && c > d ©"))]),
        ("- one\n- two", [_items("bullet", "one", "two")]),
        ("Look:\n\n- one\n\nEnd", [
            _section(_text("Look:\n")), _items("bullet", "one"), _section(_text("\nEnd")),
        ]),
        ("- [ ] open\n- [x] done", [_items("bullet", "☐ open", "☑ done")]),
        ("3. three\n4. four", [_items("ordered", "three", "four", offset=2)]),
        ("1. a\n   - b\n2. c", [
            _items("ordered", "a"), _items("bullet", "b", indent=1),
            _items("ordered", "c", offset=1),
        ]),
        ("- a\n  goes on", [_items("bullet", "a\ngoes on")]),
        ("1. a\n\n   goes on\n2. b", [{
            "type": "rich_text_list", "style": "ordered", "indent": 0,
            "elements": [_section(_text("a"), _text("\n\ngoes on")), _section(_text("b"))],
        }]),
        ("> q\n> r", [{"type": "rich_text_quote", "elements": [_text("q\nr")]}]),
        ("> - a", [_items("bullet", "a", border=1)]),
        ("```py\nif a < b:\n  `x`\n```", [
            {"type": "rich_text_preformatted", "elements": [_text("if a < b:\n  `x`")]},
        ]),
        ("> ## Said", [{"type": "rich_text_quote", "elements": [_text("Said", bold=True)]}]),
        ("https://a.example/x?a=1&b=2.", [
            _section({"type": "link", "url": "https://a.example/x?a=1&b=2"}, _text(".")),
        ]),
        ("[d](https://a.example/x)", [
            _section({"type": "link", "url": "https://a.example/x", "text": "d"},
                     _text(" (a.example)")),
        ]),
        ("![a cat](https://a.example/c.png)", [
            _section({"type": "link", "url": "https://a.example/c.png", "text": "a cat"},
                     _text(" (a.example)")),
        ]),
        ("[x](https://bank.example@evil.example/)", [
            _section(_text("x (https://bank.example@evil.example/) (evil.example)")),
        ]),
        ("http://", [_section(_text("http://"))]),
    ],
)  # fmt: skip
def test_markdown_becomes_rich_text(markdown: str, elements: list[Block]) -> None:
    assert to_blocks(markdown) == [_rich(*elements)]


def test_headings_and_rules_stand_between_the_rich_texts() -> None:
    assert to_blocks("# A **b**\ntext\n\n---\n\nmore") == [
        {"type": "header", "text": {"type": "plain_text", "text": "A b"}},
        _rich(_section(_text("text"))),
        {"type": "divider"},
        _rich(_section(_text("more"))),
    ]


@pytest.mark.parametrize("title", ["[x](https://a.example)", "long " * 40])
def test_a_heading_that_a_header_cannot_hold_is_bold_text(title: str) -> None:
    (block,) = to_blocks(f"# {title}")
    assert block["type"] == "rich_text"
    assert block["elements"][0]["elements"][0]["style"] == {"bold": True}


def test_the_first_table_is_native_and_the_next_one_is_aligned_code() -> None:
    table = "| a | b |\n|:-:|--:|\n| **x** | |\n"
    native, aligned = to_blocks(f"{table}\n{table}")
    assert native == {
        "type": "table",
        "column_settings": [
            {"align": "center", "is_wrapped": True},
            {"align": "right", "is_wrapped": True},
        ],
        "rows": [
            [{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}],
            [_rich(_section(_text("x", bold=True))), {"type": "raw_text", "text": " "}],
        ],
    }
    (code,) = aligned["elements"]
    assert code["type"] == "rich_text_preformatted"
    assert code["elements"][0]["text"].splitlines()[1] == "--+--"


@pytest.mark.parametrize(
    "table",
    [
        "|a|b|\n|-|-|\n" + "|1|2|\n" * 100,
        "|" + "a|" * 21 + "\n|" + "-|" * 21,
    ],
)
def test_a_table_larger_than_slack_takes_is_aligned_code(table: str) -> None:
    (block,) = to_blocks(table)
    assert block["type"] == "rich_text"


def test_hundreds_of_headings_stay_within_fifty_blocks() -> None:
    assert 40 <= len(to_blocks("# a\nb\n\n" * 60)) <= 48


def test_hundreds_of_short_items_are_plain_lines() -> None:
    (block,) = to_blocks("\n".join(f"- item **{n}**" for n in range(300)))
    (section,) = block["elements"]
    assert section["elements"][0]["text"].startswith("• item 0\n• item 1\n")


def test_what_would_exceed_a_message_has_no_blocks() -> None:
    assert to_blocks("```\na\n```\n" * 400) == []


# -- whatever is written -------------------------------------------------------------------------

_SCRAPS = st.lists(
    st.sampled_from(
        [
            *("<!channel>", "<@U1>", "<#C1|x>", "@here", "&lt;", "&#64;", "<", ">", "!", "@", "#"),
            *("**", "*", "_", "~~", "`", "```", "~~~", "[", "](", ")", "![", "|", "\n", "\n\n"),
            *("https://a.example/x", "mailto:a@b.example", "w1", "w2", " ", "- ", "1. ", "> "),
            *("|---|", "| a |", "channel", "here", "<https://a.example|b>", "\ud800", "\r", "# "),
            *("\\", "\u202e", "中", "\ufdd0", "\ufdd3", "\ufdd4", "- [x] ", "---", "  ", "\t"),
            *("<!subteam^S1>", "http://", "https://[", "https://x@y", "```py\n"),
        ]
    ),
    max_size=60,
).map("".join)
_ANYTHING = st.one_of(_SCRAPS, st.text(max_size=200))
_MENTION = re.compile(r"<[!@#^]|[@＠](?:channel|here|everyone)\b", re.I)


def _nodes(node: Any, kind: str = "") -> Iterator[tuple[str, Block]]:
    """Yield everything that has a type, and the type of what it stands in."""
    if isinstance(node, list):
        for one in node:
            yield from _nodes(one, kind)
    elif isinstance(node, dict):
        if "type" in node:
            yield kind, node
        for one in node.values():
            yield from _nodes(one, node.get("type", kind))


_KINDS = {
    *("rich_text", "header", "divider", "table", "plain_text", "raw_text", "text", "link"),
    *("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"),
}


@settings(max_examples=500, deadline=None)
@given(_ANYTHING)
@example("|@here|\n|---|\n|<!here>|")
@example("<\\!channel> <\\@U1>")
@example("# <!channel> @here")
@example("# `@here`")
@example("[<!channel>](https://a.example/<!here>)")
def test_nobody_is_mentioned_and_nothing_is_loaded_whatever_is_written(markdown: str) -> None:
    for around, node in _nodes(to_blocks(markdown)):
        assert node["type"] in _KINDS
        if node["type"] == "link":
            assert re.match(r"https?://[\w.-]+(?:[:/?#]|$)|mailto:[^\s@]+@[\w.-]+$", node["url"])
        if isinstance(node.get("text"), str) and not _is_code(around, node):
            assert not _MENTION.search(node["text"])


def _is_code(around: str, node: Block) -> bool:
    style = node.get("style")
    return around == "rich_text_preformatted" or (isinstance(style, dict) and "code" in style)


@settings(max_examples=500, deadline=None)
@given(_ANYTHING)
@example("- \n- ```\n```")
@example("> \n> # ")
def test_slack_takes_the_blocks_of_any_text(markdown: str) -> None:
    blocks = to_blocks(markdown)
    assert size(blocks) <= MOST_CHARACTERS
    blockkit.check_message(copy.deepcopy(blocks))


@settings(max_examples=300, deadline=None)
@given(_SCRAPS)
def test_both_looks_say_the_same_words_in_the_same_order(markdown: str) -> None:
    blocks = to_blocks(markdown)
    shown = "\n".join(render.block_text(_NOWHERE, block) for block in blocks)
    assert _words(shown) == _words(re.sub(r"<(\S+?)(?:\|(.*?))?>", _label, to_mrkdwn(markdown)))


_NOWHERE = Workspace.__new__(Workspace)  # text and links need nothing of it


def _label(found: re.Match[str]) -> str:
    return found[2] or found[1]


def _words(text: str) -> list[str]:
    return re.findall(r"w[12]|channel|here|中", text)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([*"ab", "\n", " ", "- ", "**", "`", "# ", "|a|b|\n|-|-|\n|c|"])))
def test_every_part_of_a_long_answer_has_its_blocks(pieces: list[str]) -> None:
    pager = Pager(3_900, measure)
    pager.feed(("".join(pieces) + " word and word, then more words.\n") * 150)
    for part in pager.parts(final=True):
        blocks = to_blocks(part.text)
        blockkit.check_message(copy.deepcopy(blocks))
        assert size(blocks) <= MOST_CHARACTERS
