"""Decodes server-sent events from bytes as they arrive; pure, called for every network read.

Follows https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, but
returns data only: both wires say in the data what it is, and look-alikes forget the event's name.
"""

from __future__ import annotations

from bot.models.limits import MAX_EVENT

_BOM = b"\xef\xbb\xbf"


class TooLarge(Exception):
    """One event is larger than any that a model service sends."""


class Decoder:
    """Turns reads of any size, cut anywhere, into the data of whole events."""

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._started = False
        self._rest: list[bytes] = []
        """Pieces of a line whose end has not arrived; joined once, to keep a long one cheap."""
        self._after_return = False
        """The last byte was CR: an LF that comes next belongs to it."""
        self._lines: list[bytes] = []

    def feed(self, read: bytes) -> list[bytes]:
        """Take what arrived and return the data of every event it completes.

        Raises `TooLarge`."""
        if not self._started:
            read = self._without_mark(read)
        if self._after_return and read:
            read = read.removeprefix(b"\n")
            self._after_return = False
        events = self._events(self._whole_lines(read)) if read else []
        if sum(map(len, self._rest)) + sum(map(len, self._lines)) > self._limit:
            raise TooLarge
        return events

    def finish(self) -> list[bytes]:
        """Return the data of an event that the end of the stream left without its blank line."""
        lines = [b"".join(self._rest), b"\n"]
        self._rest.clear()
        return self._events(lines)

    def _whole_lines(self, read: bytes) -> list[bytes]:
        if b"\n" not in read and b"\r" not in read:
            self._rest.append(read)
            return []
        if self._rest:
            read = b"".join((*self._rest, read))
            self._rest.clear()
        lines = read.splitlines(keepends=True)  # of bytes: exactly at CR, LF and CRLF
        self._after_return = read.endswith(b"\r")
        if lines[-1][-1:] not in (b"\n", b"\r"):
            self._rest.append(lines.pop())
        return lines

    def _events(self, lines: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        for line in lines:
            if line.startswith(b"data:"):
                value = line[5:].rstrip(b"\r\n")
                self._lines.append(value[1:] if value.startswith(b" ") else value)
            elif line in (b"\n", b"\r\n", b"\r") and self._lines:
                events.append(b"\n".join(self._lines))
                self._lines.clear()
        return events

    def _without_mark(self, read: bytes) -> bytes:
        """Drop a byte-order mark, which may arrive in pieces."""
        read = b"".join((*self._rest, read))
        self._rest.clear()
        if len(read) < len(_BOM) and _BOM.startswith(read):
            self._rest.append(read)
            return b""
        self._started = True
        return read.removeprefix(_BOM)
