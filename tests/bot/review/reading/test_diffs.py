"""Diffs are read as they are found: no damage moves a line's number, and what cannot be known is
left out and told."""

from __future__ import annotations

import difflib
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unidiff import PatchSet

from bot.review.material import Material, Source
from bot.review.reading.diffs import read_diff, read_hunks
from bot.review.reading.diffs.files import Draft
from tests.bot.review.damage import CUTS, KINDS, TAKEN, WORSE
from tests.bot.review.patches import STYLES, Patch, Repository
from tests.bot.review.verdicts import Expected, expected, judge, ours, squeezed
from tests.bounds import bounded

PER_STYLE = 12


@pytest.fixture(scope="module")
def patches(tmp_path_factory: pytest.TempPathFactory) -> list[Patch]:
    repository = Repository(tmp_path_factory.mktemp("repository"))
    return [one for style in STYLES for one in repository.patches(PER_STYLE, style)]


@pytest.fixture(scope="module")
def wanted(patches: list[Patch]) -> list[list[Expected]]:
    return [expected(patch) for patch in patches]


def read(text: str) -> Material:
    material = read_diff(text)
    assert material is not None
    return material


def only(text: str) -> Source:
    (source,) = read(text).sources
    return source


def rows(source: Source) -> list[tuple[int | None, int | None, str]]:
    return [(line.old, line.new, line.text) for piece in source.pieces for line in piece.lines]


# -- over real patches ---------------------------------------------------------------------------


def test_what_is_expected_stands_in_the_files_and_agrees_with_unidiff(
    patches: list[Patch], wanted: list[list[Expected]]
) -> None:
    compared = 0
    for patch, lines in zip(patches, wanted, strict=True):
        for one in lines:
            path, _, new, text = one.row
            if new is not None:
                assert squeezed(patch.after[path][new - 1]) == text
        try:
            theirs = PatchSet(io.StringIO(patch.text, newline="\n"))
        except Exception:  # it stumbles over names with spaces
            continue
        numbers = [
            (line.source_line_no, line.target_line_no)
            for file in theirs
            for hunk in file
            for line in hunk
            if line.line_type in ("+", "-", " ")
        ]
        assert [one.row[1:3] for one in lines] == numbers
        compared += 1
    assert compared > len(patches) // 2


def verdicts(patches: list[Patch], wanted: list[list[Expected]], kind: str) -> list[str]:
    chance = random.Random(5)
    damage = (KINDS | CUTS | WORSE)[kind]
    found = []
    for patch, lines in zip(patches, wanted, strict=True):
        damaged = damage(patch.text, chance)
        found.append(judge(lines, patch.text, damaged, ours(damaged), TAKEN.get(kind, "")))
    return found


@pytest.mark.parametrize("kind", [*KINDS, *CUTS])
def test_every_line_is_right_after(
    kind: str, patches: list[Patch], wanted: list[list[Expected]]
) -> None:
    assert set(verdicts(patches, wanted, kind)) == {"right"}


@pytest.mark.parametrize("kind", ["lines left out", "long lines broken"])
def test_what_is_not_told_any_more_is_left_out_and_never_wrong_after(
    kind: str, patches: list[Patch], wanted: list[list[Expected]]
) -> None:
    assert "wrong" not in verdicts(patches, wanted, kind)


def test_lost_marks_are_mostly_refused_rather_than_guessed(
    patches: list[Patch], wanted: list[list[Expected]]
) -> None:
    """What stays wrong are patches within patches, whose inner headers now stand at the margin."""
    found = verdicts(patches, wanted, "leading spaces stripped")
    assert found.count("wrong") <= len(found) * 0.1


# -- headers -------------------------------------------------------------------------------------

HUNK = "@@ -1,2 +1,3 @@ def f():\n one\n+two\n three\n"


@pytest.mark.parametrize(
    ("head", "path"),
    [
        ("diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n", "x.py"),
        ("--- x.py.orig\t2026-01-02 03:04:05.000000000 +0000\n+++ x.py\t2026-01-02\n", "x.py"),
        ("--- x.py.orig  2026-01-02 03:04:05 +0000\n+++ x.py 2026-01-02 03:04:05\n", "x.py"),
        ("diff --git c/x.py w/x.py\n--- c/x.py\n+++ w/x.py\n", "x.py"),
        ("diff --git a/x.py a/x.py\n--- a/x.py\n+++ a/x.py\n", "a/x.py"),
        (
            "Index: src/x.py\n"
            + "=" * 67
            + "\n--- src/x.py\t(revision 3)\n+++ src/x.py\t(working copy)\n",
            "src/x.py",
        ),
        (
            "diff -r 0123456789ab x.py\n--- a/x.py\tMon Jan 05 10:00:00 2026 +0100\n"
            "+++ b/x.py\tMon Jan 05 10:00:01 2026 +0100\n",
            "x.py",
        ),
        ('--- "a/f\\303\\251 \\"q\\".txt"\n+++ "b/f\\303\\251 \\"q\\".txt"\n', 'fé "q".txt'),
        ("--- “a/f\\303\\251.txt”\n+++ “b/f\\303\\251.txt”\n", "fé.txt"),
        ("--- a/my file.py\t\n+++ b/my file.py\t\n", "my file.py"),
        ("+++ b/x.py\n", "x.py"),
        ("--- a/x.py\n", "x.py"),
        ("", ""),
    ],
)
def test_the_name_is_found_in(head: str, path: str) -> None:
    source = only(head + HUNK)
    assert source.path == path
    assert rows(source) == [(1, 1, "one"), (None, 2, "two"), (2, 3, "three")]
    assert source.pieces[0].heading == "def f():"


