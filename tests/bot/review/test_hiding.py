"""What others may see of a review: secrets are hidden by their place in the whole, everywhere."""

from __future__ import annotations

import json
import re

import pytest

from bot.guard.masking import MASK
from bot.models.scripted import Scripted
from bot.review.fixes.patch import combined
from bot.review.hiding import Veiled, veil
from bot.review.material import Material
from bot.review.pipeline import review
from bot.review.reading.classify import read
from bot.review.reading.posted import Posted
from bot.review.rendering import FORMATS, render
from bot.review.values import Anchor, Edit, Fix, Review
from tests.bot.review.made import file_of, finding
from tests.bot.review.scripts import disproved, raw, said

BODY = [
    f"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAA{n:02}EbmNlAAAAAAAAABAAAAMwAAAAtzc2gtZW" for n in range(6)
]
# Built in pieces so that no scanner takes this file for a leak.
BEGIN, END = (f"-----{word} OPENSSH PRIVATE " + "KEY-----" for word in ("BEGIN", "END"))
KEY = "\n".join([f'KEY = """{BEGIN}', *BODY, f'{END}"""'])
ADDED = "".join(f"+{line}\n" for line in KEY.split("\n"))
DIFF = f"--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,{len(BODY) + 2} @@\n{ADDED}"
PASSWORD = "S3cr3tP@ssw0rd!x"


def texts(made: Review) -> str:
    """Everything that can be shown of a review."""
    return "\n".join(render(made, form) for form in FORMATS)


def posted(text: str, name: str = "a.py") -> Material:
    return read([Posted(name, text.encode())])


def asked(model: Scripted) -> str:
    return str([request.messages for request in model.requests])


@pytest.mark.parametrize("text", [KEY, f"{KEY}\nprint(eval(KEY))\n", DIFF])
async def test_no_line_of_a_private_key_is_shown_or_asked_about(text: str) -> None:
    about = raw(BODY[1], line=3, title="A key", message=f"It holds {BODY[2]}.")
    model = Scripted([said(about), disproved()])
    material = posted(text, "change.diff" if text.startswith("-") else "a.py")
    for made in (
        await review(material, model=None),
        await review(material, model=model),
    ):
        assert any(each.rule_id == "private_key" for each in made.findings)
        shown = texts(made)
        assert not [line for line in BODY if line in shown or line[:20] in shown]
        assert any(set(each.anchor.quote) == {MASK} for each in made.findings)
    assert not [line for line in BODY if line[:20] in asked(model)]


NAMED = """\
import os
os.environ["SECRET"] = "gYjVirx7ZL1v3uY18jW7LXza"
passphrase = "Zx9Kq2Lm8Wp5"
def check(password, secret="Qq12345abc"):
    return password == "Zx9Kq2Lm8Wp6"
passwd = \"\"\"
Zx9Kq2Lm8Wp7
\"\"\"
"""


async def test_what_a_review_calls_a_password_is_hidden_from_model_and_readers() -> None:
    model = Scripted([said()])
    made = await review(posted(NAMED), model=model)
    assert sum(798 in each.cwe for each in made.findings) >= 5
    values = ("gYjVirx7ZL1v3uY18jW7LXza", "Zx9Kq2Lm8Wp", "Qq12345abc")
    assert not [value for value in values if value in texts(made) + asked(model)]
    assert "os.environ" in asked(model)
    assert "SECRET" in asked(model)


async def test_what_is_only_counted_is_hidden_as_well() -> None:
    values = [f"qwe{chr(97 + n // 26)}{chr(97 + n % 26)}rtyui" for n in range(60)]
    text = "".join(f'token_of[{n}]["pass"] = "{value}"\n' for n, value in enumerate(values))
    model = Scripted([said()])
    copies: list[Veiled] = []
    made = await review(posted(text), model=model, on_veiled=copies.append)
    assert len(made.findings) < 60
    everything = texts(made) + asked(model) + copies[0].shown.sources[0].text()
    assert not [value for value in values if value in everything]


