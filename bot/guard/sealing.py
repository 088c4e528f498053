"""Seals secrets that have to be kept: authenticated encryption under the operator's key.

What is sealed can only be opened with the key and for the purpose that it was sealed for. Who keeps
it sees text without meaning. The decision is in `docs/decisions/`.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = "v1."
"""Begins what is sealed in this way; another way will begin with something else."""

NONCE_BYTES = 12
"""Drawn at random for each sealing: NIST SP 800-38D allows 2^32 of them under one key."""

_PURPOSE = b"parley sealing v1"


class CannotOpen(Exception):
    """No key opens it: it was sealed with another key or for another purpose, or was changed."""


class Sealer:
    """Seals with the first of `keys` (32 random bytes each), opens with any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [AESGCM(_derived(key)) for key in keys]

    def seal(self, text: str, purpose: str) -> str:
        """Return `text` sealed, as ASCII; to be opened for the same purpose only."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._keys[0].encrypt(nonce, text.encode(), purpose.encode())
        return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, purpose: str) -> str:
        """Return what was sealed. Raises `CannotOpen`."""
        return self._opened(sealed, purpose)[0]

    def renewed(self, sealed: str, purpose: str) -> str | None:
        """Return the same sealed with the first key, None where it is already. Raises
        `CannotOpen`."""
        text, number = self._opened(sealed, purpose)
        return self.seal(text, purpose) if number else None

    def _opened(self, sealed: str, purpose: str) -> tuple[str, int]:
        try:
            if not sealed.startswith(VERSION):
                raise CannotOpen("it was sealed in a way that is not known here")
            raw = base64.b64decode(sealed.removeprefix(VERSION), b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise CannotOpen("it is damaged") from None
        nonce, rest = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        for number, key in enumerate(self._keys):
            try:
                return key.decrypt(nonce, rest, purpose.encode()).decode(), number
            except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
                continue
        raise CannotOpen("no key of ENCRYPTION_KEY opens it")


def _derived(raw: bytes) -> bytes:
    """Derive the key for sealing, so that the operator's own is used for nothing directly."""
    return HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(raw)
