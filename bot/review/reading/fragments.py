"""Whether a pasted piece stands for itself or was taken out of the middle of something. Pure.

Of a fragment nothing is said about what it lacks: no undefined names, no unused imports.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Iterator

from bot.review.reading import lexing

LONGEST_PARSED = 200_000
"""Characters that are parsed to find out; a longer text is a whole file anyway."""

_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "self"}
_MAIN = re.compile(r"^if __name__ ==", re.MULTILINE)
_PLACEHOLDER = re.compile(r"^[ \t]{0,80}(?:#|//|--|/\*)? ?(?:\.\.\.|…)", re.MULTILINE)
_ASIDE = (
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*(?:`|\Z)"
    r"|'(?:[^'\\\n]|\\.){QUOTED}'"
)
_STRINGS = re.compile(_ASIDE.replace("{QUOTED}", "*"), re.DOTALL)
_CHARACTERS = re.compile(_ASIDE.replace("{QUOTED}", ""), re.DOTALL)
"""Strings and remarks; the second where a single quote holds one character, or opens a lifetime."""

_SINGLE = frozenset({"rust", "c", "cpp", "java", "csharp", "go", "kotlin", "scala", "swift"})
_SCRIPTS = frozenset({"python", "javascript", "typescript", "jsx", "tsx"})
"""Languages whose linters would call a part of a file invalid."""

_GOES_ON = re.compile(r"(?:[ ]{2,}|\t)[ \t]*\S|[)\]}]|(?:elif|else|except|finally|catch)\b")
"""How a text begins that is the rest of something."""

_PAIRS = {")": "(", "]": "[", "}": "{"}
_BRACED = _SINGLE | {"javascript", "typescript", "jsx", "tsx", "php", "css", "scss", "dart", "json"}


def is_fragment(text: str, language: str) -> bool:
    """Tell whether a nameless text may begin or end in the middle of something."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    if first[:1] in (" ", "\t") or _PLACEHOLDER.search(text):
        return True
    if language == "python":
        return _is_python_fragment(text)
    if language in _BRACED:
        aside = _CHARACTERS if language in _SINGLE else _STRINGS
        return not _is_balanced(aside.sub("", text[:LONGEST_PARSED]))
    return False


def is_cut(text: str, language: str) -> bool:
    """Tell whether a text with a name is only a part of a file all the same: it begins indented or
    with the end of something, or ends within what it has begun.

    A whole file with a mistake in it is none: there the last line stands at the margin, or what it
    lacks would not mend it.
    """
    if language not in _SCRIPTS or len(text) > LONGEST_PARSED or text.startswith("#!"):
        return False
    if language == "python" and parsed(text) is not None:
        return False
    lines = [line for line in lexing.read(text, language).bare.split("\n") if line.strip()]
    if not lines:
        return False
    return bool(_GOES_ON.match(lines[0])) or _ends_within(text, lines, language)


def _ends_within(text: str, lines: list[str], language: str) -> bool:
    """Tell whether brackets, or an announced block, are open where the text ends."""
    last = lines[-1].rstrip()
    if not (last[:1] in (" ", "\t") or last.endswith(("(", "[", "{", ",", ":"))):
        return False
    closers = _closers("\n".join(lines))
    if language != "python":
        return bool(closers)
    whole = text.rstrip()
    ends = (f"\n{closers}", f"\n{closers}: pass", " pass")
    return (bool(closers) or last.endswith(":")) and any(parsed(whole + end) for end in ends)


def _closers(bare: str) -> str:
    """Return what would close the brackets that are open at the end."""
    opened: list[str] = []
    for mark in re.findall(r"[()\[\]{}]", bare):
        if mark not in _PAIRS:
            opened.append(mark)
        elif opened and opened[-1] == _PAIRS[mark]:
            opened.pop()
    partners = {opener: closer for closer, opener in _PAIRS.items()}
    return "".join(partners[mark] for mark in reversed(opened))


def _is_python_fragment(text: str) -> bool:
    """Tell whether Python code does not parse, or leans on names that stand elsewhere.

    What runs as a program is whole. Otherwise a name that nobody binds was left out, unless
    imports stand there and all of them are used: then the piece has its beginning and its end.
    """
    if len(text) > LONGEST_PARSED:
        return False
    tree = parsed(text)
    if tree is None:
        return True
    if text.startswith("#!") or _MAIN.search(text):
        return False
    names: dict[str, set[str]] = {"bound": set(_BUILTINS), "imported": set(), "used": set()}
    for kind, name in _names(tree):
        names[kind].add(name)
    if names["imported"] - names["used"]:
        return True
    return not names["imported"] and bool(names["used"] - names["bound"])


def parsed(text: str) -> ast.Module | None:
    """Parse Python; None if it cannot be, for whatever reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an unknown escape: not ours to tell
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name with what happens to it: `bound`, `imported` or `used`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield ("used" if isinstance(node.ctx, ast.Load) else "bound"), node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield "bound", node.name
        elif isinstance(node, ast.arg):
            yield "bound", node.arg
        elif isinstance(node, ast.alias):
            yield "imported", node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield "bound", node.name


def _is_balanced(text: str) -> bool:
    """Tell whether every bracket has its partner."""
    opened: list[str] = []
    for mark in re.findall(r"[()\[\]{}]", text):
        if mark in _PAIRS:
            if not opened or opened.pop() != _PAIRS[mark]:
                return False
        else:
            opened.append(mark)
    return not opened
