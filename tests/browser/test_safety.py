"""Whatever is typed or written by a model stays text: nothing runs, loads, pings or hides."""

from __future__ import annotations

from html.entities import html5, name2codepoint

import pytest
from playwright.async_api import expect

from tests.adapters.web.scripted import HOSTILE
from tests.browser.page import Visit

TYPED = [
    '<img src=x onerror="window.pwned=1">',
    "<script>window.pwned=1</script>",
    "[x](javascript:window.pwned=1)",
    "[x](JaVaScRiPt:window.pwned=1)",
    "[x](data:text/html,<script>window.pwned=1</script>)",
    "<javascript:window.pwned=1>",
    "![x](https://evil.example/a.png)",
    '"><svg onload=window.pwned=1>',
    "`</code><script>window.pwned=1</script>`",
    "```</pre><script>window.pwned=1</script>\n</textarea>```",
    "| <b>a</b> |\n|---|\n| <img src=x onerror=window.pwned=1> |",
    "{{constructor.constructor('window.pwned=1')()}}",
]


async def test_nothing_that_is_typed_runs_or_loads(visit: Visit) -> None:
    for text in TYPED:
        await visit.box.fill(text)
        await visit.box.press("Enter")
    await expect(visit.channel.get_by_role("article")).to_have_count(len(TYPED))
    await expect(visit.channel.get_by_text("window.pwned").first).to_be_visible()
    assert await visit.page.evaluate("window.pwned") is None
    foreign = await visit.channel.locator("script, iframe, svg[onload], [onerror]").count()
    assert foreign == 0
    links = await visit.channel.locator("a[href]").evaluate_all("all => all.map((a) => a.href)")
    assert links == ["https://evil.example/a.png"]


async def test_nothing_that_a_model_writes_runs_or_loads(visit: Visit) -> None:
    await visit.say("@parley be hostile")
    answer = await visit.sees_answer("@everyone")
    await expect(answer).to_contain_text("<script>window.pwned=1</script>")
    assert await visit.page.evaluate("window.pwned") is None
    links = answer.locator(".prose a")
    hrefs = await links.evaluate_all("all => all.map((a) => [a.href, a.rel, a.target])")
    safe = ["noopener noreferrer nofollow", "_blank"]
    assert hrefs == [
        ["https://evil.example/p.png?d=secret", *safe],
        ["https://evil.example/login", *safe],
        ["https://evil.example/", *safe],  # the address itself, in markup that stayed text
    ]
    # A label that looks like another address does not hide where the link leads.
    await expect(answer).to_contain_text("https://bank.example/ (evil.example)")
    assert await answer.locator(".mention").count() == 0
    assert HOSTILE.count("@everyone") == 1


FORGED = (
    "[\u202etnuocca ruoy](https://moc.example.xyz/) and `a\u2066b` [שלום](https://evil.example/)"
)


async def test_no_text_turns_the_host_of_a_link_around(visit: Visit) -> None:
    await visit.box.fill(f"{FORGED} end")
    await visit.box.press("Enter")
    said = visit.message("end")
    text = await said.locator(".prose").text_content()
    assert text == ("tnuocca ruoy (moc.example.xyz) and a⟨U+2066⟩b שלום (evil.example) end")
    # Whatever the label's direction is, what is seen of the host reads from left to right.
    for host in await said.locator(".link-host").all():
        assert await host.evaluate("host => [host.tagName, host.dir]") == ["BDI", "ltr"]
    assert await said.locator(".labelled > bdi > a").count() == 2


async def test_the_policy_would_stop_what_the_page_might_miss(visit: Visit) -> None:
    """Proves that the guard is there: each attempt is refused and complained about."""
    tried = await visit.page.evaluate(
        """async () => {
          const outcomes = [];
          try { document.body.innerHTML = "<b>x</b>"; outcomes.push("markup"); } catch {}
          const script = document.createElement("script");
          try { script.text = "window.pwned = 1"; document.body.append(script); } catch {}
          await fetch("https://evil.example/").then(() => outcomes.push("fetch"), () => {});
          if (window.pwned) outcomes.push("script");
          return outcomes;
        }"""
    )
    assert tried == []
    assert any("Content Security Policy" in line for line in visit.complaints)
    visit.complaints.clear()
    visit.foreign.clear()


PARSED = [
    ("plain", [{"type": "paragraph", "text": "plain"}]),
    ("a\nb", [{"type": "paragraph", "text": "a\nb"}]),
    ("## H ##", [{"type": "heading", "level": 2, "text": "H"}]),
    ("```js\nlet a\n```", [{"type": "code", "language": "js", "text": "let a", "closed": True}]),
    ("~~~\nopen", [{"type": "code", "language": "", "text": "open", "closed": False}]),
    ("---", [{"type": "rule"}]),
    ("a | b", [{"type": "paragraph", "text": "a | b"}]),
]


