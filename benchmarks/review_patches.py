"""Real patches for the reviewer's benchmarks: modules of the standard library, edited by a script,
compared by git. The same on every run; what chance decides is seeded.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

MODULES = (
    *("argparse", "ast", "base64", "bdb", "calendar", "cgi", "cmd", "codecs", "configparser"),
    *("copy", "csv", "dataclasses", "difflib", "dis", "doctest", "enum", "filecmp", "fractions"),
    *("ftplib", "functools", "getpass", "gettext", "glob", "gzip", "hashlib", "heapq", "imaplib"),
    *("inspect", "locale", "mailbox", "mimetypes", "netrc", "optparse", "pathlib", "pdb"),
    *("pickle", "platform", "plistlib", "poplib", "pprint", "profile", "queue", "random"),
    *("sched", "selectors", "shelve", "shlex", "shutil", "smtplib", "socket", "ssl"),
    *("statistics", "string", "subprocess", "tarfile", "tempfile", "textwrap", "threading"),
    *("timeit", "trace", "traceback", "types", "typing", "uuid", "warnings", "weakref", "zipfile"),
)
"""Of every Python since 3.11; one that is gone is passed over."""

SEED = 20_261_120

_SWAPS = (
    *((" == ", " != "), (" < ", " <= "), (" is not ", " is "), (" and ", " or "), (" + 1", "")),
    *((" not ", " "), ("True", "False"), ("None", "0"), ("self.", "other."), (" > ", " >= ")),
    *(("[0]", "[1]"), ("return ", "yield "), ("except ", "except OSError, "), (", ", ",")),
)
_INDENT = re.compile(r"[ ]*")


def patches(count: int) -> Iterator[str]:
    """Yield so many patches of one to three modules each."""
    chance = random.Random(SEED)
    library = Path(sysconfig.get_path("stdlib"))
    texts = {
        name: path.read_text() for name in MODULES if (path := library / f"{name}.py").is_file()
    }
    for _ in range(count):
        chosen = chance.sample(sorted(texts), chance.choice((1, 1, 2, 3)))
        yield compared({name: (texts[name], edited(texts[name], chance)) for name in chosen})


def edited(text: str, chance: random.Random) -> str:
    """Edit a module in some places, as people do who fix, copy, wrap and break things."""
    lines = text.split("\n")
    for _ in range(chance.randint(3, 8)):
        at = chance.randrange(len(lines) // 10, len(lines) - 72)
        size = chance.choice((1, 1, 1, 2, 3, 5))
        chance.choice((_change, _change, _copy, _copy, _wrap, _drop, _guard))(
            lines, at, size, chance
        )
    return "\n".join(lines)


def compared(files: dict[str, tuple[str, str]]) -> str:
    """Let git compare two versions of files, with nobody's settings."""
    with tempfile.TemporaryDirectory() as folder:
        for side in (0, 1):
            root = Path(folder, "ab"[side])
            root.mkdir()
            for name, versions in files.items():
                (root / f"{name}.py").write_text(versions[side])
        done = subprocess.run(
            ["git", "diff", "--no-index", "--no-prefix", "--no-color", "a", "b"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "HOME": folder},
            capture_output=True,
            check=False,  # 1 says that there are differences
        )
    if done.returncode > 1:
        raise RuntimeError(done.stderr.decode())
    return done.stdout.decode()


# -- edits -------------------------------------------------------------------------------------


def _change(lines: list[str], at: int, size: int, chance: random.Random) -> None:
    """Change operators and words in a few lines."""
    for number in range(at, at + size):
        fitting = [swap for swap in _SWAPS if swap[0] in lines[number]]
        if fitting:
            lines[number] = lines[number].replace(*chance.choice(fitting), 1)


def _copy(lines: list[str], at: int, size: int, chance: random.Random) -> None:
    """Copy lines, mostly from close by, as people do who handle one case more."""
    near = max(0, at - chance.randint(6, 60)) if chance.random() < 0.75 else len(lines)
    start = min(near, chance.randrange(len(lines) - size * 2))
    lines[at:at] = lines[start : start + size * 2]


def _wrap(lines: list[str], at: int, size: int, chance: random.Random) -> None:
    """Put lines under a condition, which indents them."""
    indent = _indent(lines[at : at + size])
    inner = [f"    {line}" if line.strip() else line for line in lines[at : at + size]]
    words = chance.choice(("try:", "if self:", "with lock:", "for item in items:"))
    after = [f"{indent}except Exception:", f"{indent}    pass"] if words == "try:" else []
    lines[at : at + size] = [f"{indent}{words}", *inner, *after]


def _drop(lines: list[str], at: int, size: int, _: random.Random) -> None:
    """Take lines away."""
    del lines[at : at + size]


def _guard(lines: list[str], at: int, _: int, chance: random.Random) -> None:
    """Put an early return, a log line or the like in."""
    indent = _indent(lines[at : at + 1])
    name = chance.choice(("value", "name", "self", "data", "path"))
    block = chance.choice(
        (
            (f"if {name} is None:", "    return None"),
            (f"if not {name}:", "    raise ValueError(name)"),
            (f"print({name})",),
            ("try:", f"    {name} = int({name})", "except ValueError:", "    return None"),
            ("# TODO", f"eval({name})"),
        )
    )
    for place in (at, *(() if chance.random() < 0.6 else (at + chance.randint(9, 60),))):
        lines[place:place] = [indent + line for line in block]


def _indent(lines: Sequence[str]) -> str:
    found = _INDENT.match(next((line for line in lines if line.strip()), ""))
    return found[0] if found else ""
