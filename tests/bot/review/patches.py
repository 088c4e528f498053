"""Real patches, made the same way every time: a repository that git keeps, edited by chance.

Each patch comes with both versions of every file, so that a reader can be held against the files
themselves and not against another reader.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STYLES: Mapping[str, tuple[str, ...]] = {
    "git": (),
    "no prefixes": ("--no-prefix",),
    "mnemonic prefixes": ("-c", "diff.mnemonicPrefix=true"),
    "one line of context": ("-U1",),
    "whole functions": ("-W",),
    "unquoted names": ("-c", "core.quotePath=false"),
}
"""Ways in which git writes the same change; the first pair of a `-c` goes before the command."""

_PYTHON = '''"""Orders: what customers want, and what became of it."""

import json
from pathlib import Path


def load(path: Path) -> dict[str, int]:
    """Read the orders of a day."""
    with path.open() as file:
        return json.load(file)


class Basket:
    """What somebody is about to buy."""

    def __init__(self) -> None:
        self.items: list[tuple[str, int]] = []

    def add(self, name: str, amount: int = 1) -> None:
        if amount < 1 or not name:
            raise ValueError(f"{name!r}: {amount}")
        self.items.append((name, amount))

    def total(self, prices: dict[str, float]) -> float:
        return sum(prices[name] * amount for name, amount in self.items)
'''
_SCRIPT = """import { fetchUser } from './api';

export async function greet(id) {
\tconst user = await fetchUser(id); // see https://example.com/docs?a=1&b=2
\tif (!user || user.age < 18 && !user.guardian) {
\t\treturn null;
\t}

\treturn `<b>Hello, ${user.name}</b>`;
}

const x = [1, 2, 3].map((n) => n * 2);
"""
_SQL = """-- Accounts and what they owe.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

-- a/lookup of debts
SELECT name FROM accounts
 WHERE id > 3
-- newest first
 ORDER BY id DESC;
++ not sql at all
"""
_NOTES = """# Notes

- first point
- second point
  - below it

```python
print("fenced")
```

+ a list with another mark
@@ not a hunk @@

> quoted words &lt;here&gt;
* a star

    indented code
"""
_YAML = """jobs:
  test:
    steps:
    - uses: checkout
    - run: make test

    - name: last
---
--- # a second document
other: true
"""
_PATCH = """--- a/inner.py
+++ b/inner.py
@@ -1,2 +1,3 @@
 one
+two
 three
"""
_FEEDS = "one\x0c\ntwo\x0b three\u2028four\nfive\x85six\nseven\x1cnine\n\n\nten\n"

CONTENTS: Mapping[str, str] = {
    "app/orders.py": _PYTHON,
    "web/greet.js": _SCRIPT,
    "schema.sql": _SQL,
    "docs/notes.md": _NOTES,
    "deploy/jobs.yaml": _YAML,
    "fixtures/small.patch": _PATCH,
    "win/lines.cs": _SCRIPT.replace("\n", "\r\n"),
    "odd/feeds.txt": _FEEDS,
    "näme/café – bar.py": _PYTHON,
    "with space/my file.py": _PYTHON,
    'quo"te/tab\tname.txt': _NOTES,
    "b/nested.py": _PYTHON,
    "empty.txt": "",
}


@dataclass(frozen=True, slots=True)
class Patch:
    """A diff and the lines of each file before and after it, by path; `edited` names the files that
    have hunks, in the diff's order."""

    text: str
    edited: tuple[str, ...]
    before: Mapping[str, list[str]]
    after: Mapping[str, list[str]]


