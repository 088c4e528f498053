"""What chat, mail and hand editing do to a diff: text in, damaged text out. Pure; chance is given.

`KINDS` holds what a reader must take without losing a line, `CUTS` what takes lines away, `WORSE`
what takes away more than can always be told: there a line may be left out, and never be wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

Damage: TypeAlias = Callable[[str, random.Random], str]

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_HEADER = re.compile(r"^(?:diff --git|---|\+\+\+|rename|copy) .*$", re.MULTILINE)
_URL = re.compile(r"https?://[^\s<>|]+")


def nothing(text: str, _: random.Random) -> str:
    return text


def trailing_spaces(text: str, _: random.Random) -> str:
    return "\n".join(line.rstrip(" \t") for line in text.split("\n"))


def outer_space(text: str, _: random.Random) -> str:
    return text.strip()


def both_spaces(text: str, chance: random.Random) -> str:
    return trailing_spaces(text, chance).strip()


def windows_ends(text: str, _: random.Random) -> str:
    return text.replace("\n", "\r\n")


def escaped(text: str, _: random.Random) -> str:
    """Escape and link as Slack does in a message's text."""
    text = f"{text.rstrip()} \n"
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _URL.sub(lambda found: f"<{found[0]}>", text)


def wrapped_links(text: str, _: random.Random) -> str:
    return _URL.sub(lambda found: f"<{found[0]}|{found[0]}>", text)


def hard_spaces(text: str, _: random.Random) -> str:
    return text.replace(" ", "\xa0")


def hard_indent(text: str, _: random.Random) -> str:
    """Make every space but the last of a run one that does not break, as rich editors do."""
    return re.sub(r" (?= )", "\xa0", text)


def round_quotes(text: str, _: random.Random) -> str:
    return _HEADER.sub(lambda found: re.sub(r'"([^"]*)"', "“\\1”", found[0]), text)


def long_dashes(text: str, _: random.Random) -> str:
    """Let a phone make two dashes one, in headers."""
    text = re.sub(r"^--- (?=\S.*\n\+\+\+ )", "—- ", text, flags=re.MULTILINE)
    return re.sub(r"^diff --git ", "diff —git ", text, flags=re.MULTILINE)


def fenced(text: str, _: random.Random) -> str:
    return f"Please look at this:\n```diff\n{text.rstrip(chr(10))}\n```\n- is it right?\nThanks!"


def quoted(text: str, _: random.Random) -> str:
    return "\n".join(f"> {line}" for line in text.removesuffix("\n").split("\n"))


def quoted_bare(text: str, _: random.Random) -> str:
    return "\n".join(f">{line}" for line in text.removesuffix("\n").split("\n"))


def quoted_stripped(text: str, chance: random.Random) -> str:
    return trailing_spaces(quoted(text, chance), chance)


def quoted_in_prose(text: str, chance: random.Random) -> str:
    return f"On Monday someone wrote:\n{quoted(text, chance)}\n\nWhat do you think?\n- me"


def indented(text: str, _: random.Random) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


def coloured(text: str, _: random.Random) -> str:
    """Colour as `git diff --color` does."""
    colours = {"+": "32", "-": "31", "@": "36"}
    lines = text.removesuffix("\n").split("\n")
    return "\n".join(
        f"\x1b[{colours[line[0]]}m{line}\x1b[m" if line[:1] in colours else line for line in lines
    )


def doubled_lines(text: str, _: random.Random) -> str:
    return text.replace("\n", "\n\n")


def wrong_counts(text: str, chance: random.Random) -> str:
    """Miscount hunks, as people and models do who write them by hand."""

    def miscounted(found: re.Match[str]) -> str:
        old, new = (int(found[group] or 1) for group in (2, 4))
        off = chance.choice((-3, -2, -1, 0, 1, 2, 3))
        lean = chance.choice((-1, 0, 1))
        old = max(1, old + off) if old else 0
        new = max(1, new + off + lean) if new else 0
        return f"@@ -{found[1]},{old} +{found[3]},{new} @@"

    return _HUNK.sub(miscounted, text)


