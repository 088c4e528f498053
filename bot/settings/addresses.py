"""The forms of settings that are addresses: a host, a web address, a Redis server.

Pure. Messages never quote a value, because an address may carry a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

from bot.settings.forms import plain, secret


def host(value: object) -> str:
    """Read a host name or an address to listen on."""
    text = plain(value).removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[A-Za-z0-9_.:%-]{1,253}", text):
        raise ValueError("it is neither a host name nor an address")
    return text


def web_address(*, ends: str = "", never_ends: str = "") -> Callable[[object], str]:
    """Make a reader of http and https addresses, returned without a slash at the end.

    `ends` is what the path must end with (kept with its slash), `never_ends` what it must not.
    """

    def read(value: object) -> str:
        parts = _split(value, ("http", "https"))
        if not parts.hostname:
            raise ValueError("it names no host")
        if parts.query or parts.fragment:
            raise ValueError("it carries a ? or # part")
        text = parts.geturl()
        text = text.rstrip("/") + ("/" if ends.endswith("/") else "")
        if ends and not text.endswith(ends):
            raise ValueError(f"its path does not end in {ends}")
        if never_ends and text.endswith(never_ends):
            raise ValueError(f"it ends in {never_ends}, which the bot appends itself")
        return text

    return read


def redis_address(value: object) -> str:
    """Read the address of a Redis or Valkey server (redis.io/docs: redis, rediss, unix)."""
    parts = _split(value, ("redis", "rediss", "unix"))
    if parts.scheme == "unix":
        if not parts.path.startswith("/") or parts.netloc.rpartition("@")[2]:
            raise ValueError("the socket's path is not absolute")
    else:
        if not parts.hostname:
            raise ValueError("it names no host")
        if not re.fullmatch(r"/?|/\d{1,4}", parts.path):
            raise ValueError("what follows the host is not a database number")
    return plain(value)


def _split(value: object, schemes: tuple[str, ...]) -> SplitResult:
    text = secret(value)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("its host or port cannot be read") from None
    if parts.scheme not in schemes or "://" not in text:
        raise ValueError(f"it does not begin with {', '.join(f'{s}://' for s in schemes)}")
    if port == 0:
        raise ValueError("port 0 cannot be connected to")
    return parts


def address_password(address: str) -> str | None:
    """Return the password that `address` carries, decoded."""
    password = urlsplit(address).password
    return unquote(password) if password else None


def without_password(address: str) -> str:
    """Return `address` as it may be shown: user and password hidden."""
    return re.sub(r"//[^/@]*@", "//…@", address)
