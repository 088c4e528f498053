"""The static part: what it catches, what it leaves alone, and that nothing talks it out of it."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from bot.guard import masking
from bot.review.material import Line, Material, Piece, Source
from bot.review.static import examining as static
from bot.review.static.examining import examine
from bot.review.values import Finding, ToolRun
from tests.bot.review import samples
from tests.bot.review.samples import Sample, material
from tests.bounds import PATIENCE, bounded


async def findings(text: str, language: str, path: str = "", **more: bool) -> list[Finding]:
    found, runs = await examine(material(text, language, path, **more))
    assert all(run.state == "ok" for run in runs), runs
    return found


def rules(found: list[Finding], line: int | None = None) -> set[str]:
    return {each.rule_id or "" for each in found if line in (None, each.anchor.start_line)}


def run_of(runs: tuple[ToolRun, ...], name: str) -> ToolRun:
    return next(run for run in runs if run.name == name)


@pytest.mark.parametrize("sample", samples.bad(), ids=lambda sample: sample.name)
async def test_a_textbook_mistake_is_found_on_its_line(sample: Sample) -> None:
    found, runs = await examine(sample.material())
    assert all(run.state == "ok" for run in runs), runs
    assert any(
        each.anchor.start_line <= sample.line <= each.anchor.end_line and each.severity != "nit"
        for each in found
    ), [(each.anchor.start_line, each.rule_id) for each in found]


@pytest.mark.parametrize("sample", samples.clean(), ids=lambda sample: sample.name)
async def test_nothing_is_said_of_clean_code(sample: Sample) -> None:
    found, runs = await examine(sample.material())
    assert not found
    assert all(run.state == "ok" for run in runs), runs


async def test_most_mistakes_that_no_rule_was_made_for_are_found() -> None:
    caught = 0
    for sample in samples.held_out():
        found, _ = await examine(sample.material())
        caught += any(
            each.anchor.start_line <= sample.line <= each.anchor.end_line
            for each in found
            if each.severity != "nit"
        )
    assert caught / len(samples.held_out()) > 29 / 37


def test_there_are_enough_snippets_to_measure_by() -> None:
    assert len(samples.bad()) >= 37
    assert len({sample.language for sample in samples.clean()}) >= 10


# Nothing in or around the code decides what is reported.

SILENCED = [
    ("python", "x = eval(y)  # noqa"),
    ("python", "# ruff: noqa\nx = eval(y)"),
    ("python", "# ruff: noqa: S307\nx = eval(y)"),
    ("python", "#ruff:noqa\nx = eval(y)"),
    ("python", "# ruff : NOQA\nx = eval(y)"),
    ("python", "# flake8: noqa\nx = eval(y)"),
    ("python", "# flaKe8: noqa\nx = eval(y)"),
    ("python", "# ruff: disable[S307]\nx = eval(y)\n# ruff: enable[S307]"),
    ("python", "# ruff: file-ignore[S307]\nx = eval(y)"),
    ("python", "# ruff: ignore[S307]\nx = eval(y)"),
    ("python", "# ruff: ignore[suspicious-eval-usage]\nx = eval(y)"),
    ("python", "x = eval(y)  # ruff: ignore[S307]"),
    ("python", "x = eval(y)  # nosec"),
    ("python", "x = eval(y)  # type: ignore # noqa: ALL"),
    ("javascript", "/* eslint-disable */\neval(x);"),
    ("javascript", "/* oxlint-disable */\neval(x);"),
    ("javascript", "/* oxlint-disable no-eval */\neval(x);"),
    ("javascript", "// eslint-disable-next-line no-eval\neval(x);"),
    ("javascript", "// oxlint-disable-next-line\neval(x);"),
    ("javascript", "eval(x); // eslint-disable-line"),
    ("javascript", "eval(x); // oxlint-disable-line no-eval"),
    ("javascript", "/* eslint no-eval: 0 */\neval(x);"),
    ("javascript", "/* eslint no-eval: off */\n/* global eval:off */\neval(x);"),
    ("javascript", "/* @flow */\nfunction f( {\neval(x);"),
    ("javascript", "// @noflow\nfunction f( {\neval(x);"),
    ("typescript", "// @ts-nocheck\neval(x);"),
    ("shell", "#!/bin/bash\n# shellcheck disable=all\nrm -rf $x/*"),
    ("shell", "#!/bin/bash\n# shellcheck disable=SC2115,SC2086\nrm -rf $x/*"),
    ("shell", "#!/bin/bash\n#shellcheck disable=SC2115\nrm -rf $x/*"),
    ("shell", "#!/bin/bash\n# shellcheck source=/dev/null disable=SC2115\nrm -rf $x/*"),
]


@pytest.mark.parametrize(("language", "text"), SILENCED, ids=lambda value: str(value)[:40])
async def test_no_comment_silences_a_linter(language: str, text: str) -> None:
    wanted = {"S307", "eslint/no-eval", "SC2115", "syntax"}
    found, _ = await examine(material(text, language))
    assert rules(found) & wanted


CONFIGURATIONS = {
    "ruff.toml": 'exclude = ["*"]\n[lint]\nselect = []\nignore = ["ALL"]\n',
    ".ruff.toml": 'exclude = ["*"]\n',
    "pyproject.toml": '[tool.ruff]\nexclude = ["*"]\n',
    "setup.cfg": "[flake8]\nignore = ALL\n",
    ".flake8": "[flake8]\nignore = ALL\n",
    ".oxlintrc.json": json.dumps(
        {"jsPlugins": ["./plugin.js"], "rules": {"no-eval": "off"}, "ignorePatterns": ["**/*"]}
    ),
    "oxlint.config.ts": "require('fs').writeFileSync('CANARY', '')",
    "oxlint.json": '{"rules": {"no-eval": "off"}, "ignorePatterns": ["**/*"]}',
    "plugin.js": "require('fs').writeFileSync('CANARY', '')",
    "eslint.config.mjs": "import fs from 'fs'; fs.writeFileSync('CANARY', '')",
    ".eslintrc.js": "require('fs').writeFileSync('CANARY', '')",
    ".eslintignore": "*\n",
    ".gitignore": "*\n",
    ".ignore": "*\n",
    "tsconfig.json": '{"exclude": ["**/*"]}',
    "package.json": '{"eslintIgnore": ["**/*"], "oxlint": {"rules": {"no-eval": "off"}}}',
    ".shellcheckrc": "disable=all\nexternal-sources=true\n",
    "shellcheckrc": "disable=all\n",
    ".editorconfig": "root = true\n",
    "sitecustomize.py": "open('CANARY', 'w')",
    "json.py": "open('CANARY', 'w')",
}
TOOLS = ("ruff", "oxlint", "shellcheck", "node", "git", "sh", "python3")


async def test_no_configuration_plugin_path_or_environment_reaches_a_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Canaries lie everywhere where tools look: here, at home, above the temporary folder."""
    canary = tmp_path / "CANARY"
    around = tmp_path / "node_modules" / ".venv"
    home, temporary = around / "home", around / "tmp"
    for folder in (tmp_path, around.parent, around, home, temporary, home / ".config"):
        folder.mkdir(exist_ok=True, parents=True)
        for name, text in CONFIGURATIONS.items():
            (folder / name).write_text(text.replace("CANARY", str(canary)))
        for name in TOOLS:
            (folder / name).write_text(f"#!/bin/sh\ntouch {canary}\n")
            (folder / name).chmod(0o755)
    for place in ("ruff", "shellcheckrc"):
        (home / ".config" / f"{place}.d").mkdir()
    monkeypatch.chdir(around)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    for name, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "PATH": f"{around}:{os.environ['PATH']}",
        "PYTHONPATH": str(around),
        "RUFF_CONFIG": str(around / "ruff.toml"),
        "SHELLCHECK_OPTS": "--exclude=SC2115,SC2086 --external-sources",
        "NODE_OPTIONS": f"--require {around / 'plugin.js'}",
        "OXLINT_CONFIG": str(around / ".oxlintrc.json"),
        "LD_LIBRARY_PATH": str(around),
    }.items():
        monkeypatch.setenv(name, value)
    for language, text, rule in (
        ("python", "x = eval(y)\n", "S307"),
        ("javascript", "eval(x);\n", "eslint/no-eval"),
        ("shell", "#!/bin/bash\n. ./plugin.js\nrm -rf $x/*\n", "SC2115"),
    ):
        assert rule in rules(await findings(text, language, f"node_modules/dist/it.{language}"))
    assert not canary.exists()
    assert not [path for path in temporary.iterdir() if path.name.startswith("review-")]


