"""Fragments of Python: their frame says nothing of its own, and names stand for their modules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.reading import lexing
from bot.review.reading.classify import read
from bot.review.reading.posted import Posted
from bot.review.static.examining import examine
from bot.review.static.linters.python_imports import imports
from tests.bot.review.samples import material


async def said(text: str, *, is_fragment: bool = True) -> set[tuple[int | None, str | None]]:
    found, runs = await examine(material(text, "python", is_fragment=is_fragment))
    assert all(run.state == "ok" for run in runs), runs
    return {(each.anchor.start_line, each.rule_id) for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "    data = read(path)\n    name = input()\n    return data",
        "    time.sleep(1)\n    return subprocess.run(['ls'])",
        "    yield from rows()\n    return 1",
        "    async def f(self):\n        await g()\n\n    def h(self):\n        time.sleep(1)",
        "    kept = asyncio.create_task(run())",
        "    try:\n        a()\n    except Exception:",
        "    async with asyncio.timeout(3):",
        '    f"at {x}",\n    name)',
    ],
)
async def test_our_frame_around_a_fragment_provokes_nothing(text: str) -> None:
    assert await said(text) == set()


async def test_a_fragment_that_waits_is_asynchronous() -> None:
    assert await said("    name = input()\n    await send(name)\n    time.sleep(1)") == {
        (1, "ASYNC250"),
        (3, "ASYNC251"),
    }


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('    os.system("ls " + x)', "S605"),
        ("    return pickle.loads(x)", "S301"),
        ("    subprocess.run(x, shell=True)", "S602"),
        ("    return yaml.load(text)", "S506"),
        ("    requests.post(url, json=data, verify=False, timeout=3)", "S501"),
        ("    requests.get(url)", "S113"),
        ("    return hashlib.md5(x).hexdigest()", "S324"),
        ("    path = tempfile.mktemp()", "S306"),
        ("    at = datetime.utcnow()", "DTZ003"),
        ("    at = datetime.datetime.utcnow()", "DTZ003"),
        ("    tree = ET.parse(path)", "S314"),
        ("    asyncio.create_task(run())", "RUF006"),
    ],
)
async def test_a_fragment_without_its_imports_is_read_with_them(text: str, rule: str) -> None:
    assert (1, rule) in await said(text)


async def test_a_hunk_below_its_imports_is_read_with_them_on_its_own_lines() -> None:
    diff = (
        "--- a/app.py\n+++ b/app.py\n@@ -40,2 +40,4 @@ def run(x):\n     a = 1\n"
        '+    os.system("ls " + x)\n+    b = pickle.loads(x)\n     return a\n'
    )
    found, _ = await examine(read([Posted("", diff, fence_tag="diff")]))
    assert {(each.anchor.start_line, each.rule_id) for each in found} == {
        (41, "S605"),
        (42, "S301"),
    }


async def test_a_whole_file_is_given_no_import() -> None:
    text = "def f(x):\n    return pickle.loads(x)\n"
    assert "S301" not in {rule for _, rule in await said(text, is_fragment=False)}
    broken = "def f(x):\n    return pickle.loads(x)\n\n\ndef g(:\n    pass\n"
    found, _ = await examine(material(broken, "python", "a.py"))
    assert "S301" not in {each.rule_id for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "def f(random):\n    return random.choice(x)",
        "for time in times:\n    time.sleep(1)",
        "requests.append(1)",
        "requests.get(key)",
        "import os\nos.system(x)",
        "from safe import pickle\npickle.loads(x)",
        "self.os.system(x)",
        "'os.system(x)'  # pickle.loads",
    ],
)
def test_a_name_that_may_be_anything_gets_no_import(text: str) -> None:
    assert imports(text, lexing.read(text, "python").bare) == []


@given(st.text(alphabet="os.requests xml=()\n,'#datetime", max_size=200))
def test_imports_are_rows_that_parse(text: str) -> None:
    for row in imports(text, lexing.read(text, "python").bare):
        compile(row, "", "exec")
