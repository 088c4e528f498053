"""Links to pull and merge requests in what people write. Pure; whether a host may be asked is
decided in `pulls`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Forge: TypeAlias = Literal["github", "gitlab"]

_GITHUB = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.-]{1,253}(?::\d{1,5})?)/"
    r"(?P<project>[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100})/pulls?/(?P<number>\d{1,9})(?!\d)"
)
_GITLAB = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.-]{1,253}(?::\d{1,5})?)/"
    r"(?P<project>[A-Za-z0-9_.-]{1,255}(?:/[A-Za-z0-9_.-]{1,255}){1,20})"
    r"/(?:-/)?merge_requests/(?P<number>\d{1,9})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A pull or merge request: its host, its project (`owner/name`, groups before), its number."""

    forge: Forge
    host: str
    project: str
    number: int


def find_links(text: str) -> tuple[Link, ...]:
    """Return the pull and merge requests that a text links to, each once, in order."""
    found: list[tuple[int, Link]] = []
    for forge, pattern in (("github", _GITHUB), ("gitlab", _GITLAB)):
        for one in pattern.finditer(text):
            project = one["project"].removesuffix("/-")
            if any(segment in (".", "..") for segment in project.split("/")):
                continue
            link = Link(forge, one["host"].lower(), project, int(one["number"]))  # type: ignore[arg-type]  # the tuple's literals
            found.append((one.start(), link))
    ordered = [link for _, link in sorted(found, key=lambda pair: pair[0])]
    return tuple(dict.fromkeys(ordered))
