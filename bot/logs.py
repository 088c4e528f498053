"""Structured logs: one JSON object per line, or a readable line when a terminal looks on.

Only the fields of `Fields` get out, everything passes the mask, and nobody hands text of messages
in. `setup` is called once by the composition root; everybody else uses
`logging.getLogger(__name__)` with `extra=fields(...)`.
"""

from __future__ import annotations

import json
import logging
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TextIO, TypedDict, Unpack

from bot.guard.masking import mask

OURS = ("bot", "adapters")
"""Loggers that follow LOG_LEVEL. Others speak from WARNING on: below it, libraries log payloads."""

LONGEST_EVENT = 2000
LONGEST_FOREIGN = 300
"""Characters of a library's first line; the rest may quote what people wrote."""
LONGEST_VALUE = 300
MOST_FRAMES = 20
MOST_WAITING = 10_000
"""Lines that wait for a blocked stderr before the newest are dropped."""


class Fields(TypedDict, total=False):
    """What a line may carry beside its event: ids, times, counts and stable words; never text."""

    attempt: int
    batch: int
    channel: str
    code: str
    count: int
    event: str
    first_text: float | None
    host: str
    id: str
    kind: str
    method: str
    model: str
    outcome: str
    owner: str
    part: str
    parts: int
    path: str
    person: str
    platform: str
    port: int
    reason: str
    requests: int
    retry_after: float
    role: str
    rounds: int
    seconds: float
    status: int
    thread: str
    tokens_cached: int
    tokens_in: int
    tokens_out: int
    tool: str
    tools: int
    turn: str
    version: str
    waited: float
    workspace: str


_scope: ContextVar[dict[str, Any]] = ContextVar("log_scope", default={})  # noqa: B039  # never changed in place


def fields(**values: Unpack[Fields]) -> dict[str, Any]:
    """Make the `extra` of a log call; plain `extra` collides with `logging`'s own names."""
    return {"fields": dict(values)}


@contextmanager
def scope(**values: Unpack[Fields]) -> Iterator[None]:
    """Add fields to every line that is logged inside, in tasks started inside too."""
    token = _scope.set({**_scope.get(), **values})
    try:
        yield
    finally:
        _scope.reset(token)


def setup(
    level: str,
    secrets: Sequence[str] = (),
    *,
    stream: TextIO | None = None,
    readable: bool | None = None,
) -> Callable[[], None]:
    """Send all logs to `stream` (stderr), as JSON unless it is a terminal; return an undo.

    `secrets` are hidden wherever they occur. Writing happens in a thread, so that a slow reader of
    stderr never holds the event loop.
    """
    stream = stream or sys.stderr
    readable = stream.isatty() if readable is None else readable
    handler = _Writer(stream)
    hide = partial(mask, known=tuple(secrets))
    handler.setFormatter(Readable(hide) if readable else Json(hide))
    root = logging.getLogger()
    before = (root.level, root.handlers[:], sys.excepthook)
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash

    def undo() -> None:
        root.handlers[:] = before[1]
        root.setLevel(before[0])
        handler.close()
        sys.excepthook = before[2]
        logging.captureWarnings(capture=False)
        for name in OURS:
            logging.getLogger(name).setLevel(logging.NOTSET)

    return undo


class Json(logging.Formatter):
    """One object per line: time, level, logger, msg, the fields, and the error if any."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as JSON in ASCII, which no terminal or collector misreads."""
        line: dict[str, Any] = {
            "time": _time(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "msg": self._hide(_event(record)),
        }
        for name, value in _fields(record).items():
            line[name] = self._hide(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1]:
            line["error"] = self._hide(_told(record.exc_info[1]))
            line["trace"] = [self._hide(frame) for frame in _frames(record.exc_info[1])]
        return json.dumps(line)


class Readable(logging.Formatter):
    """A line for eyes: time, level, event, fields; the error's frames below it."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as a readable line."""
        parts = [
            _time(record, "%H:%M:%S"),
            f"{record.levelname:<7}",
            _event(record),
            *(f"{name}={_printable(str(value))}" for name, value in _fields(record).items()),
        ]
        lines = ["  ".join(parts[:2]) + "  " + " ".join(parts[2:])]
        if record.exc_info and record.exc_info[1]:
            lines.append(f"    {_told(record.exc_info[1])}")
            lines += (f"      {frame}" for frame in _frames(record.exc_info[1]))
        return self._hide("\n".join(lines))


class _Writer(logging.Handler):
    """Formats at once, in the caller, so that values are seen as they were; writes in a thread."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._dropped = 0
        self._thread = threading.Thread(target=self._write, name="logs", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue the line; never wait, never raise."""
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._dropped += 1
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Write what waits, for at most two seconds, and end the thread."""
        if self._thread.is_alive():
            try:
                self._lines.put(None, timeout=1)
                self._thread.join(timeout=1)
            except queue.Full:
                pass  # nobody reads stderr: the process must be able to end all the same
        super().close()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._stream.write(line + "\n")
                if self._dropped and self._lines.empty():
                    self._stream.write(
                        f'{{"msg": "log lines dropped", "count": {self._dropped}}}\n'
                    )
                    self._dropped = 0
                self._stream.flush()
            except (OSError, ValueError):
                return  # stderr is closed; there is nobody left to tell


def _time(record: logging.LogRecord, form: str) -> str:
    if "T" in form:
        return f"{time.strftime(form, time.gmtime(record.created))}.{int(record.msecs):03d}Z"
    return time.strftime(form, time.localtime(record.created))


def _event(record: logging.LogRecord) -> str:
    """Return the record's own sentence; of a library's only the start of the first line."""
    text = record.getMessage()
    if record.name.partition(".")[0] not in OURS:
        text = text.partition("\n")[0]
        return _printable(text[:LONGEST_FOREIGN])
    return _printable(text[:LONGEST_EVENT])


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    given = {**_scope.get(), **getattr(record, "fields", {})}
    return {
        name: _value(given[name]) for name in Fields.__annotations__ if given.get(name) is not None
    }


def _value(value: object) -> str | int | float | bool:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, bool | int):
        return value
    return _printable(str(value)[:LONGEST_VALUE])


def _printable(text: str) -> str:
    """Keep one event on one line, and control sequences away from terminals."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _told(error: BaseException) -> str:
    """Name the error and its causes. Validation errors quote their input, so only places remain."""
    told, seen = [], set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        places = getattr(at, "errors", None)
        if callable(places) and type(at).__name__ == "ValidationError":
            text = f"{getattr(at, 'title', '')} does not fit"
        else:
            text = _printable(str(at)[:LONGEST_VALUE])
        told.append(f"{type(at).__name__}: {text}" if text else type(at).__name__)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return " ← ".join(told)


def _frames(error: BaseException) -> list[str]:
    """Write the innermost frames as `file:line function`, without source or values."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _log_crash(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("the process ends by an error", exc_info=(kind, error, trace))
