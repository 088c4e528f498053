"""The registry: a typed function with a docstring is the whole definition of a tool."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, Field

from bot.errors import AskAgain
from bot.tools import Also, Narrowed, ToolContext, ToolOutput, tool
from bot.tools.registry import load_tools, make_tool
from bot.tools.results import MOST_TEXT, bounded
from bot.tools.signature import BadTool

from .helpers import context


class Point(BaseModel):
    """A place on paper."""

    x: float
    y: float = 0


class Strange:
    """Nothing that JSON can spell."""


async def forecast(
    ctx: ToolContext,
    place: Annotated[str, "Where."],
    days: int = 1,
    unit: Literal["celsius", "fahrenheit"] | None = None,
    tags: list[str] | None = None,
) -> str:
    """Tell the weather.

    Of any place.

    Args:
        days: How many days,
            at most seven.
        unit (str): The unit.

    Returns:
        Text.
    """
    return f"{ctx.author.name} {place} {days} {unit} {tags}"


def test_name_description_and_schema_come_from_the_function() -> None:
    made = make_tool(forecast)
    assert made.name == "forecast"
    assert made.description == "Tell the weather.\n\nOf any place."
    assert made.parameters == {
        "type": "object",
        "properties": {
            "place": {"type": "string", "description": "Where."},
            "days": {
                "type": "integer",
                "description": "How many days, at most seven. Default: 1.",
            },
            "unit": {
                "type": "string",
                "enum": ["celsius", "fahrenheit"],
                "description": "The unit.",
            },
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["place"],
        "additionalProperties": False,
    }


def test_sphinx_style_parameters_are_read_too() -> None:
    async def look(word: str, deep: bool = False) -> str:
        """Look a word up.

        :param word: What to look up,
            exactly.
        :param bool deep: Whether to follow links.
        :returns: The entry.
        """
        return word

    made = make_tool(look)
    assert made.description == "Look a word up."
    texts = {name: each["description"] for name, each in made.parameters["properties"].items()}
    assert texts == {
        "word": "What to look up, exactly.",
        "deep": "Whether to follow links. Default: False.",
    }


async def test_only_what_was_given_reaches_the_function() -> None:
    result = await make_tool(forecast).run(context(), {"place": "Oslo"})
    assert result == ToolOutput(text="Ann Oslo 1 None None")


async def test_a_plain_function_runs_beside_the_loop_and_may_return_any_value() -> None:
    import threading

    def where(numbers: list[int]) -> dict[str, Any]:
        """Tell the thread."""
        return {"main": threading.current_thread() is threading.main_thread(), "n": numbers}

    result = await make_tool(where).run(context(), {"numbers": ["1", 2]})
    assert result.text == '{"main": false, "n": [1, 2]}'


async def test_a_method_and_an_object_with_call_are_functions_too() -> None:
    class Greeter:
        """Greets."""

        __name__ = "hail"

        async def greet(self, name: str) -> str:
            """Greet somebody."""
            return f"Hello {name}"

        async def __call__(self, name: str) -> str:
            """Hail somebody."""
            return f"Hail {name}"

    greeter = Greeter()
    assert (await make_tool(greeter.greet).run(context(), {"name": "Bo"})).text == "Hello Bo"
    assert (await make_tool(greeter).run(context(), {"name": "Bo"})).text == "Hail Bo"


async def test_parameters_may_be_called_like_methods_of_the_validator() -> None:
    async def odd(json: str, copy: int, schema: str = "") -> str:
        """Take odd names."""
        return f"{json} {copy} {schema}"

    made = make_tool(odd)
    assert set(made.parameters["properties"]) == {"json", "copy", "schema"}
    assert (await made.run(context(), {"json": "a", "copy": 1})).text == "a 1 "


async def test_nested_models_are_described_without_references_and_arrive_whole() -> None:
    async def draw(points: list[Point]) -> str:
        """Draw."""
        return str([(point.x, point.y) for point in points])

    made = make_tool(draw)
    assert "$ref" not in str(made.parameters)
    assert "default" not in str(made.parameters)
    assert made.parameters["properties"]["points"]["items"]["required"] == ["x"]
    assert (await made.run(context(), {"points": [{"x": 1}]})).text == "[(1.0, 0)]"


def test_options_are_optional_and_kept() -> None:
    @tool(name="slow_one", timeout=3, title="Waiting for {who}…", repeatable=False)
    async def slow(who: str) -> str:
        """Wait."""
        return who

    made = make_tool(slow)
    assert (made.name, made.timeout, made.repeatable) == ("slow_one", 3, False)
    assert made.title({"who": "Bo\n" * 99}, "en").startswith("Waiting for Bo Bo")
    assert len(made.title({"who": "x" * 999}, "en")) < 80
    assert made.title({}, "zh-CN") == "正在使用 slow_one…"


def test_titles_follow_the_language_of_the_asker() -> None:
    @tool(title={"en": "Looking…", "zh-CN": "查看…", "zh-TW": "查閱…"})
    async def look() -> str:
        """Look."""
        return ""

    title = make_tool(look).title
    assert [title({}, each) for each in ("de", "zh", "zh-Hant-HK")] == [
        "Looking…",
        "查看…",
        "查閱…",
    ]


def _bad_functions() -> list[tuple[Any, str]]:
    async def silent(x: int) -> str:
        return ""

    async def untyped(x) -> str:
        """Do."""
        return ""

    async def spread(*x: int) -> str:
        """Do."""
        return ""

    async def late_context(x: int, ctx: ToolContext) -> str:
        """Do."""
        return ""

    async def strange(x: Strange) -> str:
        """Do."""
        return ""

    async def mistyped(x: "Nowhere") -> str:  # noqa: F821, UP037
        """Do."""
        return ""

    async def bad_name() -> str:
        """Do."""
        return ""

    async def reserved(model_config: str) -> str:
        """Do."""
        return ""

    async def twofold(x: Annotated[str, Also("z")], y: Annotated[str, Narrowed("Z")]) -> str:
        """Do."""
        return ""

    async def shadowed(x: Annotated[str, Also("y")], y: str) -> str:
        """Do."""
        return ""

    bad_name.__name__ = "weather report"
    return [
        (silent, "docstring"),
        (untyped, "no type"),
        (spread, "plain named"),
        (late_context, "first parameter"),
        (strange, "described"),
        (mistyped, "Nowhere"),
        (bad_name, "weather report"),
        (reserved, "model_config"),
        (twofold, "'z' could mean more than one"),
        (shadowed, "'y' could mean more than one"),
    ]


@pytest.mark.parametrize(("function", "word"), _bad_functions())
def test_a_function_that_cannot_be_a_tool_is_refused_with_the_reason(
    function: Any, word: str
) -> None:
    with pytest.raises(BadTool, match=word):
        make_tool(function)


def test_a_model_that_refers_to_itself_is_refused() -> None:
    class Tree(BaseModel):
        children: list[Tree] = []

    Tree.model_rebuild(_types_namespace={"Tree": Tree})

    async def plant(tree: Tree) -> str:
        """Plant."""
        return ""

    plant.__annotations__["tree"] = Tree
    with pytest.raises(BadTool, match="nest"):
        make_tool(plant)


def test_a_fault_in_the_bots_own_tools_is_not_hidden() -> None:
    with pytest.raises(BadTool, match="already"):
        load_tools([forecast, forecast], group="parley.none")


def _install(folder: Path, name: str, points: str, code: str) -> None:
    """Lay a package out as pip does."""
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[parley.tools]\n{points}\n")


def test_strangers_broken_tools_are_logged_with_their_package_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each fault leaves out only what has it: the good tools beside it stay."""
    _install(tmp_path, "pa_boom", "x = pa_boom:x", "raise ImportError('no lib')")
    _install(tmp_path, "pb_exit", "x = pb_exit:x", "import sys\nsys.exit(3)")
    _install(tmp_path, "pc_none", "x = pc_none:missing", "")
    _install(tmp_path, "pd_text", "x = pd_text:x", "def x():\n    return 'a tool?'")
    good = "async def {}() -> str:\n    'Do.'\n    return '{}'\n"
    mixed = good.format("fine", "1") + "def bad(y): pass\nasync def forecast() -> str:\n 'F'\n"
    _install(tmp_path, "pe_mixed", "x = pe_mixed:all", mixed + "all = [bad, fine, forecast, 7]")
    _install(tmp_path, "pf_same", "x = pf_same:fine", good.format("fine", "2"))
    monkeypatch.syspath_prepend(str(tmp_path))
    with caplog.at_level(logging.INFO):
        tools = load_tools([forecast])
    assert {"forecast", "fine"} <= set(tools)
    assert tools["forecast"].description.startswith("Tell the weather.")
    errors = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    for package in ("pa_boom", "pb_exit", "pc_none", "pd_text", "pe_mixed", "pf_same"):
        assert any(f"{package} 1.0" in error for error in errors), package
    assert any("no lib" in error for error in errors)
    assert sum("pe_mixed" in error for error in errors) >= 2