async def test_what_the_model_calls_a_password_is_hidden_from_readers() -> None:
    material = posted('open_door("vX7kLm2Qw9Zt")\n')
    about = raw('open_door("vX7kLm2Qw9Zt")', line=1, cwe=[798], message="vX7kLm2Qw9Zt is secret")
    made = await review(material, model=Scripted([said(about), disproved()]))
    assert made.findings
    assert "vX7kLm2Qw9Zt" not in texts(made)


async def test_a_secret_is_hidden_wherever_else_it_stands_and_in_answers() -> None:
    text = f'DB_PASSWORD = "{PASSWORD}"\n\n\ndef f():\n    open("h", "{PASSWORD}"); eval("1")\n'
    other = f"# see {PASSWORD}\n"
    model = Scripted([said(summary=f"It writes {PASSWORD}.", recommendations=[PASSWORD])])
    material = read([Posted("a.py", text.encode()), Posted("b.py", other.encode())])
    made = await review(material, model=model)
    assert PASSWORD not in texts(made) + asked(model)
    assert any(MASK * len(PASSWORD) in each.anchor.quote for each in made.findings)


@pytest.mark.parametrize(
    "line",
    [
        'password = "production"\nmode = "production"',
        'password = "changeme"\nother = "changeme"',
        "connect(password=settings.password1)\nprint(settings.password1)",
    ],
)
def test_words_names_and_placeholders_stay_on_other_lines(line: str) -> None:
    shown = veil(file_of("a.py", line, "python")).shown
    assert shown.sources[0].text().split("\n")[1] == line.split("\n")[1]


async def test_a_file_whose_name_is_a_secret_is_not_named() -> None:
    name = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8"
    model = Scripted([said(raw("x = eval(y)", path=f"{name}.py")), disproved()])
    made = await review(posted("x = eval(y)\n", f"{name}.py"), model=model)
    assert made.findings
    assert name not in texts(made) + asked(model)
    assert made.coverage.full == (MASK * len(name) + ".py",)


CODE = "\n".join(["import os", f'password = "{PASSWORD}"', "a = 1", "b = 2", *"cdefg", "h = 3"])


def fixed(line: int, old: str, new: str) -> Fix:
    edits = (Edit(start_line=line, end_line=line, old=f"{old}\n", new=f"{new}\n"),)
    return Fix(edits=edits, applies=True, parses=True, patch="as it was written before")


def test_a_fix_that_touches_a_secret_is_not_offered() -> None:
    copy = veil(file_of("a.py", CODE, "python"))
    line = f'password = "{PASSWORD}"'
    assert copy.fix("a.py", fixed(2, line, "password = os.environ['P']")) is None
    assert copy.fix("a.py", fixed(3, "a = 1", f'a = "{PASSWORD}"')) is None


def test_a_fix_beside_a_secret_has_no_patch_and_one_far_away_has() -> None:
    copy = veil(file_of("a.py", CODE, "python"))
    near, far = fixed(4, "b = 2", "b = 4"), fixed(10, "h = 3", "h = 4")
    beside = copy.fix("a.py", near)
    assert beside is not None
    assert beside.patch == ""
    assert copy.fix("a.py", far) == far
    at = Anchor(path="a.py", start_line=10, end_line=10, status="exact")
    written = combined(copy.shown, [finding(anchor=at, fix=far)]).text
    assert "+h = 4" in written
    assert MASK not in written
    assert PASSWORD not in written


def test_no_line_moves_and_none_gets_longer() -> None:
    material = posted(NAMED + KEY)
    copy = veil(material)
    plain, shown = material.sources[0].text(), copy.shown.sources[0].text()
    assert [len(line) for line in plain.split("\n")] == [len(line) for line in shown.split("\n")]
    assert re.sub(f"{MASK}", "", shown) != plain


async def test_json_stays_json_when_a_name_is_hidden() -> None:
    made = await review(posted(KEY), model=None)
    assert json.loads(render(made, "json"))["findings"][0]["anchor"]["quote"]
