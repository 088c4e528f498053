"""Whatever is typed or written by a model stays text: nothing runs, loads, pings or hides."""

from __future__ import annotations

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


async def test_no_text_takes_long_to_read(visit: Visit) -> None:
    """Patterns that make naive readers slow: each repeated to 100,000 characters and more."""
    worst = await visit.page.evaluate(
        """async () => {
          const {parse} = await import('/static/markdown.js');
          const {inline} = await import('/static/inline.js');
          const pieces = ['*a', '**a ', '_', '`', '[', '[a](', '![', '<', '> ', '- ', '| a', '#',
            '# ', ' ', '~~', '\\\\', 'http://a', '@Ana', '***a', '*a **b ', '[a](b', '1. ', '`a``'];
          let worst = ['', 0];
          for (const piece of pieces) {
            for (const text of [piece.repeat(100000 / piece.length), (piece + '\\n').repeat(20000),
                                '```' + piece.repeat(50000), piece.repeat(50000) + 'x']) {
              const start = performance.now();
              parse(text);
              inline(text);
              const took = performance.now() - start;
              if (took > worst[1]) worst = [JSON.stringify(text.slice(0, 30)), took];
            }
          }
          return worst;
        }"""
    )
    assert worst[1] < 2000, worst
