"""The tag of a fenced block: a language, a file's name, or both; and tags that chat took for code.
Pure; called by `chat`.
"""

from __future__ import annotations

import re

from bot.review.reading.guessing import guess
from bot.review.reading.languages import BY_WORD, by_name, by_word

_NAME = re.compile(r"[\w.@+-]+(?:[/\\][\w.@+ -]+)*\.\w{1,10}|(?:\S*/)?(?:Dockerfile|Makefile)")
_TITLE = re.compile(r"""(?:title|file|filename|path)\s*=\s*["']?([^"'\s]+)""")
_ONE_WORD = re.compile(r"[\w.+#:/\\{}@-]*")
_LONGEST = 200
"""Characters of a first line that may be a tag."""

_RULE = re.compile(r"^[^\s#=:][^\n=:]{0,200}:(?!=)|^[A-Z_]+ *[:?+]?= *", re.MULTILINE)
_SETTING = re.compile(r"[ \t]*(?:#|\w+[ \t]*=)")
_STYLED = re.compile(r"[ \t]*\{[ \t]*$|[ \t]*\{[ \t]*[a-z-]+[ \t]*:", re.MULTILINE)
_TEMPLATE = re.compile(r"[ \t]+[a-z]")


def read(tag: str) -> tuple[str, str]:
    """Read `python`, `py:app/main.py`, `app/main.py` and `python title="main.py"` as the language's
    word and the file's name; either may be empty."""
    first, _, rest = tag.partition(" ")
    if titled := _TITLE.search(rest):
        return first, titled[1]
    language, _, name = first.partition(":")
    if name:
        return language, name
    if is_name(first) and first.lower() not in ("asp.net", "node.js"):
        return "", first
    return first, ""


def is_name(text: str) -> bool:
    """Tell whether a text is a file's name and nothing else."""
    return _NAME.fullmatch(text) is not None


def parted(behind: str) -> tuple[str, list[str]]:
    """Tell what stands behind an opening fence: a tag, or the first line of the code, as Discord
    reads whatever is no single word."""
    bare = behind.strip()
    language, name = read(bare)
    is_tag = _ONE_WORD.fullmatch(bare) or by_word(language) or name
    return (behind, []) if is_tag else ("", [behind])


def taken(code: str) -> tuple[str, str]:
    """Return the tag of a block without one, and its code: Slack knows no tags, and keeps what
    stands for one as the first line of the code, in `text` and in rich text alike.

    A line that is nothing but a known tag says nothing as code: a lone `c`, `go` or `python` has no
    effect in any language. Where it has one, what follows tells: see `_is_code`.
    """
    line, _, rest = code.partition("\n")
    tag = line.strip()
    if not rest.strip() or len(tag) > _LONGEST or line[:1] in (" ", "\t"):
        return "", code
    language, name = (tag, "") if tag.lower() in BY_WORD else read(tag)
    is_tag = by_name(name) if name else tag == language
    if language.lower() not in BY_WORD or not is_tag:
        return "", code
    following = next(line for line in rest.split("\n") if line.strip())
    return ("", code) if not name and _is_code(tag, following, rest) else (tag, rest)


def _is_code(tag: str, following: str, rest: str) -> bool:
    """Tell the few first lines that do something: `make` and `env` are commands, `GO` ends a batch
    of SQL, `html` is a selector of CSS and an element of templates without brackets; and a name
    below a name is a list of them."""
    if following.strip().lower() in BY_WORD:
        return True
    match tag.lower():
        case "make":
            return not _RULE.search(rest)
        case "env":
            return not _SETTING.match(following)
        case "go":
            return tag == "GO" or guess(rest) == "sql"
        case "html":
            return bool(_STYLED.match(following) or _TEMPLATE.match(following))
        case _:
            return False
