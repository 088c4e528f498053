"""From every entry, a fix becomes a patch that `git apply` takes: line ends and a missing last one
are those of the file, as a diff or the file itself tells them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.review.fixes.patch import combined
from bot.review.material import Material, Source
from bot.review.reading.classify import read
from bot.review.reading.diffs import read_hunks
from bot.review.reading.diffs.files import Draft
from bot.review.reading.posted import Posted
from bot.review.values import Anchor, Edit, Fix
from tests.bot.review.fixes.test_patch import git_applies
from tests.bot.review.made import finding

LINES = [f"line {number}" for number in range(1, 13)]


def written(lines: list[str], end: str, *, final: bool) -> str:
    return end.join(lines) + (end if final else "")


def fixed(material: Material, at: int, old: str, new: str = "mended\n") -> str:
    """Return the patch for one line."""
    (source,) = material.sources
    fix = Fix(
        edits=(Edit(start_line=at, end_line=at, old=f"{old}\n", new=new),),
        applies=True,
        parses=True,
    )
    place = Anchor(path=source.path, start_line=at, end_line=at, status="exact")
    return combined(material, [finding(anchor=place, fix=fix)]).text


def git_diff(folder: Path, before: str, after: str) -> bytes:
    """Let git write a diff, byte by byte."""
    (folder / "a.txt").write_bytes(before.encode())
    (folder / "b.txt").write_bytes(after.encode())
    done = subprocess.run(
        ["git", "diff", "--no-index", "--no-prefix", "a.txt", "b.txt"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.stdout.replace(b"--- a.txt", b"--- b.txt").replace(b" a.txt b.txt", b" b.txt b.txt")


@pytest.mark.parametrize("final", [True, False], ids=["ended", "unended"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("at", [1, 6, 12])
def test_a_file_on_the_command_line_or_attached(
    tmp_path: Path, end: str, final: bool, at: int
) -> None:
    before = written(LINES, end, final=final)
    material = read([Posted("a.txt", before.encode())])
    patch = fixed(material, at, LINES[at - 1])
    after = [*LINES[: at - 1], "mended", *LINES[at:]]
    assert git_applies(tmp_path, "a.txt", before, patch) == written(after, end, final=final)


@pytest.mark.parametrize("final", [True, False], ids=["ended", "unended"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("at", [8, 10, 12])
def test_a_diff_as_git_writes_it(tmp_path: Path, end: str, final: bool, at: int) -> None:
    now = [*LINES[:9], "changed", *LINES[10:]]
    before, after = (written(each, end, final=final) for each in (LINES, now))
    material = read([Posted("", git_diff(tmp_path, before, after))])
    (source,) = material.sources
    assert (source.line_end, source.final_newline) == (end, final)
    assert not any("\r" in line.text for piece in source.pieces for line in piece.lines)
    patch = fixed(material, at, now[at - 1])
    mended = [*now[: at - 1], "mended", *now[at:]]
    assert git_applies(tmp_path, "b.txt", after, patch) == written(mended, end, final=final)


def test_a_change_that_takes_the_last_line_end_away_or_brings_it(tmp_path: Path) -> None:
    ended, unended = written(LINES, "\n", final=True), written(LINES, "\n", final=False)
    for before, after in ((ended, unended), (unended, ended)):
        material = read([Posted("", git_diff(tmp_path, before, after))])
        patch = fixed(material, 11, "line 11")
        assert git_applies(tmp_path, "b.txt", after, patch) == after.replace("line 11", "mended")


def test_a_diff_that_something_rewrote_for_windows_is_read_as_any_other() -> None:
    text = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a\n+b\n c\n".replace("\n", "\r\n")
    (source,) = read([Posted("", text.encode())]).sources
    assert [line.text for line in source.new_side()] == ["b", "c"]
    assert source.line_end == "\n"


def test_a_code_hosts_own_form_tells_the_line_ends_too() -> None:
    draft = Draft(index="a.txt", is_git=True)
    source = read_hunks("@@ -1,2 +1,2 @@\n-a\r\n+b\r\n c\r\n\\ No newline at end of file", draft)
    assert source is not None
    assert (source.line_end, source.final_newline) == ("\r\n", False)
    assert [line.text for line in source.new_side()] == ["b", "c"]


def test_a_pasted_snippet_is_a_file_of_its_own(tmp_path: Path) -> None:
    material = read([Posted("", "a = 1\r\nb = 2", is_pasted=True)])
    patch = fixed(material, 2, "b = 2")
    assert git_applies(tmp_path, "snippet", "a = 1\nb = 2\n", patch) == "a = 1\nmended\n"


@pytest.mark.parametrize("text", ["a\r\nb\nc\r\n", "a\rb\rc\r"])
def test_a_file_whose_lines_end_now_so_and_now_so_has_no_patch(text: str) -> None:
    """Whatever was written, git would not take it, and no other fix beside it."""
    material = read([Posted("a.txt", text.encode())])
    assert material.sources[0].line_end == ""
    assert fixed(material, 2, "b") == ""


def test_what_nobody_tells_of_a_source_is_as_usual() -> None:
    assert (Source("a", ()).line_end, Source("a", ()).final_newline) == ("\n", True)
