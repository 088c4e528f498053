"""A fix is offered only after it was tried: it fits, parses, helps, and does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.review.findings.anchor import place
from bot.review.fixes.proving import verify
from bot.review.material import Material
from bot.review.salvage.raw import RawFix
from bot.review.static import examining as static
from bot.review.values import Anchor, Finding, Fix, ToolRun
from tests.bot.review.fixes.test_patch import git_applies
from tests.bot.review.made import diff_of, file_of, finding, hunk

CODE = """import ast


def load(text, extra):
    if extra:
        value = eval(text)
        print(value)
    return value


def last(items):
    return items[len(items)]
"""
FILE = file_of("app/load.py", CODE, language="python")
EVAL = "        value = eval(text)"


def about(quote: str, material: Material = FILE, **values: object) -> Finding:
    path = material.sources[0].path
    return finding(anchor=place(material, path, quote, None), **values)


async def fixed(
    new: str, old: str = EVAL, *, quote: str = EVAL, material: Material = FILE
) -> Fix | None:
    return await verify(material, about(quote, material), RawFix(old, new), quote=quote)


async def after(
    new: str, old: str = EVAL, material: Material = FILE, tmp: Path | None = None
) -> str:
    """Return the replaced line's surroundings as the fix leaves them."""
    fix = await fixed(new, old, material=material)
    assert fix is not None
    assert fix.verified, fix
    return "".join(edit.new for edit in fix.edits)


async def test_a_fix_that_fits_is_verified_and_its_patch_applies(tmp_path: Path) -> None:
    fix = await fixed("        value = ast.literal_eval(text)")
    assert fix is not None
    assert (fix.verified, fix.applies, fix.parses, fix.relint_ok) == (True, True, True, None)
    changed = git_applies(tmp_path, "app/load.py", CODE, fix.patch)
    assert changed == CODE.replace("eval(text)", "ast.literal_eval(text)")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (EVAL, "value = ast.literal_eval(text)"),
        (EVAL.strip(), "value = ast.literal_eval(text)"),
        (EVAL, "```python\nvalue = ast.literal_eval(text)\n```"),
        (EVAL, "+        value = ast.literal_eval(text)"),
        (EVAL, "-        value = eval(text)\n+        value = ast.literal_eval(text)"),
        (f"6 | {EVAL}", "6 |         value = ast.literal_eval(text)"),
        ("eval(text)", "ast.literal_eval(text)"),
        ("`eval(text)`", "`ast.literal_eval(text)`"),
        ("", "        value = ast.literal_eval(text)"),
        (EVAL, "    if extra:\n        value = ast.literal_eval(text)\n        print(value)"),
        (EVAL, "  value = ast.literal_eval(text)  "),
    ],
)
async def test_what_models_do_to_a_fix_is_undone(old: str, new: str) -> None:
    assert await after(new, old) == "        value = ast.literal_eval(text)\n"


@pytest.mark.parametrize(
    "new",
    [
        "try:\n    value = int(text)\nexcept ValueError:\n    value = 0",
        "        try:\n            value = int(text)\n"
        "        except ValueError:\n            value = 0",
        "try:\n            value = int(text)\n        except ValueError:\n            value = 0",
    ],
)
async def test_lost_indentation_is_given_back(new: str) -> None:
    text = await after(new)
    assert text == (
        "        try:\n            value = int(text)\n"
        "        except ValueError:\n            value = 0\n"
    )


async def test_lines_may_be_taken_away() -> None:
    fix = await fixed("", "        print(value)")
    assert fix is not None
    assert fix.verified
    assert fix.edits[0].new == ""


async def test_tabs_stay_tabs() -> None:
    material = file_of("a.py", "def f(x):\n\tif x:\n\t\treturn eval(x)\n", language="python")
    fix = await fixed(
        "try:\n    return int(x)\nfinally:\n    pass",
        "return eval(x)",
        quote="\t\treturn eval(x)",
        material=material,
    )
    assert fix is not None
    assert fix.parses
    assert fix.edits[0].new == "\t\ttry:\n\t\t\treturn int(x)\n\t\tfinally:\n\t\t\tpass\n"


