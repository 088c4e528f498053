"""Rendering for Slack: Markdown reads well as mrkdwn, nobody is pinged, nothing is hidden."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.pacing import Pager
from adapters.slack.render import from_blocks, from_mrkdwn, measure, to_mrkdwn

Z, J = "\u200b", "\u2060"  # the zero-width border and the joiner that makes a mention inert

# -- Markdown to mrkdwn --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("*em* and _em_", "_em_ and _em_"),
        ("***both***", "_*both*_"),
        ("**bold *and em***", "*bold _and em_*"),
        ("~~gone~~", "~gone~"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("&lt;b&gt; &amp; &copy;", f"&lt;{J}b{J}&gt; &amp; ©"),
        ("snake_case_word 2 * 3 * 4", "snake_case_word 2 * 3 * 4"),
        ("# Title", "*Title*"),
        ("### A **bold** title ###", "*A bold title*"),
        ("- one\n- two\n  - inner\n    - deep", "• one\n• two\n    ◦ inner\n        ▪ deep"),
        ("- [ ] open\n- [x] done", "☐ open\n☑ done"),
        ("1. one\n1. two\n   - sub\n1. three", "1. one\n2. two\n    ◦ sub\n3. three"),
        ("3) three\n4) four", "3) three\n4) four"),
        ("- item\n  goes on", "• item\n   goes on"),
        ("`a < b`", "`a &lt; b`"),
        ("``a`b``", "`aˋb`"),
        ("```python\nif a < b:\n    **x**\n```", "```\nif a &lt; b:\n    **x**\n```"),
        ("~~~\n```\n~~~", f"```\n`{J}`{J}`\n```"),
        ("1. x\n   ```\n   code\n   ```", "1. x\n```\ncode\n```"),
        ("> quoted **bold**\n> more", "> quoted *bold*\n> more"),
        ("a\n\n---\n\nb", "a\n\n────────────\n\nb"),
        ("<div>hi</div>", "&lt;div&gt;hi&lt;/div&gt;"),
        (r"\*not bold\*", f"*{Z}not bold{Z}*"),
        (r"\> not a quote", f"{J}&gt; not a quote"),
        ("**two\nlines**", "*two*\n*lines*"),
        ("unclosed **bold", "unclosed **bold"),
        ("这是**重点**内容", f"这是{Z}*重点*{Z}内容"),
        ("**注意：**内容", f"*注意：*{Z}内容"),
        ("使用`foo`函数", f"使用{Z}`foo`{Z}函数"),
        ("(`foo`, **bar**)", "(`foo`, *bar*)"),
    ],
)
def test_markdown_reads_as_mrkdwn(markdown: str, mrkdwn: str) -> None:
    assert to_mrkdwn(markdown) == mrkdwn


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("[docs](https://a.example/x)", "<https://a.example/x|docs> (a.example)"),
        ('[docs](https://a.example/x "t")', "<https://a.example/x|docs> (a.example)"),
        ("[**docs**](https://a.example/x_(y))", "<https://a.example/x_(y)|docs> (a.example)"),
        ("[a.example](https://a.example/x)", "<https://a.example/x|a.example>"),
        (
            "[bank.example](https://evil.example)",
            "<https://evil.example|bank.example> (evil.example)",
        ),
        (
            "[x](https://bank.example@evil.example/)",
            "<https://bank.example@evil.example/|x> (evil.example)",
        ),
        (
            "[x](https://evil.example\\\\@bank.example/)",
            "<https://evil.example%5C%5C@bank.example/|x> (bank.example)",
        ),
        ("[x](https://аpple.example)", "<https://аpple.example|x> (xn--pple-43d.example)"),
        ("[https://a.example](https://a.example)", "<https://a.example>"),
        ("[a|b](https://a.example?x=1&y=2)", "<https://a.example?x=1&amp;y=2|a∣b> (a.example)"),
        ("[x](javascript:alert)", "x (javascript:alert)"),
        ("[x](slack://user)", "x (slack://user)"),
        ("[part](#part)", "part"),
        ("[mail](mailto:a@b.example)", "<mailto:a@b.example|mail> (a@b.example)"),
        ("<https://a.example>", "<https://a.example>"),
        ("<a@b.example>", "<mailto:a@b.example|a@b.example>"),
        ("**https://a.example/a_b_c?x=1&y=2**.", "*https://a.example/a_b_c?x=1&amp;y=2*."),
        ("![a cat](https://a.example/cat.png)", "<https://a.example/cat.png|a cat> (a.example)"),
        ("![](https://a.example/cat.png)", "<https://a.example/cat.png|image> (a.example)"),
        (
            "[![ci](https://i.example/b.svg)](https://a.example)",
            "<https://a.example|ci> (a.example)",
        ),
        (
            "[\u202eelpmaxe.knab](https://evil.example)",
            "<https://evil.example|elpmaxe.knab> (evil.example)",
        ),
    ],
)
def test_a_link_shows_its_host_and_only_web_and_mail_are_linked(markdown: str, mrkdwn: str) -> None:
    assert to_mrkdwn(markdown) == mrkdwn


@pytest.mark.parametrize(
    "attempt",
    [
        *("<!channel>", "<!here|x>", "<!everyone>", "<!subteam^S1>", "<@U123>", "<#C1|general>"),
        *("&lt;!channel&gt;", "&#60;!here&#62;", r"\<!channel\>", "<!date^1^{date}|x>"),
        *(
            "@channel",
            "@Here!",
            "(@everyone)",
            "＠channel",
            "@ｃｈａｎｎｅｌ",
            "&#64;here",
            r"\@here",
        ),
        *("[@channel](https://a.example)", "[<!channel>](https://a.example)", "[x](<!channel>)"),
        *("**@here**", "# @channel", "> @here", "- @everyone", "|@here|\n|---|\n|<!here>|"),
        *("[x](https://a.example|<!here>)", "<https://a.example|<!here>>", "foo@here", "@bob"),
        "<https://a.example> <!channel>",
    ],
)
def test_nothing_that_a_model_writes_pings(attempt: str) -> None:
    shown = to_mrkdwn(attempt)
    assert not re.search(r"<[^h m]|<m(?!ailto:)|<h(?!ttps?://)", shown)
    assert not re.search(r"[@＠](?:\w)", shown)


def test_code_is_kept_to_the_letter_and_only_escaped() -> None:
    code = "@here\n<!DOCTYPE html>\n  a **b** _c_ &amp; [x](https://y.example)\n\n\tend"
    body = code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert to_mrkdwn(f"```html\n{code}\n```") == f"```\n{body}\n```"


def test_a_table_becomes_aligned_monospaced_lines() -> None:
    table = "| City | °C | Note |\n|:--|--:|:-:|\n| 北京 | 5 | **dry** |\n| Rome | 12 | `a` |"
    assert to_mrkdwn(table) == (
        "```\nCity | °C | Note\n-----+----+-----\n北京 |  5 | dry\nRome | 12 |  a\n```"
    )


def test_a_long_cell_does_not_widen_every_row() -> None:
    rows = "\n".join(f"| {n} | x |" for n in range(50))
    assert measure(f"| a | b |\n|---|---|\n| {'long ' * 200} | x |\n{rows}") < 5000


def test_size_is_counted_in_bytes_after_escaping() -> None:
    assert measure("a & 中") == len("a &amp; ") + 3


_SCRAPS = st.lists(
    st.sampled_from(
        [
            *("<!channel>", "<@U1>", "<#C1|x>", "@here", "&lt;", "&#64;", "<", ">", "!", "@", "#"),
            *("**", "*", "_", "~~", "`", "```", "~~~", "[", "](", ")", "![", "|", "\n", "\n\n"),
            *("https://a.example/x", "mailto:a@b.example", "word", " ", "- ", "1. ", "> ", "# "),
            *("|---|", "| a |", "channel", "here", "<https://a.example|b>", "\ud800", "\r"),
            *("\\", "\u202e", "中"),
        ]
    ),
    max_size=60,
).map("".join)
_ANYTHING = st.one_of(_SCRAPS, st.text(max_size=200))
_LINK = re.compile(
    r"<(?:https?://[^\s<>|]+|mailto:[^\s<>|]+\|[^<>|]+|https?://[^\s<>|]+\|[^<>|]*)>"
)


@settings(max_examples=500, deadline=None)
@given(_ANYTHING)
@example("` \n `")
@example("**a\n`b\nc`**")
def test_every_angle_bracket_is_escaped_or_a_link(markdown: str) -> None:
    rest = re.sub(r"^> |^>$", "", _LINK.sub("", to_mrkdwn(markdown)), flags=re.MULTILINE)
    assert "<" not in rest
    assert ">" not in rest
    assert not re.search(r"&(?!amp;|lt;|gt;)", rest)


@settings(max_examples=200, deadline=None)
@given(_ANYTHING, st.text(max_size=300), st.lists(st.integers(1, 40), max_size=40))
def test_no_cut_between_deltas_or_parts_lets_a_control_token_through(
    scraps: str, filler: str, sizes: list[int]
) -> None:
    source, at = f"{filler} {scraps} " * 6, 0
    pager = Pager(300, measure)
    shown: list[str] = []
    for size in [*sizes, len(source)]:
        pager.feed(source[at : at + size])
        at += size
        shown += [part.text for part in pager.parts()]
    shown += [part.text for part in pager.parts(final=True)]
    for text in shown:
        assert measure(text) <= 300
        assert not re.search(r"<[!@#]", to_mrkdwn(text))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abcdefgh \n.,中文", max_size=300))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert to_mrkdwn(text).split() == text.split()


# -- Slack to Markdown ---------------------------------------------------------------------------


def names(kind: str, id: str) -> str | None:
    return {("user", "U1"): "Ada", ("channel", "C1"): "general", ("usergroup", "S1"): "ops"}.get(
        (kind, id)
    )


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> <@U2|Bob> <@U9>", "@Ada @Bob @U9"),
        ("<#C1> <#C2|random> <#C9|>", "#general #random #C9"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1> <!subteam^S2|@team>", "@ops @team"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<https://a.example/x|label>", "[label](https://a.example/x)"),
        ("<https://a.example/x?a=1&amp;b=2>", "https://a.example/x?a=1&b=2"),
        ("<http://a.example|a.example>", "http://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("*bold* _em_ ~gone~", "**bold** _em_ ~~gone~~"),
        ("<https://a.example/~me~/*x*>", "https://a.example/~me~/*x*"),
        ("• one\n    ◦ two", "- one\n    - two"),
        ("&gt; quoted\nnot", "> quoted\nnot"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("`*x* &lt;y&gt;`", "`*x* <y>`"),
        ("```if a &lt; b:\n  *x*\n\n  y```", "```\nif a < b:\n  *x*\n\n  y\n```"),
        ("```\ncurl <http://a.example|a.example>\n```", "```\ncurl a.example\n```"),
        ("look: ```x\n\n``` and", "look: \n```\nx\n\n```\n and"),
        ("<>", "<>"),
    ],
)
def test_what_people_write_is_read_as_markdown(text: str, markdown: str) -> None:
    assert from_mrkdwn(text, names) == markdown


def rich(*elements: dict) -> list[dict]:
    return [{"type": "rich_text", "elements": list(elements)}]


def section(*elements: dict, kind: str = "rich_text_section") -> dict:
    return {"type": kind, "elements": list(elements)}


def text(words: str, **style: bool) -> dict:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def test_rich_text_keeps_styles_mentions_and_links() -> None:
    blocks = rich(
        section(
            {"type": "user", "user_id": "U1"},
            text(" see "),
            text("this ", bold=True),
            text("x = `1`", code=True),
            text(" "),
            {"type": "link", "url": "https://a.example/x", "text": "docs"},
            text(" in "),
            {"type": "channel", "channel_id": "C1"},
            {"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"},
            {"type": "broadcast", "range": "here"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "color", "value": "#fff"},
            {"type": "date", "timestamp": 1, "fallback": "today"},
        )
    )
    assert from_blocks(blocks, names) == (
        "@Ada see **this** `` x = `1` `` [docs](https://a.example/x) in #general👋🏽@here@ops"
        "#ffftoday"
    )


def test_code_in_blocks_is_kept_to_the_letter() -> None:
    code = "if a < b:\n\n    print('**x** ``` y')"
    blocks = rich(section(text("look:\n")), section(text(code), kind="rich_text_preformatted"))
    assert from_blocks(blocks, names) == f"look:\n````\n{code}\n````"


def test_lists_and_quotes_in_blocks() -> None:
    inner = {
        "type": "rich_text_list",
        "style": "bullet",
        "indent": 1,
        "elements": [section(text("b"))],
    }
    outer = {
        "type": "rich_text_list",
        "style": "ordered",
        "offset": 1,
        "elements": [section(text("a"))],
    }
    quote = section(text("one\ntwo"), kind="rich_text_quote")
    assert from_blocks(rich(outer, inner, quote), names) == "2. a\n   - b\n> one\n> two"


def test_other_blocks_keep_their_text() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Head <x>"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "a &lt; *b*"},
            "fields": [{"type": "mrkdwn", "text": "<@U1>"}],
        },
        {
            "type": "context",
            "elements": [
                {"type": "mrkdwn", "text": "small"},
                {"type": "image", "alt_text": "a cat"},
            ],
        },
        {"type": "divider"},
        {"type": "markdown", "text": "**as is**"},
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "a|b"}], [{"type": "raw_text", "text": "1"}]],
        },
        {"type": "novelty", "text": {"type": "plain_text", "text": "kept"}},
    ]
    assert from_blocks(blocks, names) == (
        "**Head <x>**\na < **b**\n@Ada\nsmall\n[image: a cat]\n**as is**\n"
        "| a\\|b |\n|---|\n| 1 |\nkept"
    )


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "style", "rows", "fields", "unicode", "url"]
            ),
            st.one_of(
                inner, st.sampled_from(["rich_text", "rich_text_list", "table", "text", "link"])
            ),
        ),
    ),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_JSON, max_size=3), st.text(alphabet="<>|!@#&;`*~ab\n\0", max_size=80))
def test_no_shape_or_text_from_a_stranger_raises(blocks: list, text: str) -> None:
    assert isinstance(from_blocks(blocks, names), str)
    assert isinstance(from_mrkdwn(text, names), str)


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_what_slack_escaped_is_read_back_as_it_was_typed(typed: str) -> None:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks = rich(section({"type": "text", "text": typed}))
    assert from_blocks(blocks, names) == typed.removesuffix("\n").rstrip("\n")
    if not set(typed) & set("*~`•◦▪\0"):
        assert from_mrkdwn(escaped, names) == typed