class Repository:
    """A repository in `folder` that is edited by a chance with a seed."""

    def __init__(self, folder: Path, seed: int = 11) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.counter = 0
        self._git("init", "-q")
        for path, text in CONTENTS.items():
            self._write(path, self._longer(text).encode())
        self._write("logo.png", b"\x89PNG\r\n\x1a\n\0\1\2")
        self._commit()

    def patches(self, count: int, style: str = "git") -> list[Patch]:
        """Return that many changes, one after the other, written in a style."""
        return [self.change(style) for _ in range(count)]

    def change(self, style: str = "git") -> Patch:
        """Edit some files, and return the change."""
        before = self._files()
        for path in self.chance.sample(sorted(before), self.chance.randint(1, 4)):
            self._edit(path, before[path])
        self._git("add", "-A")
        arguments = list(STYLES[style])
        first = [arguments.pop(0), arguments.pop(0)] if arguments[:1] == ["-c"] else []
        text = self._git(*first, "diff", "--cached", "-M", "-C", *arguments)
        edited = _edited(self._git("diff", "--cached", "-M", "-C", "--numstat", "-z"))
        after = self._files()
        self._commit()
        if not text:
            return self.change(style)
        return Patch(text, edited, _lines(before), _lines(after))

    def _edit(self, path: str, content: bytes) -> None:
        """Change one file in one of the ways in which files change."""
        way = self.chance.random()
        if path.endswith(".png"):
            self._write(path, content + bytes([self.chance.randrange(256)]))
        elif way < 0.04 and len(self._files()) > 8:
            (self.folder / path).unlink()
        elif way < 0.12:
            self._rename(path, content, edited=way < 0.09)
        elif way < 0.15:
            mode = 0o755 if self.chance.random() < 0.5 else 0o644
            (self.folder / path).chmod(mode)
        elif way < 0.22:
            self.counter += 1
            text = self._longer(self.chance.choice(list(CONTENTS.values())))
            self._write(f"new/file {self.counter}.txt", text.encode())
        else:
            self._write(path, self._edited(content))

    def _rename(self, path: str, content: bytes, *, edited: bool) -> None:
        self.counter += 1
        (self.folder / path).unlink()
        stem = f"moved to/{self.counter} {Path(path).name}"
        self._write(stem, self._edited(content) if edited else content)

    def _edited(self, content: bytes) -> bytes:
        """Add, remove and replace runs of lines; sometimes the last line loses its end."""
        lines = content.split(b"\n")
        end = b"\r" if content.count(b"\r\n") * 2 > len(lines) else b""
        for _ in range(self.chance.randint(1, 4)):
            at = self.chance.randrange(len(lines))
            removed = self.chance.choice((0, 0, 1, 1, 2, 5))
            added = [
                self._line().encode() + end for _ in range(self.chance.choice((0, 1, 1, 2, 6)))
            ]
            lines[at : at + removed] = added
        text = b"\n".join(lines)
        return text.rstrip(b"\n") if self.chance.random() < 0.1 else text

    def _line(self) -> str:
        self.counter += 1
        return self.chance.choice(_LINES).format(n=self.counter)

    def _longer(self, text: str) -> str:
        """Repeat a text with different numbers, so that hunks lie apart."""
        return "".join(text.replace("first", f"first{n}") for n in range(self.chance.randint(1, 5)))

    def _files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.folder).parts
        }

    def _write(self, path: str, content: bytes) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)

    def _commit(self) -> None:
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", "a change")

    def _git(self, *arguments: str) -> str:
        """Run git with nobody's settings and always the same clock."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "someone@example.com" for who in _WHO for what in _WHAT},
            **{f"GIT_{who}_DATE": "2026-01-02T03:04:05Z" for who in _WHO},
        }
        command = ["git", "-c", "core.autocrlf=false", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, check=True, capture_output=True
        )
        return done.stdout.decode("utf-8", "surrogateescape")


_WHO = ("AUTHOR", "COMMITTER")
_WHAT = ("NAME", "EMAIL")
_LINES = (
    "value_{n} = compute({n})",
    "",
    "",
    "    return a{n} < b && c > d",
    "- item {n}",
    "+ plus {n}",
    "-- comment {n}",
    "\tif (x{n} != null) {{",
    "   ",
    "text with trailing space {n} ",
    "<p>&amp; {n}</p>",
    "“quoted” — {n}",
    "# see https://example.com/{n}?a=1&b=<2>",
    "\\ backslash {n}",
    "a line that is quite long, longer than any mail program would leave it in one piece, number"
    " {n} of many, with words enough to be broken somewhere in the middle",
)


def _edited(numstat: str) -> tuple[str, ...]:
    """Return the files with changed lines (git-diff, "other diff formats": a renamed file's two
    names stand in fields of their own)."""
    fields = numstat.split("\0")
    paths: list[str] = []
    while fields and fields[0]:
        added, removed, path = fields.pop(0).split("\t", 2)
        if not path:
            _, path = fields.pop(0), fields.pop(0)
        if (added, removed) not in (("0", "0"), ("-", "-")):
            paths.append(path)
    return tuple(paths)


def _lines(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    return {
        path: content.decode("utf-8", "surrogateescape").split("\n")
        for path, content in files.items()
    }
