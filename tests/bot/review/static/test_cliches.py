"""Our own rules: each is in its table, none is slow, and none speaks where it is excused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.review.static import cliches, units
from bot.review.static.cliches.dangers import DANGERS
from bot.review.static.rules import table
from tests.bot.review.samples import material
from tests.bounds import bounded

OF_CODE = {"docker-latest", "docker-root", "workflow-injection", "sql-no-where"}
"""Found by functions, not by patterns."""


def seen(text: str, language: str, path: str = "") -> list[tuple[str, int]]:
    return [
        (each.rule.id, each.row + 1)
        for unit in units.units(material(text, language, path))
        for each in cliches.seen(unit)
    ]


def test_the_table_has_every_rule_and_no_other() -> None:
    used = {pattern.rule for pattern in cliches._PATTERNS} | OF_CODE
    used |= {danger.rule for tongue in DANGERS.values() for danger in tongue.dangers}
    assert used == set(table(cliches.NAME))


@pytest.mark.parametrize(
    "name", ["ruff", "oxlint", "shellcheck", "secrets", "tripwires", "cliches"]
)
def test_every_title_fits(name: str) -> None:
    assert all(0 < len(rule.title) <= 90 for rule in table(name).values())


EXCUSED = [
    ("python", "def f(db, name):\n    db.execute('SELECT 1 WHERE a = ?', (name,))\n"),
    ("python", "name = secure_filename(request.args['n'])\nopen(name)\n"),
    ("python", "name = request.args['n']\nname = 'fixed'\nopen(name)\n"),
    ("python", "name = request.args['n']\nopen('name.txt')\n"),
    ("python", "def g():\n    n = request.args['n']\n\ndef h(n):\n    return open(n)\n"),
    ("python", "@app.get('/i/{i}')\ndef h(i: int):\n    return open(f'/srv/{i}')\n"),
    ("python", "# cursor.execute(request.args['q'])\n"),
    ("python", "text = 'os.system(request.args)'\n"),
    ("python", "if user is None:\n    raise LookupError('no user')\nuser.name\n"),
    ("python", "for i in range(len(a) + 1):\n    print(a[:i])\n"),
    ("python", "color = random.choice(colors)\n"),
    ("javascript", "el.innerHTML = '';\nel.innerHTML = '<b>fixed</b>';\n"),
    ("javascript", "el.innerHTML = DOMPurify.sanitize(text);\n"),
    ("javascript", "const m = /x/.exec('ls ' + x);\n"),
    ("javascript", "db.query(sql`SELECT * FROM t WHERE id = ${id}`);\n"),
    ("javascript", "db.query('SELECT * FROM ' + TABLE_NAME);\n"),
    ("javascript", "items.map(async (x) => x);\n"),
    ("javascript", "const d = await fetch(url); d.json();\n"),
    ("javascript", "for (let i = 0; i <= a.length; i++) { use(i); }\n"),
    ("sql", "DELETE FROM t WHERE id = 1;\nUPDATE t SET a = NULL WHERE id = 2;\n"),
    ("dockerfile", 'FROM python:3.12 AS b\nFROM b\nUSER app\nCMD ["x"]\n'),
    ("dockerfile", 'FROM scratch\nCOPY a /a\nENTRYPOINT ["/a"]\n'),
    ("shell", "# curl https://example.com | sh\ncurl -o x https://example.com\n"),
    ("shell", 'eval "$(ssh-agent -s)"\n'),
    ("c", 'strcpy(name, "fixed");\nprintf("%s", name);\n'),
    ("python", "def mean(v):\n    if not v:\n        return 0\n    return sum(v) / len(v)\n"),
    ("python", "def mean(v):\n    return sum(v) / len(v) if v else 0\n"),
    ("python", "def f(v):\n    return 1 / len(WORDS)\n"),
    ("python", "def f(a, b):\n    return a + b == 0.5\n"),
    ("python", "def f(a, b):\n    return math.isclose(a + b, 0.3)\n"),
    (
        "python",
        "import threading\nn = 0\nlock = threading.Lock()\ndef f():\n    global n\n"
        "    with lock:\n        n += 1\nthreading.Thread(target=f).start()\n",
    ),
    ("python", "n = 0\ndef f():\n    global n\n    n += 1\n\nf()  # no thread\n"),
    ("python", "u = request.files['u']\nu.save(UPLOADS / secure_filename(u.filename))\n"),
    ("javascript", "setTimeout(() => run('a'), 100);\nsetTimeout(run, 100);\n"),
    ("javascript", "clock.mySetTimeout('a');\n"),
    (
        "javascript",
        "for (const k in b) { if (k === '__proto__') continue; a[k] = merge(a[k], b[k]); }\n",
    ),
    ("go", 'rows, err := db.Query("SELECT a FROM t WHERE b = $1", r.FormValue("b"))\n'),
]


@pytest.mark.parametrize(("language", "text"), EXCUSED, ids=lambda value: str(value)[:40])
def test_what_only_looks_like_it_is_left_alone(language: str, text: str) -> None:
    assert seen(text, language) == []


FOLLOWED = [
    ("python", "def v():\n    q = request.GET['q']\n    s = f'SELECT {q}'\n    db.execute(s)\n", 4),
    (
        "python",
        "@app.get('/f/{name}')\ndef v(name: str):\n    return FileResponse('/srv/' + name)\n",
        3,
    ),
    ("python", "u = request.args.get('u')\nreturn_to = u\nredirect(return_to)\n", 3),
    ("python", "t = request.form['t']\nrender_template_string(\n    '<p>' + t\n)\n", 2),
    ("javascript", "const { dir } = req.query;\nexec(`ls ${dir}`);\n", 2),
    ("javascript", "res.send('<p>' + req.query.name + '</p>');\n", 1),
    ("javascript", "const to = req.query.to;\nres.redirect(to);\n", 2),
    ("php", "<?php\n$f = $_GET['f'];\ninclude($f);\n", 3),
    ("java", 'String f = request.getParameter("f");\nnew File("/srv/" + f);\n', 2),
    ("go", 'name := r.FormValue("n")\nos.Open("/srv/" + name)\n', 2),
    ("ruby", "f = params[:f]\nFile.read(f)\n", 2),
]


@pytest.mark.parametrize(("language", "text", "line"), FOLLOWED, ids=lambda value: str(value)[:40])
def test_what_strangers_send_is_followed_to_where_it_does_harm(
    language: str, text: str, line: int
) -> None:
    assert line in {at for _, at in seen(text, language)}


LANGUAGES = ["python", "javascript", "sql", "dockerfile", "yaml", "shell", "java", "go", "php", "c"]


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_can_be_read(text: str, language: str) -> None:
    seen(text, language)


HINTED = [
    *(
        "if x is None ",
        "SELECT a FROM b ",
        "password = ",
        "request.args ",
        "req.query ",
        "(",
        "\n ",
    ),
    *(
        "exec(",
        "random. token ",
        "for i in range(len(a) + 1):\n",
        "innerHTML = ",
        '"SELECT a FROM " + ',
    ),
    *(
        "RUN apt-get install ",
        "run: ${{ github.event.issue.title ",
        "if (a == null) ",
        "a = [[",
        "`${",
    ),
    *("catch (e) {", "curl http://x ", "FROM a, b ", "x.replace('a'", "printf(", "go func() {\n"),
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HINTED), st.sampled_from(LANGUAGES))
def test_hostile_text_costs_no_more_than_its_length(piece: str, language: str) -> None:
    row = (piece * (18_000 // len(piece)))[:18_000]
    with bounded(4):
        seen(f"{row}\n" * 4, language)
