"""Translates what is typed: lines into messages and commands, surroundings into an author. Pure,
except that `whoever_types` looks at the environment of the process."""

from __future__ import annotations

import getpass
import os
import re
import zoneinfo
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from bot.events import Author, Message, Place, ThreadRef

_COMMAND = re.compile(r"/[a-z]{1,20}", re.IGNORECASE)
_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{2,4}))?(?:[.@].*)?\Z")


class Order(StrEnum):
    """What a line may ask of the terminal itself."""

    QUIT = "/quit"
    RESET = "/reset"
    HELP = "/help"
    UNKNOWN = "/"


def order(line: str) -> Order | None:
    """Read a line that consists of a command alone; None for a question (`/etc/hosts is …`)."""
    word = line.strip()
    if not _COMMAND.fullmatch(word):
        return None
    known = {each.value: each for each in Order} | {"/exit": Order.QUIT, "/bye": Order.QUIT}
    return known.get(word.lower(), Order.UNKNOWN)


def message(id: str, thread: ThreadRef, author: Author, text: str, at: int) -> Message:
    """Make the message that a question is; `at` is in microseconds since the epoch."""
    place = Place("direct", locale=author.locale, can_edit=False, can_attach=False)
    return Message(id, thread, author, text.strip(), at, place=place)


def whoever_types(environ: Mapping[str, str]) -> Author:
    """Tell who sits at the terminal, their language and their time zone."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        name = "you"
    return Author(name, name, locale=locale_in(environ), timezone=_zone(environ))


def locale_in(environ: Mapping[str, str]) -> str:
    """Read the language of messages as locale(7) has it: `zh-TW`; empty for `C`."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environ[name] for name in names if environ.get(name)), "")
    found = _LOCALE.match(said)
    return "-".join(filter(None, found.groups())) if found else ""


def _zone(environ: Mapping[str, str]) -> str:
    """Return the IANA name of the local time zone, empty when the system does not tell."""
    said = environ.get("TZ", "").removeprefix(":")
    if not said:
        try:
            said = os.readlink("/etc/localtime")
        except OSError:
            said = _first_line(Path("/etc/timezone"))
    name = said.partition("zoneinfo/")[2] or said
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return ""
    return name


def _first_line(path: Path) -> str:
    try:
        return path.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""