def in_a_log(text: str, _: random.Random) -> str:
    head = f"commit {'0a' * 20}\nAuthor: A <a@example.com>\nDate:   Mon\n\n    A change\n\n"
    return f"{head}{text}\n{head}"


def in_a_mail(text: str, _: random.Random) -> str:
    head = f"From {'0a' * 20} Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\n---\n x | 2 +-\n\n"
    return f"{head}{text}-- \n2.39.5\n"


def cut_in_line(text: str, _: random.Random) -> str:
    return text[: len(text) * 2 // 3]


def cut_anywhere(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) // 4, len(text))]


def cut_with_mark(text: str, chance: random.Random) -> str:
    return cut_anywhere(text, chance) + "\n… (message truncated)"


def beginning_cut(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    return "\n".join(lines[chance.randrange(1, max(2, len(lines) // 2)) :])


def only_hunks(text: str, _: random.Random) -> str:
    """Take all headers of files away."""
    return re.sub(r"^(?:diff --git .*\n(?:(?!@@|diff --git ).*\n)*)", "", text, flags=re.MULTILINE)


def leading_spaces(text: str, _: random.Random) -> str:
    return "\n".join(line.lstrip(" \t") for line in text.split("\n"))


def broken_lines(text: str, _: random.Random) -> str:
    """Break long lines as mail programs do."""
    return "\n".join(
        re.sub(r"(.{60,76}) ", r"\1\n", line) if len(line) > 78 else line
        for line in text.split("\n")
    )


def empty_lines_dropped(text: str, _: random.Random) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def lines_left_out(text: str, chance: random.Random) -> str:
    """Leave a run of lines out and say so, as people do who shorten by hand."""
    lines = text.split("\n")
    at = chance.randrange(len(lines) // 3, max(len(lines) // 3 + 1, len(lines) - 3))
    return "\n".join([*lines[:at], "...", *lines[at + 4 :]])


KINDS: Mapping[str, Damage] = {
    "none": nothing,
    "trailing spaces stripped": trailing_spaces,
    "outer whitespace stripped": outer_space,
    "both stripped": both_spaces,
    "CRLF everywhere": windows_ends,
    "`&lt;` and `<https://…>`": escaped,
    "`<https://…\\|…>`": wrapped_links,
    "no-break spaces everywhere": hard_spaces,
    "no-break spaces as indentation": hard_indent,
    "round quotes in headers": round_quotes,
    "long dashes in headers": long_dashes,
    "fenced, prose around": fenced,
    "quoted with `> `": quoted,
    "quoted with `>`": quoted_bare,
    "quoted, then stripped": quoted_stripped,
    "quoted within prose": quoted_in_prose,
    "indented": indented,
    "coloured": coloured,
    "every line end doubled": doubled_lines,
    "within `git log -p`": in_a_log,
    "within a mailed patch": in_a_mail,
    "wrong hunk counts": wrong_counts,
}
CUTS: Mapping[str, Damage] = {
    "cut at two thirds": cut_in_line,
    "cut anywhere": cut_anywhere,
    "cut, and told so": cut_with_mark,
    "beginning missing": beginning_cut,
    "no file headers": only_hunks,
}
WORSE: Mapping[str, Damage] = {
    "leading spaces stripped": leading_spaces,
    "long lines broken": broken_lines,
    "empty lines dropped": empty_lines_dropped,
    "lines left out": lines_left_out,
}

TAKEN: Mapping[str, str] = {
    **dict.fromkeys(("cut at two thirds", "cut anywhere", "cut, and told so"), "end"),
    "beginning missing": "beginning",
    "no file headers": "names",
    "long lines broken": "lines",
}
"""What a damage takes away for good, where it takes anything."""
