"""How much of what a model service sends is taken; past these it has gone wrong."""

from __future__ import annotations

MAX_EVENT = 8 * 1024 * 1024
"""Bytes of one event: the last one of the Responses wire repeats the whole answer."""
MAX_BODY = 16 * 1024 * 1024
"""Bytes of a whole answer that came without being streamed."""
MAX_MESSAGE = 300
"""Characters of a provider's error message that are kept."""