async def test_what_does_not_parse_is_not_verified() -> None:
    for new in ("        value = ast.literal_eval(text", "        if value:"):
        fix = await fixed(new)
        assert fix is not None
        assert (fix.parses, fix.verified) == (False, False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        value = exec(text)", "x"),
        ("return value\n\n\ndef first(items):", "x"),
        (EVAL, EVAL),
        ("value", "other"),
    ],
)
async def test_what_has_no_sure_place_or_changes_nothing_is_no_fix(old: str, new: str) -> None:
    assert await fixed(new, old, quote="return items[len(items)]") is None


async def test_an_extra_bracket_is_seen_in_other_languages() -> None:
    material = file_of(
        "a.js", "function f(x) {\n  if (x) {\n    go(x);\n  }\n}\n", language="javascript"
    )
    good = await fixed("    go(x ?? ')');", "    go(x);", quote="go(x);", material=material)
    assert good is not None
    assert good.parses
    # The model repeated the bracket below.
    again = await fixed("    go(x || 1);\n  }", "    go(x);", quote="go(x);", material=material)
    assert again is not None
    assert (again.parses, again.edits[0].new) == (True, "    go(x || 1);\n")
    bad = await fixed("    go(x || 1);\n}}", "    go(x);", quote="go(x);", material=material)
    assert bad is not None
    assert not bad.verified


async def test_a_fix_with_a_secret_is_words() -> None:
    key = "sk-ant-" + "a1b2c3d4" * 6
    material = file_of("a.py", f'key = "{key}"\n', language="python")
    assert (
        await fixed('key = os.environ["KEY"]', "key = ", quote="key =", material=material) is None
    )
    assert await fixed(f'        value = "{key}"') is None
    assert await fixed("        value = '••••'") is None


async def test_a_fix_of_a_diff_is_judged_by_its_piece() -> None:
    rows = " def f(x):\n-    return x\n+    return eval(x)\n \n def g():\n     pass\n"
    material = diff_of("a.py", hunk(40, rows), language="python")
    fix = await fixed("return int(x)", "return eval(x)", quote="return eval(x)", material=material)
    assert fix is not None
    assert (fix.edits[0].start_line, fix.parses, fix.verified) == (41, True, True)


async def test_a_finding_without_a_sure_place_has_no_fix() -> None:
    loose = finding(anchor=Anchor(path="app/load.py", status="none"))
    assert await verify(FILE, loose, RawFix("", "x = 1")) is None


# -- with the tools ------------------------------------------------------------------------------


async def tools_finding(rule: str) -> tuple[Finding, list[Finding]]:
    found, _ = await static.examine(FILE)
    return next(each for each in found if each.rule_id == rule), found


async def test_the_tools_confirm_that_the_finding_is_gone() -> None:
    wrong, before = await tools_finding("S307")
    good = RawFix(EVAL, "        value = ast.literal_eval(text)")
    fix = await verify(FILE, wrong, good, lint=static.examine, before=before)
    assert fix is not None
    assert (fix.finding_gone, fix.relint_ok, fix.verified) == (True, True, True)
    again = await verify(FILE, wrong, good, lint=static.examine)
    assert again == fix


async def test_a_fix_that_leaves_the_finding_is_not_verified() -> None:
    wrong, before = await tools_finding("S307")
    useless = RawFix(EVAL, "        value = eval(text.strip())")
    fix = await verify(FILE, wrong, useless, lint=static.examine, before=before)
    assert fix is not None
    assert (fix.finding_gone, fix.verified) == (False, False)


async def test_a_fix_that_brings_something_new_is_not_verified() -> None:
    wrong, before = await tools_finding("S307")
    worse = RawFix(EVAL, '        import os\n        os.system("calc " + text)\n        value = 1')
    fix = await verify(FILE, wrong, worse, lint=static.examine, before=before)
    assert fix is not None
    assert (fix.relint_ok, fix.verified) == (False, False)


async def test_a_tool_that_failed_proves_nothing() -> None:
    async def broken(_: Material) -> tuple[Sequence[Finding], Sequence[ToolRun]]:
        return [], [ToolRun(name="ruff", state="failed")]

    wrong, before = await tools_finding("S307")
    good = RawFix(EVAL, "        value = ast.literal_eval(text)")
    fix = await verify(FILE, wrong, good, lint=broken, before=before)
    assert fix is not None
    assert (fix.finding_gone, fix.relint_ok) == (None, None)