@pytest.mark.parametrize(("text", "blocks"), PARSED)
async def test_markdown_blocks(visit: Visit, text: str, blocks: list[dict]) -> None:
    found = await visit.page.evaluate(
        """async (text) => (await import('/static/markdown.js')).parse(text)
             .map(({source, ...block}) => block)""",
        text,
    )
    assert found == blocks


async def test_markdown_inside_paragraphs(visit: Visit) -> None:
    cases = {
        "**b** *i* ~~s~~ `c`": ["strong", "text", "em", "text", "strike", "text", "code"],
        "***both***": ["em"],
        "snake_case_name and 2*3*4": ["text", "em", "text"],
        "2 * 3 * 4": ["text"],
        "**open": ["text"],
        r"\*not\* \`code\`": ["text"],
        "``a ` b``": ["code"],
        "see https://a.example/x_(y).": ["text", "link", "text"],
        "[a [b] c](https://a.example)": ["link"],
        "[a](relative/path)": ["text"],
        "<mail@a.example>": ["link"],
        "@Ana and ana@b.example": ["mention", "text"],
        "![p](https://a.example/p.png)": ["image"],
        "a\nb": ["text", "break", "text"],
        "你好**世界**吗": ["text", "strong", "text"],
    }
    for text, kinds in cases.items():
        found = await visit.page.evaluate(
            """async (text) => (await import('/static/inline.js')).inline(text)
                 .map(({type}) => type)""",
            text,
        )
        assert found == kinds, text


READ = [
    ("AT&amp;T &lt;b&gt; &copy; &#64;Ana &#x4f60;", ["AT&T <b> © @Ana 你"]),
    ("&#42;&#42;not bold&#42;&#42; &#96;x&#96;", ["**not bold** `x`"]),
    ("&nosuch; &amp &#0; &#xD800;", ["&nosuch; &amp \ufffd \ufffd"]),
    ("`&amp;`", ["&amp;"]),
    ("https://a.example/?x=1&amp;y=2&gt;", ["https://a.example/?x=1&y=2", ">"]),
]


@pytest.mark.parametrize(("written", "shown"), READ)
async def test_character_references_are_read_as_text(
    visit: Visit, written: str, shown: list[str]
) -> None:
    found = await visit.page.evaluate(
        """async (text) => (await import('/static/inline.js')).inline(text)
             .map(({type, text, label}) => type === 'mention' ? null : text ?? label)""",
        written,
    )
    assert found == shown


async def test_every_name_that_html_4_knows_is_read(visit: Visit) -> None:
    names = [*name2codepoint, "apos", "commat", "lsqb"]
    found = await visit.page.evaluate(
        """async (names) => {
          const {reference} = await import('/static/references.js');
          return names.map((name) => reference(`&${name};`, 0)?.text);
        }""",
        names,
    )
    assert found == [html5[f"{name};"] for name in names]


async def test_nested_lists_and_tasks(visit: Visit) -> None:
    text = "1. First\n   - one\n   - two\n2. Second\n\n- [x] done\n- [ ] open"
    found = await visit.page.evaluate(
        """async (text) => {
          const {parse} = await import('/static/markdown.js');
          const walk = (block) => block.type === 'list'
            ? [block.ordered, block.items.map((item) => [item.task, ...item.blocks.map(walk)])]
            : block.text;
          return parse(text).map(walk);
        }""",
        text,
    )
    nested = [False, [[None, "one"], [None, "two"]]]
    assert found == [
        [True, [[None, "First", nested], [None, "Second"]]],
        [False, [[True, "done"], [False, "open"]]],
    ]


SLOW = (
    *("*a", "**a ", "_", "`", "[", "[a](", "![", "<", "> ", "- ", "| a", "#", "# ", " ", "~~"),
    *("\\", "http://a", "@Ana", "***a", "*a **b ", "[a](b", "1. ", "`a``"),
)
"""Patterns that make naive readers slow."""


async def test_no_text_takes_long_to_read(visit: Visit) -> None:
    """A bound against what grows with the square, in the page's processor time: each takes less
    than a second of it, repeated to 100,000 characters and more."""
    session = await visit.context.new_cdp_session(visit.page)
    await session.send("Performance.enable")

    async def busy() -> float:
        told = await session.send("Performance.getMetrics")
        return next(float(m["value"]) for m in told["metrics"] if m["name"] == "ProcessTime")

    for piece in SLOW:
        before = await busy()
        await visit.page.evaluate(
            """async (piece) => {
              const {parse} = await import('/static/markdown.js');
              const {inline} = await import('/static/inline.js');
              const long = piece.repeat(50000);
              for (const text of [piece.repeat(100000 / piece.length),
                                  (piece + '\\n').repeat(20000), '```' + long, long + 'x']) {
                parse(text);
                inline(text);
              }
            }""",
            piece,
        )
        assert await busy() - before < 7, piece