async def test_wrong_arguments_are_the_models_to_correct() -> None:
    with pytest.raises(AskAgain, match="place"):
        await make_tool(forecast).run(context(), {"days": 2})


async def test_further_names_that_the_author_declares_are_taken_and_not_shown() -> None:
    @tool(title="Calling {person}…")
    async def call(
        person: Annotated[str, "Whom.", Also("name", "who")],
        minutes: Annotated[int, Field(validation_alias=AliasChoices("minutes", "mins"))] = 5,
    ) -> str:
        """Call somebody."""
        return f"{person} {minutes}"

    made = make_tool(call)
    assert list(made.parameters["properties"]) == ["person", "minutes"]
    assert (await made.run(context(), {"Who": "Bo", "mins": "7"})).text == "Bo 7"
    assert made.title({"name": "Bo"}, "en") == "Calling Bo…"


async def test_what_a_tool_does_not_have_is_named_behind_its_result() -> None:
    made = make_tool(forecast)
    result = await made.run(context(), {"place": "Oslo", "language": "en"})
    told = "(forecast has no argument 'language'; it was ignored.)"
    assert result.text == f"Ann Oslo 1 None None\n{told}"

    async def flood() -> str:
        """Flood."""
        return "x" * 50_000

    result = bounded(await make_tool(flood).run(context(), {"calm": True}))
    assert len(result.text) <= MOST_TEXT
    assert result.text.endswith("(flood has no argument 'calm'; it was ignored.)")
    assert "the result has 50,000 characters" in result.text


async def test_what_has_effects_does_not_run_without_a_wish_that_it_cannot_heed() -> None:
    ran: list[str] = []

    @tool(repeatable=False)
    async def erase(path: str) -> str:
        """Erase a file."""
        ran.append(path)
        return "gone"

    with pytest.raises(AskAgain, match="no argument 'dry_run'"):
        await make_tool(erase).run(context(), {"path": "a", "dry_run": True})
    assert ran == []
