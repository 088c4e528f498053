"""How frames of the gateway are packed: plain, zlib-stream, zstd-stream, or payload by payload.

Source: discord-api-docs, developers/events/gateway, "Encoding and Compression". Pure: a codec
belongs to one connection and turns the text of a frame into what goes over the wire.
"""

from __future__ import annotations

import importlib
import zlib
from typing import Any, Protocol

Wire = str | bytes

# "Not all payloads will be compressed": where payload compression is worth it to this server.
PAYLOAD_BYTES = 512


class Codec(Protocol):
    """Packs the frames of one connection, in order."""

    def pack(self, frame: str) -> Wire:
        """Return what is sent for a frame."""


class Plain:
    def pack(self, frame: str) -> Wire:
        return frame


class ZlibStream:
    """One deflate context for the whole connection; every frame ends in a Z_SYNC_FLUSH."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj()

    def pack(self, frame: str) -> Wire:
        return self._deflate.compress(frame.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """One zstd frame for the whole connection; every gateway frame ends in a flushed block."""

    def __init__(self, module: Any) -> None:
        self._flush = module.COMPRESSOBJ_FLUSH_BLOCK
        self._stream = module.ZstdCompressor().compressobj()

    def pack(self, frame: str) -> Wire:
        return bytes(self._stream.compress(frame.encode()) + self._stream.flush(self._flush))


class ZlibPayload:
    """Every large frame for itself, as `identify.compress` asks for."""

    def pack(self, frame: str) -> Wire:
        encoded = frame.encode()
        return zlib.compress(encoded) if len(encoded) > PAYLOAD_BYTES else frame


def transport(name: str) -> Codec | None:
    """Return the codec that a `compress` query value names; None when it cannot be had.

    zstd needs the `zstandard` package, which is also what makes discord.py ask for it.
    """
    if not name:
        return Plain()
    if name == "zlib-stream":
        return ZlibStream()
    if name == "zstd-stream":
        try:
            return ZstdStream(importlib.import_module("zstandard"))
        except ImportError:
            return None
    return None
