"""What the documents name is there: paths, links, make targets, commands, and the tool example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import parser
from bot.tools import registry
from bot.tools.registry import make_tool
from bot.tools.toolbox import open_toolbox

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])

_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"`((?:bot|adapters|tests|docs|deploy|benchmarks|scripts)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    if page.parent.name == "decisions":
        return  # a decision speaks of its day
    for path in _PATH.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{page.name} names {path}"


def test_whoever_reads_the_page_of_the_architecture_meets_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named: list[str] = []
    for row in re.findall(r"^\| (`(?:bot|adapters)/[^|]+) \|", page, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        beside = first.rstrip("/").rpartition("/")[0]
        named += [first, *(f"{beside}/{other}" for other in others)]
    there = [f"bot/{path.name}" for path in (ROOT / "bot").glob("[a-z]*.py")]
    for room in ("bot", "adapters", "adapters/slack", "adapters/discord"):
        folders = (path for path in (ROOT / room).glob("[a-z]*/"))
        there += [f"{room}/{path.name}/" for path in folders if path.is_dir()]
    assert sorted(named) == sorted(there)


def test_what_platforms_have_in_common_has_one_name_in_all_their_rooms() -> None:
    page = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
    of_all = re.findall(r"^\| `([a-z]+\.py)` \|", page, re.MULTILINE)
    of_two = re.findall(
        r"`((?:[a-z]+/)?[a-z]+\.py)`", page[page.index("Slack and Discord, where") :]
    )
    assert len(of_all) == 5
    assert len(of_two) > 20
    for names, rooms in (
        (of_all, ("slack", "discord", "web", "console")),
        (of_two, ("slack", "discord")),
    ):
        for room in rooms:
            missing = [name for name in names if not (ROOT / "adapters" / room / name).exists()]
            assert missing == [], f"adapters/{room}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make (\w+)", page.read_text(encoding="utf-8")))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_can_be_parsed(page: Path) -> None:
    commands = parser(("slack", "discord"))
    text = page.read_text(encoding="utf-8")
    for words in re.findall(r"`(?:\.venv/bin/)?python -m bot ([a-z -]+)`", text):
        commands.parse_args(words.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_works_where_a_reader_stands_in_the_checkout(page: Path) -> None:
    text = re.sub(r"^\|.*", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)  # figures
    assert re.findall(r".*(?<!\.venv/bin/)python -m bot.*", text) == []


@pytest.mark.parametrize("page", ["README.md", "docs/tools.md"])
def test_the_tool_in_the_documents_is_a_tool(page: str) -> None:
    example = re.search(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    assert example is not None
    names: dict[str, object] = {"__name__": "parley_dice"}
    exec(example[1], names)  # the very text that readers copy
    tool = make_tool(names["roll_dice"])
    assert (tool.name, tool.description) == ("roll_dice", "Roll one die.")
    assert list(tool.parameters["properties"]) == ["sides"]


def test_the_page_of_tools_names_each_that_comes_with_the_bot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: ())  # those of packages
    text = (ROOT / "docs" / "tools.md").read_text(encoding="utf-8")
    for name in open_toolbox(forecast_url="", geocoding_url="").tools:
        assert f"`{name}`" in text
        assert f"**{name}**" in text