async def test_a_name_of_a_file_is_never_an_option_or_a_path_of_ours(tmp_path: Path) -> None:
    for path in (
        "--fix",
        "-",
        "../../etc/passwd",
        "/etc/passwd",
        "a\0b.py",
        "@args",
        "$(touch x).py",
    ):
        found = await findings("x = eval(y)\n", "python", path)
        assert "S307" in rules(found)
        assert {each.anchor.path for each in found} == {path}


@pytest.mark.parametrize(
    "text",
    [
        "# ok\rx = eval(y)\n",
        "x = 1  # ok\r\nx = eval(y)\r\n",
        "s = '\u2028'\nx = eval(y)\n",
        "s = '\x0b\x0c\x85'\nx = eval(y)\n",
        "\ufeffx = eval(y)\n",
        "s = '\ud800'\nx = eval(y)\n",
    ],
)
async def test_odd_line_ends_neither_hide_code_nor_move_its_line(text: str) -> None:
    found = await findings(text, "python")
    places = {each.anchor.start_line for each in found if each.rule_id == "S307"}
    assert places == {next(n for n, row in enumerate(text.split("\n"), 1) if "eval" in row)}


# What cannot be read is told.

NESTED = "[" * 100_000
SUM = "x = " + " + ".join(["1"] * 10_000)
PATHOLOGICAL = {
    "nested brackets": ("python", NESTED),
    "a long sum": ("python", SUM),
    "nested calls": ("python", "x = " + "f(" * 60_000 + ")" * 60_000),
    "nested arrays": ("javascript", NESTED),
    "nested substitutions": ("shell", "echo $(" * 3_000),
    "one huge line": ("python", "x = '" + "a" * 5_000_000 + "'"),
    "one huge line of script": ("javascript", "var x = '" + "a" * 5_000_000 + "'"),
    "a huge file": ("python", "x = 1\n" * 400_000),
    "half of the shell": ("shell", "if [ $x ]; then\n" * 2_000),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
async def test_what_a_linter_cannot_take_is_failed_in_time_and_never_clean(name: str) -> None:
    language, text = PATHOLOGICAL[name]
    linter = {"python": "ruff", "javascript": "oxlint", "shell": "shellcheck"}[language]
    async with asyncio.timeout(PATIENCE):
        found, runs = await examine(material(text, language))
    run = run_of(runs, linter)
    assert run.state == "failed" or rules(found) & {"invalid-syntax", "syntax", "SC1072"}
    if run.state == "failed":
        assert run.detail
        assert run.files == 0


async def test_binary_junk_is_never_clean() -> None:
    junk = bytes(range(256)) * 400
    for language, linter in (("python", "ruff"), ("javascript", "oxlint"), ("shell", "shellcheck")):
        found, runs = await examine(material(junk.decode("latin-1"), language))
        assert found or run_of(runs, linter).state == "failed"
        found, runs = await examine(material(junk.decode("utf-8", "surrogateescape"), language))
        assert found or run_of(runs, linter).state == "failed"


async def test_one_bad_file_does_not_take_the_others_with_it() -> None:
    sources = [
        material(text, "python", f"{number}.py").sources[0]
        for number, text in enumerate(["x = eval(y)\n", NESTED, "x = eval(z)\n", SUM, "pass\n"])
    ]
    found, runs = await examine(Material("file", tuple(sources)))
    assert {each.anchor.path for each in found if each.rule_id == "S307"} == {"0.py", "2.py"}
    run = run_of(runs, "ruff")
    assert run.state == "partial"
    assert run.files == 3
    assert "2 of 5 parts not read" in run.detail


async def test_a_tool_that_is_missing_is_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda name: "/nowhere")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    _found, runs = await examine(material("x = eval(y)\n", "python"))
    assert run_of(runs, "ruff").state == "failed"
    assert "not installed" in run_of(runs, "ruff").detail