def test_renames_copies_modes_and_empty_files_are_named_without_lines() -> None:
    material = read(
        "diff --git a/old name.py b/new name.py\nsimilarity index 100%\n"
        "rename from old name.py\nrename to new name.py\n"
        "diff --git a/a.py b/b.py\nsimilarity index 100%\ncopy from a.py\ncopy to b.py\n"
        "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n"
        "diff --git a/none.txt b/none.txt\nnew file mode 100644\nindex 0000000..e69de29\n"
        "diff --git a/gone.txt b/gone.txt\ndeleted file mode 100644\nindex e69de29..0000000\n"
    )
    assert [(one.path, one.change, one.old_path) for one in material.sources] == [
        ("new name.py", "renamed", "old name.py"),
        ("b.py", "copied", "a.py"),
        ("run.sh", "modified", ""),
        ("none.txt", "added", ""),
        ("gone.txt", "deleted", ""),
    ]
    assert not any(one.pieces for one in material.sources)
    assert not material.skipped


def test_an_added_file_is_whole_and_a_hunk_is_a_fragment() -> None:
    added = only("--- /dev/null\n+++ b/x.py\n@@ -0,0 +1,2 @@\n+a\n+b\n")
    assert (added.change, added.is_fragment) == ("added", False)
    assert rows(added) == [(None, 1, "a"), (None, 2, "b")]
    deleted = only("--- a/x.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n")
    assert (deleted.path, deleted.change) == ("x.py", "deleted")
    assert only(HUNK).is_fragment


def test_single_lines_need_no_count() -> None:
    assert rows(only("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")) == [(1, None, "a"), (None, 1, "b")]


def test_positions_count_from_the_first_header_through_further_ones() -> None:
    source = only(
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
        "@@ -9 +9,2 @@\n i\n+j\n"
    )
    assert [line.position for piece in source.pieces for line in piece.lines] == [1, 2, 4, 6, 7]


def test_binaries_and_combined_diffs_are_told_and_not_guessed() -> None:
    material = read(
        "diff --git a/logo.png b/logo.png\nindex 1..2 100644\n"
        "Binary files a/logo.png and b/logo.png differ\n"
        "diff --git a/x.bin b/x.bin\nGIT binary patch\nliteral 3\nKcmZQzU|?WiU|?VV\n\nliteral 0\n\n"
        "diff --cc both.py\nindex 1,2..3\n--- a/both.py\n+++ b/both.py\n"
        "@@@ -1,2 -1,2 +1,3 @@@\n  a\n +b\n+ c\n"
    )
    assert material.sources == ()
    assert material.skipped == {
        "logo.png": "binary",
        "x.bin": "binary",
        "both.py": "combined_diff",
    }
    assert "combined_diff" in material.notes


def test_hunks_without_numbers_are_not_numbered() -> None:
    material = read("--- a/x.py\n+++ b/x.py\n@@ ... @@\n a\n+b\n")
    assert material.skipped == {"x.py": "unnumbered"}
    assert material.notes == ("unnumbered_hunks",)


def test_form_feeds_and_unicode_separators_end_no_line() -> None:
    source = only("@@ -1,2 +1,3 @@\n a\x0cb\u2028c\x85d\x1ce\n+x\ry\n z\n")
    assert rows(source) == [(1, 1, "a\x0cb\u2028c\x85d\x1ce"), (None, 2, "x\ry"), (2, 3, "z")]


# -- dashes, counts, ends ------------------------------------------------------------------------


def test_removed_and_added_lines_may_look_like_headers() -> None:
    source = only("--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- old\n+++ new\n z\n")
    assert rows(source) == [(1, None, "-- old"), (None, 1, "++ new"), (2, 2, "z")]


def test_headers_end_a_hunk_whose_counts_are_too_high() -> None:
    material = read(
        "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n--- a/y\n+++ b/y\n@@ -5 +5 @@\n-d\n+e\n"
    )
    assert [rows(one)[-1] for one in material.sources] == [(None, 2, "c"), (None, 5, "e")]
    assert "wrong_counts" in material.notes


