"""The playground's password: one for all, asked when others can reach the page.

A session is a deadline signed with a key that follows from the password, so that it survives a
restart, holds in every process, and ends for everybody when the password changes.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable

COOKIE = "parley_session"

LASTS = 7 * 24 * 3600
"""Seconds that a session lasts."""

_TRIES = 5
"""Wrong passwords per address within a minute."""

_ALL_TRIES = 60
"""Wrong passwords of all addresses together within a minute."""

_MINUTE = 60.0

_MOST_ADDRESSES = 1000
"""Addresses that are remembered; whoever changes them faster meets `_ALL_TRIES`."""


class Sessions:
    """Checks passwords and signs sessions. `clock` tells the time in seconds since the epoch."""

    def __init__(self, password: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._digest = _hash(password)
        # Costly on purpose (RFC 7914): a stolen cookie must not be a cheap way to the password.
        salt = b"parley playground session"
        self._key = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
        self._all: deque[float] = deque()
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()

    def may_try(self, address: str) -> bool:
        """Tell whether somebody at `address` may try a password now."""
        mine = self._by_address.get(address, deque())
        return self._recent(mine) < _TRIES and self._recent(self._all) < _ALL_TRIES

    def is_right(self, password: str, address: str) -> bool:
        """Compare in constant time, and remember a wrong try."""
        if hmac.compare_digest(self._digest, _hash(password)):
            return True
        mine = self._by_address.setdefault(address, deque())
        self._by_address.move_to_end(address)
        for tries in (mine, self._all):
            tries.append(self._clock())
        while len(self._by_address) > _MOST_ADDRESSES:
            self._by_address.popitem(last=False)
        return False

    def issue(self) -> str:
        """Return a new session's cookie value."""
        until = str(int(self._clock()) + LASTS)
        return f"{until}.{self._sign(until)}"

    def is_valid(self, cookie: str) -> bool:
        """Tell whether a cookie's value was signed here and has not run out."""
        until, _, signature = cookie.partition(".")
        if not hmac.compare_digest(self._sign(until).encode(), _bytes(signature)):
            return False
        return int(until) > self._clock()

    def _sign(self, until: str) -> str:
        return hmac.new(self._key, _bytes(until), "sha256").hexdigest()

    def _recent(self, tries: deque[float]) -> int:
        while tries and tries[0] <= self._clock() - _MINUTE:
            tries.popleft()
        return len(tries)


def _hash(password: str) -> bytes:
    # Keyboards spell one letter in several ways (RFC 8265, section 4.2).
    return hashlib.sha256(_bytes(unicodedata.normalize("NFC", password.strip()))).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
