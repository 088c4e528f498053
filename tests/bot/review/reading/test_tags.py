"""A fence's tag is told from the code, also where chat keeps it as the code's first line."""

from __future__ import annotations

import pytest

from adapters.slack.text.reading import from_blocks, from_mrkdwn
from bot.review.material import Source
from bot.review.reading.chat import find
from bot.review.reading.classify import read
from bot.review.reading.tags import parted, taken
from tests.bounds import bounded

DIFF = "--- a/app.py\n+++ b/app.py\n@@ -1,2 +1,2 @@\n-a = 1\n+a = eval(x)\n b = 2"


def sources(message: str) -> tuple[Source, ...]:
    return read(find(message).posted).sources


def numbered(source: Source) -> list[tuple[int | None, str]]:
    return [(line.new, line.text) for line in source.new_side()]


def slack_text(tag: str, code: str) -> str:
    return from_mrkdwn(f"please review this ```{tag}\n{code}```", lambda *_: "")


def slack_blocks(tag: str, code: str) -> str:
    elements = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "review this "}]},
        {
            "type": "rich_text_preformatted",
            "elements": [{"type": "text", "text": f"{tag}\n{code}"}],
        },
    ]
    return from_blocks([{"type": "rich_text", "elements": elements}], lambda *_: "")


def discord(tag: str, code: str) -> str:
    return f"review this ```{tag}\n{code}\n```"


def discord_closed_behind(tag: str, code: str) -> str:
    return f"review this:\n```{tag}\n{code}```"


def playground(tag: str, code: str) -> str:
    return f"review this\n\n```{tag}\n{code}\n```\n"


WAYS = (slack_text, slack_blocks, discord, discord_closed_behind, playground)


@pytest.mark.parametrize("way", WAYS)
def test_a_diff_is_read_as_one_however_its_fence_arrives(way) -> None:  # type: ignore[no-untyped-def]
    material = read(find(way("diff", DIFF)).posted)
    (source,) = material.sources
    assert (material.kind, source.path) == ("diff", "app.py")
    assert numbered(source) == [(1, "a = eval(x)"), (2, "b = 2")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("tag", "language"),
    [
        *(("python", "python"), ("py", "python"), ("js", "javascript"), ("TSX", "tsx")),
        *(("c++", "cpp"), ("bash", "shell"), ("Dockerfile", "dockerfile"), ("go", "go")),
    ],
)
def test_lines_count_from_behind_the_tag(way, tag: str, language: str) -> None:  # type: ignore[no-untyped-def]
    (source,) = sources(way(tag, "a = f(1)\nb = 2"))
    assert source.language == language
    assert numbered(source) == [(1, "a = f(1)"), (2, "b = 2")]


@pytest.mark.parametrize("way", WAYS)
def test_each_of_several_blocks_has_its_tag(way) -> None:  # type: ignore[no-untyped-def]
    first, second = sources(f"{way('python', 'a = 1')}\n{way('js', 'let b = 2;')}")
    assert (first.language, numbered(first)) == ("python", [(1, "a = 1")])
    assert (second.language, numbered(second)) == ("javascript", [(1, "let b = 2;")])


def test_a_block_may_begin_behind_the_words_that_end_another() -> None:
    found = find("this ```python\na = 1\n``` and this ```js\nlet b;\n``` please review both")
    assert [(one.fence_tag, one.content) for one in found.posted] == [
        ("python", "a = 1"),
        ("js", "let b;"),
    ]
    assert found.prose.split() == ["this", "and", "this", "please", "review", "both"]


def test_a_name_may_stand_in_the_tag() -> None:
    assert taken("py:app/main.py\nx = 1") == ("py:app/main.py", "x = 1")
    (block,) = find("```\npy:app/main.py\nx = 1\n```").posted
    assert (block.name, block.fence_tag, block.content) == ("app/main.py", "py", "x = 1")


@pytest.mark.parametrize(
    "code",
    [
        "python",
        "x = 1\npython",
        "value\nx = 1",
        "  c\nc = 2",
        "make\nmake install",
        "env\nexport A=1",
        "GO\nSELECT 1 FROM a",
        "html\n{ margin: 0 }",
        "html\n  head",
        "python\nruby\ngo",
        "c:foo\nx",
        "json: 1\nb: 2",
    ],
)
def test_a_first_line_that_does_something_is_code(code: str) -> None:
    assert taken(code) == ("", code)


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("make\nall: a\n\tcc a", "make"),
        ("env\nA=1\nB=2", "env"),
        ("html\n<p>", "html"),
        ("json\n{\n}", "json"),
        ("python\n    x = 1", "python"),
        ("diff\ndiff --git a/x b/x", "diff"),
        ("c\nc = 2;", "c"),
    ],
)
def test_a_tag_above_its_own_language_is_one(code: str, tag: str) -> None:
    assert taken(code)[0] == tag


def test_code_that_begins_on_the_fences_line_is_kept() -> None:
    assert parted("x = eval(y)") == ("", ["x = eval(y)"])
    for message in ("```x = eval(y)\nb = 2\n```", "review ```x = eval(y)\nb = 2\n```"):
        assert numbered(sources(message)[0]) == [(1, "x = eval(y)"), (2, "b = 2")]


@pytest.mark.parametrize(
    "tag", ["python", "c++", "{.python}", 'py title="a.py"', "a.py", "mermaid"]
)
def test_what_may_be_a_tag_behind_a_fence_is_one(tag: str) -> None:
    assert parted(tag) == (tag, [])


def test_words_before_a_fence_that_nothing_closes_are_words() -> None:
    assert find("what does ``` do\nin Markdown?").posted == ()


def test_hostile_fences_cost_no_more_than_their_length() -> None:
    with bounded(5):
        find("a ```x y\n" * 20_000)
        find("a ```\nx\n``` b\n" * 5_000)
        find("`" * 50_000 + "\n" + "a`" * 50_000 + "```x")