def test_counts_that_are_too_low_lose_no_line_and_are_told() -> None:
    material = read("--- a/x\n+++ b/x\n@@ -4,2 +4,2 @@\n a\n-b\n+c\n d\n+e\n")
    assert rows(material.sources[0])[-1] == (None, 7, "e")
    assert material.notes == ("wrong_counts",)


def test_a_signature_ends_a_hunk_whose_counts_are_too_high() -> None:
    source = only("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n-- \n2.39.5\n")
    assert rows(source)[-1] == (None, 2, "c")


def test_two_dashes_may_be_a_removed_line() -> None:
    source = only("--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n a\n-- \n c\n")
    assert rows(source) == [(1, 1, "a"), (2, None, "- "), (3, 2, "c")]


def test_long_dashes_open_the_next_file() -> None:
    material = read("--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n—- y\n+++ y\n@@ -1 +1 @@\n-c\n+d\n")
    assert [one.path for one in material.sources] == ["x", "y"]


def test_a_list_below_a_diff_is_no_part_of_it() -> None:
    source = only("@@ -1,2 +1,3 @@\n a\n+b\n c\n\n- is this right?\n- and that?\n+ thanks\n")
    assert len(rows(source)) == 3


def test_a_hunk_that_begins_again_belongs_to_another_file() -> None:
    material = read("@@ -10,1 +10,2 @@\n a\n+b\n@@ -1,1 +1,2 @@\n c\n+d\n")
    assert [rows(one)[0][1] for one in material.sources] == [10, 1]


def test_dropped_empty_lines_are_suspected_when_several_hunks_lack_some() -> None:
    hunk = "@@ -{0},6 +{0},7 @@\n a\n b\n+c\n d\n e\n f\n"
    material = read("--- a/x\n+++ b/x\n" + "".join(hunk.format(at) for at in (1, 20, 40)))
    assert material.skipped == {"x": "damaged"}
    assert "lines_missing" in material.notes


def test_what_is_cut_off_is_told() -> None:
    material = read(
        "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n-b\n+c\ndiff --git a/y b/y\nindex 1..2\n"
    )
    assert "cut" in material.notes
    assert material.skipped == {"y": "cut"}


def test_code_keeps_its_entities_when_the_text_is_not_escaped() -> None:
    source = only("@@ -1 +1 @@\n-if a < b:\n+x = '&lt;'\n")
    assert rows(source)[1][2] == "x = '&lt;'"


def test_file_by_file_patches_are_read_with_what_is_known_of_the_file() -> None:
    source = read_hunks(HUNK, Draft(index="x.py", is_git=True))
    assert source is not None
    assert (source.path, len(rows(source))) == ("x.py", 3)
    assert read_hunks("", Draft(index="x.py")) is None


@pytest.mark.parametrize(
    "text", ["", "hello", "--- a\n+++ b\n", "x = 1\n- y\n+ z\n", "diff -u a b"]
)
def test_what_is_no_diff_is_none(text: str) -> None:
    assert read_diff(text) is None


@given(st.text(alphabet='@+- \n\\abd/,1234>`"“\xa0\r\t—', max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    material = read_diff(text)
    for source in material.sources if material else ():
        for piece in source.pieces:
            for side in ("new", "old"):
                numbers = [n for line in piece.lines if (n := getattr(line, side)) is not None]
                assert (
                    numbers == list(range(numbers[0], numbers[0] + len(numbers)))
                    if numbers
                    else True
                )


@given(
    before=st.lists(
        st.sampled_from(["a", "", "- x", "+ y", "--- z", "  b", "\\ c", "@@ d"]), max_size=30
    ),
    after=st.lists(
        st.sampled_from(["a", "", "- x", "+ y", "--- z", "  b", "\\ c", "@@ d"]), max_size=30
    ),
)
def test_any_two_texts_differ_as_difflib_says(before: list[str], after: list[str]) -> None:
    text = "\n".join(difflib.unified_diff(before, after, "a/x", "b/x", lineterm=""))
    material = read_diff(text)
    for old, new, said in [] if material is None else rows(material.sources[0]):
        assert old is None or before[old - 1] == said
        assert new is None or after[new - 1] == said
    added = sum(
        line.is_added for one in (material.sources if material else ()) for line in one.new_side()
    )
    assert added == sum(
        line[0] == "+" for line in text.split("\n")[3:] if line and not line.startswith("@@ -")
    )


def test_a_megabyte_is_read_at_once(patches: list[Patch]) -> None:
    """Not a benchmark: it catches costs that grow with the square."""
    text = "".join(patch.text for patch in patches)
    text *= 1_000_000 // len(text) + 1
    with bounded(2):
        assert read_diff(text) is not None


def test_styles_are_all_read(tmp_path: Path) -> None:
    assert Repository(tmp_path, seed=3).change("whole functions").text