async def test_a_mistake_in_a_rule_of_ours_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(unit: object) -> list[object]:
        raise IndexError

    monkeypatch.setattr(static, "_READERS", (("cliches", broken),))
    _, runs = await examine(material("x = 1\n", "python"))
    assert run_of(runs, "cliches").state == "failed"


async def test_tools_that_know_none_of_the_languages_have_no_run() -> None:
    _, runs = await examine(material("SELECT 1;\n", "sql"))
    assert {run.name for run in runs} == {"secrets", "tripwires", "cliches"}
    assert await examine(Material("snippet", ())) == ([], ())


# Fragments and diffs.

FRAGMENTS = [
    ("python", "        result = helper(a, b)\n        return eval(result)\n"),
    ("python", "    timeout=5,\n)\nvalue = eval(text)\n"),
    ("python", "        b=2):\n    return eval(c)\n"),
    ("python", "    x = eval(y)\nexcept ValueError:\n    raise\n"),
    ("python", "else:\n    x = eval(y)\n"),
    ("python", "    if a:\n        x = eval(y)\n    try:\n        b()\n"),
    ("python", "x = eval(y)\ncall(1,\n     [2,\n"),
    ("python", "    elif c:\n        await d()\n        x = eval(y)\n    else:\n"),
    ("python", "@decorated\nasync def f(self):\n    x = eval(y)\n@other\n"),
    ("python", 'and the docstring ends."""\n    x = eval(y)\n    return x\n    b = 1\n'),
    ("python", "x = eval(y)\nz = 'unfinished\n"),
    ("python", "  'key': 1,\n}\nx = eval(y)\n"),
    ("python", "  'key': 1,\n  'value': eval(y),\n  'list': [1,\n"),
    ("python", "  timeout=eval(y),\n  retries=3,\n"),
    ("python", '    the text goes on\n    """\n    x = eval(y)\n'),
    ("python", 'x = eval(y)\ndef f():\n    """It begins\n    and goes on\n'),
    ("javascript", "  const a = await b();\n  return eval(a);\n"),
    ("javascript", "  render() {\n    return eval(this.x);\n  }\n"),
    ("javascript", "  } else {\n    eval(x);\n  }\n"),
    ("javascript", "    eval(x);\n  });\n}\n"),
    ("javascript", "if (a) {\n  eval(x);\n"),
    ("javascript", "  name: 1,\n  run() { return eval(x); },\n"),
    ("typescript", "  private run(x: string): void {\n    eval(x);\n"),
]


