"""The imports that a piece of Python was taken away from, told by how it uses the names. Pure.

Rules resolve names: without `import os` nothing is known of `os.system`. Called for fragments only;
a whole file shows its imports or has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_MODULES = frozenset(
    """
    asyncio collections contextlib contextvars ctypes datetime decimal ftplib functools hashlib
    httpx itertools jinja2 json logging mako marshal math os paramiko pdb pickle pytest random re
    requests secrets shelve shutil socket ssl subprocess sys tarfile telnetlib tempfile threading
    time uuid yaml zipfile
    """.split()  # noqa: SIM905  # a list of strings is five times as long
)
_ALIASES: Mapping[str, str] = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "ET": "import xml.etree.ElementTree as ET",
    "ElementTree": "from xml.etree import ElementTree",
}
_SUBMODULES: Mapping[str, tuple[str, ...]] = {
    "concurrent": ("concurrent.futures",),
    "http": ("http.client",),
    "logging": ("logging.config", "logging.handlers"),
    "os": ("os.path",),
    "urllib": ("urllib.request", "urllib.parse"),
    "xml": ("xml.etree.ElementTree", "xml.dom.minidom", "xml.sax"),
}
"""Modules that have to be imported by their full names."""

_NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*")
_ATTRIBUTE = re.compile(r"[ \t]*\.[ \t]*([A-Za-z_]\w*)")
_IMPORT = re.compile(r"^[ \t]*(?:import|from)\b.*$", re.MULTILINE)
_COLLECTION = frozenset(
    "add append clear copy extend insert items keys pop popitem setdefault sort values".split()  # noqa: SIM905  # as above
)
"""No function of a module above: what has one is a variable of the same name, such as a list
`requests`."""

_FETCH = re.compile(
    r"(?<![\w.])requests[ \t]*\.[ \t]*(?!get\b)\w"
    r"|(?<![\w.])requests\.get\([^)\n]{0,200}(?:https?:|=|(?i:ur[il]|link|endpoint|host|api))"
)
"""`requests.get` looks a key up where `requests` is a dictionary: its argument has to tell."""

_HELD = re.compile(
    r"=[ \t]*asyncio[ \t]*\.[ \t]*(?:create_task|ensure_future)\b|(?<![\w.])asyncio\.timeout"
)
"""What uses a task, or waits under a timeout, may stand below the fragment."""

_TYPES_OF_DATETIME = frozenset(
    {"date", "datetime", "time", "timedelta", "timezone", "UTC", "MINYEAR"}
)


def imports(text: str, bare: str) -> list[str]:
    """Return the imports, each a row, that the names in a fragment stand for.

    `bare` is `text` without strings and comments. A name counts as a module's where each mention of
    it is followed by an attribute; one that is bound here, or merely handed on, may be anything.
    """
    used: dict[str, set[str]] = {}
    others = {name for found in _IMPORT.finditer(bare) for name in _NAME.findall(found[0])}
    for found in _NAME.finditer(bare):
        name = found[0]
        if name not in _MODULES and name not in _ALIASES and name not in _SUBMODULES:
            continue
        if attribute := _ATTRIBUTE.match(bare, found.end()):
            used.setdefault(name, set()).add(attribute[1])
        else:
            others.add(name)
    return [
        row
        for name, attributes in used.items()
        if name not in others and not attributes & _COLLECTION
        for row in _rows(name, attributes, text, bare)
    ]


def _rows(name: str, attributes: set[str], text: str, bare: str) -> Iterator[str]:
    if name == "requests" and not _FETCH.search(text):
        return
    if name == "asyncio" and _HELD.search(bare):
        return
    if name == "datetime" and not attributes <= _TYPES_OF_DATETIME:
        yield "from datetime import datetime"
    elif name in _ALIASES:
        yield _ALIASES[name]
    elif name in _MODULES:
        yield f"import {name}"
    for module in _SUBMODULES.get(name, ()):
        if re.search(rf"(?<![\w.]){re.escape(module)}\.", bare):
            yield f"import {module}"
