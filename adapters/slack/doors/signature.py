"""Checks that a request comes from Slack, by its headers and its raw body. Pure.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"

MOST_SECONDS = 300
"""How far a request's time may lie from ours, both ways: an older one may be somebody's replay."""

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Unsigned(Exception):
    """A request that nothing shows to be Slack's; the text says what is wrong with it."""


def check_time(headers: Mapping[str, str], now: float) -> str:
    """Return the request's timestamp. `now` is in seconds since 1970. Raises `Unsigned`."""
    stamp = headers.get(TIMESTAMP, "")
    if not stamp or not headers.get(SIGNATURE):
        raise Unsigned("it carries no signature")
    if not _SECONDS.fullmatch(stamp):
        raise Unsigned("its timestamp is no number")
    age = now - int(stamp)
    if abs(age) > MOST_SECONDS:
        raise Unsigned(f"its timestamp is {'stale' if age > 0 else 'from the future'}")
    return stamp


def check(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> None:
    """Compare the signature with the one that `secret` gives. Raises `Unsigned`."""
    stamp = check_time(headers, now)
    given = headers[SIGNATURE].encode(errors="replace")
    if not hmac.compare_digest(sign(secret, stamp, body).encode(), given):
        raise Unsigned("its signature is wrong")


def sign(secret: str, stamp: str, body: bytes) -> str:
    """Return what the header has to say for `body` sent at `stamp`."""
    base = f"v0:{stamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