@pytest.mark.parametrize(("language", "text"), FRAGMENTS, ids=lambda value: str(value)[:30])
async def test_a_fragment_is_read_in_its_frame_and_nothing_is_undefined(
    language: str, text: str
) -> None:
    found, runs = await examine(material(text, language, is_fragment=True, first=40))
    wanted = {"python": "S307"}.get(language, "eslint/no-eval")
    line = 40 + next(n for n, row in enumerate(text.split("\n")) if "eval(" in row)
    assert wanted in rules(found, line), (found, runs)
    assert rules(found) <= {wanted, "S110"}


async def test_a_fragment_that_cannot_be_parsed_is_told() -> None:
    found, runs = await examine(
        material("Dear all,\nplease see below.\n", "python", is_fragment=True)
    )
    assert not found
    assert run_of(runs, "ruff").state == "failed"
    assert "parsed" in run_of(runs, "ruff").detail


async def test_a_file_that_does_not_parse_is_a_finding_and_is_read_on() -> None:
    found, runs = await examine(material("x = eval(y)\ndef f(:\n    pass\n", "python", "it.py"))
    assert run_of(runs, "ruff").state == "partial"
    assert "invalid-syntax" in rules(found, 2)
    assert "S307" in rules(found, 1)


async def test_what_newer_releases_can_read_is_no_syntax_error() -> None:
    found = await findings(
        "try:\n    pass\nexcept OSError, ValueError:\n    raise\n", "python", "it.py"
    )
    assert rules(found) == {"newer-syntax"}


def _diff() -> Material:
    lines = (
        Line("def a(y):", 10, 10, 1),
        Line("    x = eval(y)", 11, 11, 2),
        Line("    return pickle.loads(x)", None, 12, 3),
        Line("    z = eval(x)", 12, None, 4),
    )
    more = (Line("    k = eval(y)", 40, None, 6), Line("    return k", 41, 39, 7))
    source = Source("a.py", (Piece(lines), Piece(more)), is_diff=True, language="python")
    return Material("diff", (source,))


async def test_of_a_diff_the_new_side_is_read_and_what_the_change_brought_is_marked() -> None:
    found, runs = await examine(_diff())
    told = {each.anchor.start_line: each.in_change for each in found if each.rule_id == "S307"}
    assert told == {11: False, 12: True, 40: True}
    assert not rules(found) & {"F821", "S301", "F841"}
    assert run_of(runs, "ruff").files == 1


async def test_a_file_that_a_diff_adds_is_whole() -> None:
    lines = (Line("import os", 1, None, 1), Line("print(missing)", 2, None, 2))
    source = Source("a.py", (Piece(lines),), is_diff=True, change="added", language="python")
    found, _ = await examine(Material("diff", (source,)))
    assert rules(found) == {"F401", "F821"}
    assert all(each.in_change for each in found)


# What a finding says.


async def test_a_secret_is_reported_by_kind_and_never_shown() -> None:
    key = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8"
    found = await findings(f"# first\ntoken = '{key}'\n", "python", "it.py")
    secret = next(each for each in found if each.rule_id == "github_token")
    assert secret.anchor.start_line == 2
    assert secret.severity == "critical"
    assert secret.cwe == (798,)
    assert all(key not in each.model_dump_json() for each in found)


