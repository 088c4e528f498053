"""The tool `code_review`: what a model passes on is reviewed as if it had been posted."""

from __future__ import annotations

import json
import re

import pytest

from bot.asking import Run
from bot.engine import Engine, Task
from bot.errors import AskAgain, ModelRejected
from bot.models.offline import Offline
from bot.models.port import Completion, Usage, User
from bot.models.scripted import Scripted, calling
from bot.outlet import Outlet
from bot.tools.toolbox import Toolbox, open_toolbox
from tests.bot.review.scripts import disproved, raw, said

from .helpers import ask, context, output

NOWHERE = "http://127.0.0.1:9"
BAD = 'import subprocess\n\n\ndef listing(x):\n    subprocess.run("ls " + x, shell=True)\n'
DIFF = """\
diff --git a/app.py b/app.py
--- a/app.py
+++ b/app.py
@@ -10,2 +10,3 @@ def listing(x):
     x = x.strip()
+    eval(x)
     return x
"""


def box(*turns: object, **more: object) -> Toolbox:
    return open_toolbox(
        forecast_url=NOWHERE,
        geocoding_url=NOWHERE,
        model=Scripted(turns) if turns else None,  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


async def test_code_is_reviewed_by_tools_and_model_and_the_model_reads_the_result() -> None:
    divides = raw("def listing(x):", path="", title="No limit")
    found = await output(box(said(divides), disproved()), "code_review", context(), code=BAD)
    assert "snippet:5 · A shell runs this text" in found.text
    assert "snippet:4 · No limit" in found.text
    assert "2 high" in found.summary
    (file,) = found.files
    assert (file.name, file.media_type) == ("review.md", "text/markdown")
    assert b"## 1." in file.content


async def test_a_diff_is_a_diff_whatever_language_is_named() -> None:
    told = await ask(box(), "code_review", code=DIFF, language="python")
    assert "app.py:11 · `eval` runs whatever text it is given" in told


async def test_the_language_that_is_named_counts() -> None:
    assert "Code review · snippet · Shell" in await ask(
        box(), "code_review", code="rm -rf $DIR/*\n", language="bash"
    )


async def test_models_name_the_argument_as_they_like() -> None:
    assert "A shell runs this text" in await ask(box(), "code_review", snippet=BAD, lang="python")


async def test_without_a_model_it_says_what_was_not_reviewed_in_the_askers_language() -> None:
    offline = open_toolbox(forecast_url=NOWHERE, geocoding_url=NOWHERE, model=Offline())
    told = await ask(offline, "code_review", locale="zh-TW", code=BAD)
    assert "僅做了靜態檢查，未審查邏輯。" in told


async def test_a_model_that_fails_is_told_and_the_static_part_is_there() -> None:
    told = await ask(box(ModelRejected("wrong key")), "code_review", code=BAD)
    assert "The model's part is missing" in told
    assert "A shell runs this text" in told
    assert "wrong key" not in told


async def test_a_call_without_code_is_the_models_to_correct() -> None:
    with pytest.raises(AskAgain, match="no code in the call"):
        await ask(box(), "code_review", code="  \n")


async def test_no_secret_of_the_process_reaches_the_model() -> None:
    model = Scripted([said()])
    secret = "our-own-database-word"
    opened = open_toolbox(
        forecast_url=NOWHERE, geocoding_url=NOWHERE, model=model, secrets=(secret,)
    )
    await ask(opened, "code_review", code=f'x = "{secret}"\n')
    assert secret not in str(model.requests)


async def test_a_clean_snippet_has_no_file_and_no_praise() -> None:
    found = await output(box(), "code_review", context(), code="x = 1\n", language="python")
    assert found.files == ()
    assert "logic not reviewed" in found.text


async def test_every_finding_is_named_within_the_first_two_thousand_characters() -> None:
    code = "import os\n" + "".join(f"eval(os.environ['A{at}'])\n" for at in range(12))
    told = await ask(box(), "code_review", code=code, language="python")
    first = told[:2_000]
    assert all(f"snippet:{at} · `eval`" in first for at in range(2, 14))
    assert "logic not reviewed" in first
    assert "Code review · snippet · Python" in first


async def test_more_findings_than_fit_there_are_counted_there() -> None:
    name = f"{'deep/' * 20}app.py"
    rows = "".join("+eval(x)\n" for _ in range(20))
    code = f"--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,20 @@\n{rows}"
    told = await ask(box(), "code_review", code=code)
    assert re.search(r"\nand \d+ more\n\n", told[:2_002])


async def test_what_the_review_asks_of_the_model_is_charged_to_who_asks() -> None:
    model = Scripted(
        [
            calling(("code_review", json.dumps({"code": BAD}))),
            [Completion(said(), usage=Usage(1_000, 200, cached=400))],
            [Completion("Two findings.", usage=Usage(3_000, 50))],
        ]
    )
    opened = open_toolbox(forecast_url=NOWHERE, geocoding_url=NOWHERE, model=model)
    run, outlet = Run(), Outlet()
    run.begin()
    asked = Task([User("what do you think of this?")], context(), person="p1")
    await Engine(model, opened).run(asked, run, outlet)
    assert run.usage.output >= 250
    assert run.usage.input >= 4_000
    assert run.usage.cached == 400
    assert run.requests == 3
    assert [request.person for request in model.requests] == ["p1", "p1", "p1"]


def test_the_status_line_says_what_it_does() -> None:
    assert box().title("code_review", '{"code": "x"}', "en") == "Reviewing the code…"
    assert box().title("code_review", "{}", "zh-CN") == "正在审查代码…"
