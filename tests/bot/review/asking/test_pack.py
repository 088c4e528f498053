"""Packing: what matters most is read first, nothing twice, and nothing is lost silently."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models.port import ModelSpec
from bot.review.asking.coverage import covered
from bot.review.asking.pack import LEAST_TOKENS, MOST_TOKENS, Bundle, Packed, pack, room
from bot.review.asking.ranking import ranked
from bot.review.material import Material, Source
from bot.review.values import Anchor
from tests.bot.review.made import finding, hunk, source_of


def words(text: str) -> int:
    """Count as if every word were a token: quick, and easy to reckon with."""
    return len(text.split())


def packed(sources: list[Source], budget: int, most: int = 4, **more: object) -> Packed:
    material = Material("file", tuple(sources))
    return pack(material, budget=budget, most=most, count=words, **more)  # type: ignore[arg-type]


def lines(count: int) -> str:
    return "".join(f"value_{number} = {number}\n" for number in range(count))


def numbers(bundles: tuple[Bundle, ...], path: str) -> list[int]:
    return [
        int(line.partition(" |")[0])
        for bundle in bundles
        for section in bundle.sections
        if section.source.path == path
        for line in section.text.split("\n")
        if "|" in line
    ]


def test_small_files_share_one_question() -> None:
    found = packed([source_of(f"{name}.py", lines(3)) for name in "abc"], 1_000)
    assert len(found.bundles) == 1
    assert not found.left_out


def test_a_file_that_fits_no_question_is_split_and_every_line_is_shown_once() -> None:
    found = packed([source_of("big.py", lines(200))], 400, most=8)
    assert 4 <= len(found.bundles) <= 6
    assert sorted(numbers(found.bundles, "big.py")) == list(range(1, 201))
    assert not any(section.is_whole for bundle in found.bundles for section in bundle.sections)


def test_it_is_split_between_hunks_where_that_is_possible() -> None:
    pieces = tuple(hunk(100 * at, "+x = 1\n" * 50) for at in (1, 2, 3))
    source = Source("a.py", pieces, is_diff=True)
    found = packed([source], 480, most=8)
    firsts = [section.first for bundle in found.bundles for section in bundle.sections]
    assert set(firsts) <= {100, 200, 300}


def test_what_finds_no_room_is_told_with_its_lines() -> None:
    material = Material("file", (source_of("big.py", lines(600)),))
    found = pack(material, budget=400, most=1, count=words)
    coverage = covered(material, (), found, found.bundles, llm="ok")
    last = max(numbers(found.bundles, "big.py"))
    assert coverage.full == ()
    assert coverage.partial == {"big.py": f"lines:1-{last}"}


def test_a_file_without_any_room_was_read_by_the_static_tools_only() -> None:
    sources = (
        source_of("auth/login.py", lines(50)),
        source_of("docs/notes.md", lines(50), "markdown"),
    )
    material = Material("file", sources)
    found = pack(material, budget=330, most=1, count=words)
    coverage = covered(material, (), found, found.bundles, llm="ok")
    assert coverage.full == ("auth/login.py",)
    assert coverage.partial == {"docs/notes.md": "static_only"}


def test_a_question_without_an_answer_leaves_its_files_to_the_static_tools() -> None:
    material = Material("file", (source_of("a.py", lines(50)), source_of("b.py", lines(50))))
    found = pack(material, budget=330, most=2, count=words)
    coverage = covered(material, (), found, found.bundles[:1], llm="partial")
    assert len(coverage.full) == 1
    assert list(coverage.partial.values()) == ["no_answer"]


def test_what_was_lost_while_reading_is_told_of_the_input_as_a_whole() -> None:
    material = Material("diff", (source_of("a.py", "x"),), {"b.png": "binary"}, ("cut", "latin1"))
    coverage = covered(material, ())
    assert (coverage.files_total, coverage.full) == (2, ("a.py",))
    assert (coverage.partial, coverage.missing) == ({}, ("cut",))
    assert coverage.skipped == {"b.png": "binary"}


def test_what_was_lost_of_the_only_file_is_told_of_that_file() -> None:
    alone = covered(Material("file", (source_of("a.py", "x"),), {}, ("cut",)), ())
    assert (alone.full, alone.partial, alone.missing) == ((), {"a.py": "cut"}, ())
    pulled = covered(Material("pr", (source_of("a.py", "x"),), {}, ("files_left_out",)), ())
    assert (pulled.full, pulled.missing) == (("a.py",), ("files_left_out",))


def test_a_file_that_was_read_in_part_keeps_its_reason_beside_the_models() -> None:
    material = Material(
        "diff",
        (source_of("a.py", lines(50)), source_of("b.py", lines(50))),
        {"c.py": "damaged"},
        ("cut", "damaged_hunks"),
        {"a.py": "cut"},
    )
    found = pack(material, budget=2_000, most=1, count=words)
    coverage = covered(material, (), found, (), llm="failed")
    assert coverage.partial == {"a.py": "cut; no_answer", "b.py": "no_answer"}
    assert coverage.missing == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            source_of("auth/session.py", "x = 1", "python"),
            source_of("colours.py", "x = 1", "python"),
        ),
        (source_of("app.py", "x = 1", "python"), source_of("tests/test_app.py", "x = 1", "python")),
        (source_of("app.py", "x = 1", "python"), source_of("README.md", "x = 1", "markdown")),
        (
            source_of("a.py", "cursor.execute(query)", "python"),
            source_of("b.py", "x = 1", "python"),
        ),
    ],
)
def test_what_may_do_more_harm_comes_first(first: Source, second: Source) -> None:
    assert ranked([second, first])[0] is first


def test_what_the_tools_found_moves_a_file_to_the_front() -> None:
    quiet, loud = source_of("a.py", "x = 1"), source_of("b.py", "x = 1")
    found = finding(severity="critical", anchor=Anchor(path="b.py"))
    assert ranked([quiet, loud], [found]) == [loud, quiet]


def test_the_room_follows_the_model_and_never_exceeds_what_is_read_well() -> None:
    assert room(ModelSpec("small", context=8_192, max_output=4_096)) == 8_192 - 2_048 - 2_500
    assert room(ModelSpec("large", context=400_000, max_output=128_000)) == MOST_TOKENS
    assert room(ModelSpec("tiny", context=2_000, max_output=1_000)) == LEAST_TOKENS


def test_a_bundle_is_halved_between_its_files() -> None:
    (bundle,) = packed([source_of(f"{name}.py", lines(9)) for name in "abcd"], 2_000).bundles
    first, second = bundle.halves()
    assert first.sections + second.sections == bundle.sections
    assert len(first.sections) == 2
    assert Bundle(bundle.sections[:1]).halves() == ()


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 120), min_size=1, max_size=6), st.integers(200, 900), st.integers(1, 4)
)
def test_every_line_is_shown_once_or_told_as_left_out(
    sizes: list[int], budget: int, most: int
) -> None:
    sources = [source_of(f"f{at}.py", lines(size)) for at, size in enumerate(sizes)]
    found = packed(sources, budget, most)
    assert len(found.bundles) <= most
    for bundle in found.bundles:
        assert sum(section.tokens for section in bundle.sections) <= budget
    for source, size in zip(sources, sizes, strict=True):
        shown = numbers(found.bundles, source.path)
        told = [
            number
            for section in found.left_out
            if section.source is source
            for number in range(section.first, section.last + 1)
        ]
        assert sorted(shown + told) == list(range(1, size + 1))