@pytest.mark.parametrize(
    "secret",
    [
        "token = 'gh" + "p_a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8'",
        'password = "hunter22"',
        "DB_PASSWORD=hunter22",
        "url = 'postgres://admin:hunter2@db.example.com/x'",
        'headers = {"Authorization": "Bearer abcdefghijk1234567890"}',
        "post('https://hooks.slack.com/services/T0000/B000/abcd')",
        "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0B\n" * 3,
        "key = AKIA" + "ABCDEFGHIJKLMNOP",
    ],
)
async def test_what_the_inbox_has_hidden_is_reported_on_its_line(secret: str) -> None:
    hidden = masking.mask(f"import os\n\n{secret}\n")
    assert masking.MASK in hidden
    found = await findings(hidden, "", is_fragment=True)
    (told,) = [each for each in found if each.rule_id == "hidden_secret"]
    assert told.anchor.start_line == 3 + secret.startswith("-----")
    assert (told.severity, told.cwe) == ("high", (798,))


@pytest.mark.parametrize(
    "line",
    [
        "<input type='password' placeholder='••••••••'>",
        "<input placeholder='••••••••••••••••••••'>",
        "# ••••••••••••••••••••••••••••",
        "print('• one • two • three')",
        "card = '•••• •••• •••• 4242'",
        "bullet = '••••••'",
    ],
)
async def test_dots_that_hide_nothing_are_no_secret(line: str) -> None:
    found = await findings(f"{line}\n", "", is_fragment=True)
    assert not [each for each in found if each.rule_id == "hidden_secret"]


async def test_names_and_manuals_hold_no_secrets() -> None:
    text = (
        "connect(password=settings.password, token=self.token)\n"
        "URL = 'redis://user:password@host/0'\n"
    )
    assert not [
        each for each in await findings(text, "python", is_fragment=True) if each.cwe == (798,)
    ]


async def test_a_finding_points_at_lines_and_columns() -> None:
    found = await findings("def f(y):\n    return  eval(y)\n", "python", "it.py")
    anchor = next(each.anchor for each in found if each.rule_id == "S307")
    assert (anchor.path, anchor.side, anchor.status) == ("it.py", "new", "exact")
    assert (anchor.start_line, anchor.end_line) == (2, 2)
    assert (anchor.start_col, anchor.end_col) == (13, 19)
    assert anchor.quote == "    return  eval(y)"


async def test_ids_differ_and_survive_a_shift() -> None:
    text = "def f(y):\n    return eval(y)\n\n\ndef g(y):\n    return eval(y)\n"
    first = await findings(text, "python", "it.py")
    second = await findings("# new\n\n" + text, "python", "it.py")
    assert len({each.id for each in first}) == len(first) == 2
    assert [each.id for each in first] == [each.id for each in second]


async def test_one_rule_again_and_again_is_not_said_a_thousand_times() -> None:
    found = await findings("x = eval(y)\n" * 1_000, "python", is_fragment=True)
    assert len(found) <= 25


async def test_a_usual_snippet_is_read_by_the_one_linter_of_its_language() -> None:
    text = samples.clean()[0].text
    with bounded(2):
        _, runs = await examine(material(text, "python"))
    assert [(run.name, run.state) for run in runs][:2] == [("ruff", "ok"), ("secrets", "ok")]


async def test_what_a_rule_says_again_and_again_is_counted_and_not_listed() -> None:
    found = await findings("def f(x):\n    return eval(x)\n" * 1_000, "python", "a.py")
    evals = [each for each in found if each.rule_id == "S307"]
    assert len(evals) == 25
    assert sum(1 + each.more for each in evals) == 1_000
    assert [each.more for each in evals[:-1]] == [0] * 24


async def test_of_many_files_the_gravest_are_listed_and_no_rule_is_forgotten() -> None:
    text = "import os\nx = eval(y)\n"
    sources = tuple(
        Source(
            f"a{number}.py",
            (Piece(tuple(Line(line, at) for at, line in enumerate(text.split("\n"), 1))),),
            language="python",
        )
        for number in range(390)
    )
    found, _ = await examine(Material("file", sources))
    assert len(found) <= static.MOST_FINDINGS + len({each.rule_id for each in found})
    counts = Counter[str]()
    for each in found:
        counts[each.rule_id or ""] += 1 + each.more
    assert (counts["S307"], counts["F401"]) == (390, 390)
    assert sum(each.severity == "high" for each in found) == static.MOST_FINDINGS
    assert counts["F401"] - sum(each.rule_id == "F401" for each in found) == 389
