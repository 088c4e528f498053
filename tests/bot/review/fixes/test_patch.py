"""`git apply` takes every patch, and what it makes of a file is what the edits say."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.review.fixes.edits import applied, lines_of
from bot.review.fixes.patch import Ends, combined, ends_of, patch
from bot.review.material import Material, Source
from bot.review.values import Anchor, Edit, Fix
from tests.bot.review.made import diff_of, finding, hunk, source_of

TEXT = "".join(f"line {number}\n" for number in range(1, 41))


def edit(start: int, end: int, new: str, text: str = TEXT) -> Edit:
    old = "".join(f"{line}\n" for line in text.replace("\r", "").split("\n")[start - 1 : end])
    return Edit(start_line=start, end_line=end, old=old, new=new)


def git_applies(folder: Path, path: str, before: str, text: str) -> str:
    """Let git apply a patch to a file, and return what it made of it."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(before.encode())
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (("--check",), ()):
        done = subprocess.run(
            ["git", "apply", *arguments, "-"],
            cwd=folder,
            input=text.encode("utf-8", "surrogateescape"),
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr.decode()}\n{text}"
    return place.read_bytes().decode()


def edited(text: str, *edits: Edit) -> str:
    """Carry edits out by hand, from the last to the first."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.removesuffix(end).split(end) if text else []
    for each in sorted(edits, key=lambda each: each.start_line, reverse=True):
        lines[each.start_line - 1 : max(each.end_line, each.start_line - 1)] = lines_of(each.new)
    return end.join(lines) + (end if text.endswith(end) and lines else "")


@pytest.mark.parametrize(
    "edits",
    [
        [edit(20, 20, "changed\n")],
        [edit(1, 1, "first\nsecond\n")],
        [edit(40, 40, "last\n")],
        [edit(1, 40, "all\n")],
        [edit(10, 12, "")],
        [edit(39, 40, "")],
        [edit(5, 4, "before five\n")],
        [edit(1, 0, "at the top\n")],
        [edit(41, 40, "at the end\n")],
        [edit(3, 3, "a\n"), edit(8, 7, "b\nc\n"), edit(30, 33, ""), edit(40, 40, "z\n")],
        [edit(10, 14, "line 10\nnew\nline 12\nline 13\n")],
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("final", [True, False])
def test_git_takes_it(tmp_path: Path, edits: list[Edit], end: str, final: bool) -> None:
    before = TEXT.replace("\n", end)
    before = before if final else before.removesuffix(end)
    written = patch(source_of("src/app.py", TEXT), edits, ends_of(before))
    expected = edited(before, *edits)
    made = git_applies(tmp_path, "src/app.py", before, written)
    if not final and edits[-1].new == "" and edits[-1].end_line == 40:
        expected += end  # what is the last line now had an end before
    assert made == expected


@pytest.mark.parametrize(
    "path",
    ["with space/my file.py", 'quo"te.py', "tab\there.py", "näme/café.py", "back\\slash", "b/a.py"],
)
def test_git_takes_any_name(tmp_path: Path, path: str) -> None:
    change = edit(20, 20, "changed\n")
    made = git_applies(tmp_path, path, TEXT, patch(source_of(path, TEXT), [change]))
    assert made == edited(TEXT, change)


def test_a_file_without_lines_gets_some(tmp_path: Path) -> None:
    change = Edit(start_line=1, end_line=0, old="", new="first\n")
    assert git_applies(tmp_path, "a.py", "", patch(Source("a.py", ()), [change])) == "first\n"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(start_line=3, end_line=3, old="something else\n", new="x\n")],
        [Edit(start_line=99, end_line=99, old="line 99\n", new="x\n")],
        [edit(3, 6, "x\n"), edit(5, 8, "y\n")],
        [edit(3, 2, "x\n"), edit(3, 2, "y\n")],
        [edit(3, 3, "line 3\n")],
        [],
    ],
)
def test_what_does_not_fit_or_changes_nothing_has_no_patch(edits: list[Edit]) -> None:
    assert patch(source_of("a.py", TEXT), edits) == ""


def test_a_fix_of_a_diff_is_a_patch_on_the_new_side(tmp_path: Path) -> None:
    rows = " line 10\n line 11\n-gone\n+line 12\n line 13\n line 14\n line 15\n"
    material = diff_of(
        "a.py", hunk(10, rows), hunk(30, " line 30\n+line 31\n line 32\n line 33\n line 34\n")
    )
    edits = [edit(12, 12, "twelve\nand more\n"), edit(31, 31, "")]
    written = patch(material.sources[0], edits)
    assert git_applies(tmp_path, "a.py", TEXT, written) == edited(TEXT, *edits)
    # At the last line that is shown git would think the file to end.
    assert patch(material.sources[0], [edit(15, 15, "fifteen\n")]) == ""


def test_edits_are_carried_out_on_a_source() -> None:
    source = source_of("a.py", TEXT)
    changed = applied(source, [edit(3, 3, "a\nb\n"), edit(10, 12, "")])
    assert changed is not None
    assert changed.text() == edited(TEXT, edit(3, 3, "a\nb\n"), edit(10, 12, ""))
    assert [line.new for line in changed.new_side()] == list(range(1, 39))


def test_edits_of_a_diff_count_as_changed_lines() -> None:
    material = diff_of("a.py", hunk(10, " a\n-gone\n+b\n c\n"), hunk(30, " d\n", position=9))
    change = Edit(start_line=12, end_line=12, old="c\n", new="C\nD\n")
    changed = applied(material.sources[0], [change])
    assert changed is not None
    assert [(line.text, line.is_added) for line in changed.new_side()] == [
        ("a", False), ("b", True), ("C", True), ("D", True), ("d", False),
    ]  # fmt: skip
    assert [line.new for line in changed.new_side()] == [10, 11, 12, 13, 31]
    assert [line.old for line in changed.pieces[1].lines] == [30]


def test_several_fixes_are_one_patch_and_the_gravest_wins(tmp_path: Path) -> None:
    def fixed(id_: str, severity: str, path: str, change: Edit, **more: bool) -> object:
        fix = Fix(edits=(change,), applies=True, **more)
        return finding(id=id_, severity=severity, anchor=Anchor(path=path), fix=fix)

    material = Material("file", (source_of("a.py", TEXT), source_of("b.py", TEXT)))
    found = [
        fixed("low", "low", "a.py", edit(4, 6, "never\n")),
        fixed("high", "high", "a.py", edit(5, 5, "five\n")),
        fixed("other", "nit", "b.py", edit(1, 1, "one\n")),
        fixed("bad", "critical", "b.py", edit(2, 2, "two\n"), parses=False),
    ]
    whole = combined(material, found)  # type: ignore[arg-type]
    assert whole.left_out == ("low",)
    (tmp_path / "b.py").write_text(TEXT)
    assert git_applies(tmp_path, "a.py", TEXT, whole.text) == edited(TEXT, edit(5, 5, "five\n"))
    assert (tmp_path / "b.py").read_text() == edited(TEXT, edit(1, 1, "one\n"))


def test_no_patch_says_a_secret_aloud() -> None:
    lines = TEXT.replace("line 18\n", 'key = "sk-ant-' + "a1b2c3d4" * 6 + '"\n')
    source = source_of("a.py", lines)
    assert patch(source, [edit(20, 20, "x\n")]) == ""
    assert patch(source, [edit(30, 30, "x\n")])


WORDS = st.lists(
    st.sampled_from(["a", "b", "", "c d", "+x", "-y", "\\ z", "@@ -1 +1 @@"]),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=WORDS,
    cuts=st.lists(
        st.tuples(
            st.integers(1, 14), st.integers(0, 3), st.lists(st.sampled_from("abx"), max_size=3)
        ),
        min_size=1,
        max_size=3,
    ),
    final=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_git_makes_of_any_file_what_the_edits_say(
    tmp_path: Path, lines: list[str], cuts: list[tuple[int, int, list[str]]], final: bool, end: str
) -> None:
    text = end.join(lines) + (end if final or not lines[-1] else "")
    edits, at = [], 1
    for start, size, new in sorted(cuts):
        begin = max(start, at)
        if begin > len(lines):
            break
        size = min(size, len(lines) - begin + 1)
        edits.append(
            edit(begin, begin + size - 1, "".join(f"{word}\n" for word in new), end.join(lines))
        )
        at = begin + size + 1
    source = source_of("a b.py", "\n".join(lines) + "\n")
    ends = Ends(end, text.endswith(end))  # type: ignore[arg-type]
    written = patch(source, edits, ends)
    changed = applied(source, edits)
    assert changed is not None
    expected = [line.text for line in changed.new_side()]
    assert expected == edited("\n".join(lines) + "\n", *edits).split("\n")[:-1]
    if written:
        made = git_applies(tmp_path, "a b.py", text, written) if expected else ""
        assert made.replace("\r\n", "\n").removesuffix("\n").split("\n") == (expected or [""])
