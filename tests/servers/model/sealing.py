"""Encrypted reasoning, as far as a client can tell: opaque, tied to its item, and checked.

OpenAI hands reasoning out sealed so that a client that stores nothing there can bring it back.
"""

from __future__ import annotations

import base64
import hashlib

_PREFIX = "gAAAAAB"  # how the real ones begin
_SALT = b"parley model server"


def seal(item_id: str, text: str) -> str:
    """Return opaque content for a reasoning item."""
    payload = text.encode()
    proof = hashlib.sha256(_SALT + payload).digest()[:16]
    filler = hashlib.shake_128(item_id.encode()).digest(96)  # real ones are some hundred bytes
    return _PREFIX + base64.urlsafe_b64encode(proof + filler + payload).decode()


def is_sealed(content: str) -> bool:
    """Return whether `content` came out of `seal` unharmed."""
    if not content.startswith(_PREFIX):
        return False
    try:
        raw = base64.urlsafe_b64decode(content.removeprefix(_PREFIX))
    except ValueError:
        return False
    return hashlib.sha256(_SALT + raw[112:]).digest()[:16] == raw[:16]
