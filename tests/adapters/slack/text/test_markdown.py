"""What a model writes, as Slack's own Markdown: harmless in every beginning of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.text.markdown import label, standing, to_markdown
from tests.adapters.slack.spice import SPICE
from tests.servers.slack.render import notified

INERT = "\u2060"


def bare(text: str) -> str:
    return text.replace(INERT, "")


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<!here|here>",
        "<!everyone>",
        "<@U012AB3CD>",
        "<@U012AB3CD|bob>",
        "<!subteam^S012AB3CD|@all>",
        "<#C012AB3CD>",
        "\\<!channel>",
        "`<!channel>`",
        "```\n<@U012AB3CD> <!here>\n```",
        "a [<!channel>](https://example.com) b",
        "| <!channel> | b |\n|---|---|\n| <@U012AB3CD> | d |",
        "> <!channel>",
        "`` unpaired <!channel>",
        "[x]: <!channel>",
    ],
)
def test_nobody_is_mentioned(text: str) -> None:
    shown = to_markdown(text)
    assert not re.search(r"<[!@#]", shown)
    assert bare(shown).replace(" (example.com)", "") == text
    assert notified(shown, [], markdown=False, spoken=True) == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[docs](https://example.com/a)", "[docs](https://example.com/a) (example.com)"),
        ("[example.com](https://example.com/a)", "[example.com](https://example.com/a)"),
        ("[https://example.com/a](https://example.com/a)",) * 2,
        (
            "[bank.example](https://evil.example)",
            "[bank.example](https://evil.example) (evil.example)",
        ),
        ("![pic](https://example.com/p.png)", "[pic](https://example.com/p.png) (example.com)"),
        ("![](https://example.com/p.png)", "[image](https://example.com/p.png) (example.com)"),
        (
            "[![a](https://a.example/i.png)](https://b.example)",
            "[a](https://b.example) (b.example)",
        ),
        ("[a](https://example.com/x_(y))", "[a](https://example.com/x_%28y%29) (example.com)"),
        ("[a](javascript:alert(1))", "a (javascript:alert(1))"),
        ("[a](/etc/passwd)", "a"),
        ("[me](mailto:me@example.com)", "[me](mailto:me@example.com) (me@example.com)"),
        ("<https://example.com>",) * 2,
        ("<https://evil.example|bank.example>", "<https://evil.example%7Cbank.example>"),
        ("https://example.com/x",) * 2,
    ],
)
def test_links_show_where_they_lead_and_images_are_links(text: str, shown: str) -> None:
    assert to_markdown(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("AT&amp;T &copy; &hellip; &#20320;", "AT&amp;T © … 你"),
        ("on &#64;f", "on @\u2060f"),
        ("&lt;!here&gt; &#60;!here>", "&lt;\u2060!here&gt; &lt;\u2060!here>"),
        (
            "&#42;x&#42; &#33;[a](https://a.example)",
            "\\*x\\* \\![a](https://a.example) (a.example)",
        ),
        ("&#38;lt;!here>", "&\u2060lt;!here>"),
        ("&nosuch; `&#64;` &#10;", "&nosuch; `&#64;`  "),
    ],
)
def test_character_references_are_read_and_make_neither_markup_nor_mentions(
    text: str, shown: str
) -> None:
    assert to_markdown(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "[bank](\nhttps://evil.example)",
        "[bank\nof x](https://evil.example)",
        "![pic][1]\n\n[1]: https://evil.example/p.png",
        f"![{'x' * 1200}](https://evil.example/p.png)",
    ],
)
def test_what_slack_alone_might_read_as_a_link_is_text(text: str) -> None:
    shown = to_markdown(text)
    assert "](" not in shown
    assert "]:" not in shown
    assert "![" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\n**bold** _it_ ~~no~~ `code <T>`\n\n- a\n  - b\n1. c\n\n> quote\n\n---",
        "```html\n<!DOCTYPE html>\n<!-- x --><@Component> List<String>\n```",
        "| a | b |\n|---|:-:|\n| 1 | 2 |",
        "me@example.com, 3 * 4, snake_case, 50% & more",
    ],
)
def test_the_rest_is_left_as_the_model_wrote_it(text: str) -> None:
    assert to_markdown(text) == text


def test_a_label_is_one_harmless_line() -> None:
    assert bare(label("Weather in\n<!channel> @here")) == "Weather in <!channel> @here"
    assert notified(label("<!channel> @here"), [], markdown=False, spoken=True) == set()


@pytest.mark.parametrize(
    ("snapshot", "stands"),
    [
        ("Hello", "Hello"),
        ("Hello, wor", "Hello, wor"),
        ("Hello!", "Hello"),
        ("some **bold te**", "some **bold te"),
        ("```py\nprint(1)\n```", "```py\nprint(1)"),
        ("> ```\n> x\n> ```", "> ```\n> x"),
        ("in code <!chan", "in code"),
        ("in code <", "in code"),
        ("name@here", "name"),
        ("a | b |", "a | b"),
    ],
)
def test_only_what_stands_for_sure_is_told(snapshot: str, stands: str) -> None:
    assert standing(snapshot) == stands


_TEXTS = st.lists(SPICE | st.sampled_from([" ", "\n", "\n\n"]), max_size=60).map("".join)


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_no_beginning_of_any_text_pings(text: str) -> None:
    shown = to_markdown(text)
    for end in range(len(shown) + 1):
        assert notified(shown[:end], [], markdown=False, spoken=False) == set()
    assert not re.search(r"<[!@#](?:channel|here|everyone|U0|subteam)", shown)


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_what_stands_is_a_beginning_of_what_is_shown(text: str) -> None:
    shown = to_markdown(text)
    assert shown.startswith(standing(shown))
