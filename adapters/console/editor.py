"""Lines that a person edits at a terminal: the `readline` module, and the modes around it.

While a line is edited, Ctrl-C is a key like the others: it ends the line with itself, so that the
thread which reads can return (no signal reaches it). While an answer runs, Ctrl-C is a signal
again, and nothing that is typed shows up in the answer.
"""

from __future__ import annotations

import os
import termios
from contextlib import suppress
from types import ModuleType
from typing import Any

from adapters.console.history import History
from adapters.console.lines import MOST_BYTES, Interrupted, TooLong, in_thread

INTERRUPT = "\x03"

PASTE_OFF = "\x1b[?2004l"
"""Ends bracketed paste (xterm control sequences), which GNU readline begins with each prompt."""

_INPUT, _LOCAL, _KEYS = 0, 3, 6
"""Places in what `termios.tcgetattr` returns."""

# A key of our own for `quoted-insert`, because people may have given ^V another meaning.
_BINDINGS = (
    "set enable-bracketed-paste on",
    r'"\e[9903~": quoted-insert',
    r'"\C-c": "\e[9903~\C-c\C-m"',
)


class Editor:
    """Reads lines from the terminal that is both standard input and output."""

    def __init__(self, readline: ModuleType, prompt: str, history: History, fd: int = 0) -> None:
        self._readline = readline
        self._prompt = prompt
        self._history = history
        self._modes = Modes(fd)
        self._is_asking = False
        for binding in _BINDINGS:
            readline.parse_and_bind(binding)
        readline.set_auto_history(False)
        for line in history.load():
            readline.add_history(line)

    @staticmethod
    def can_edit(readline: ModuleType) -> bool:
        """Tell whether this is GNU readline: libedit knows neither the macro nor the paste."""
        return "libedit" not in (readline.__doc__ or "")

    async def read(self) -> str:
        """Return the next line; a paste of several lines is one."""
        self._modes.edit()
        self._is_asking = True
        # When it is called off, the thread stays at the prompt; `close` cleans up behind it.
        line = await in_thread(self._ask)
        self._is_asking = False
        self._modes.answer()
        # `input` keeps a byte that is not UTF-8 as half a character, which no file or wire carries.
        line = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if INTERRUPT in line:
            raise Interrupted(empty=not line.replace(INTERRUPT, ""))
        if len(line.encode()) > MOST_BYTES:
            raise TooLong
        self._remember(line)
        return line

    def pause(self) -> None:
        """Keep what is typed out of the answer; it shows up at the next prompt."""
        self._modes.answer()

    def close(self) -> None:
        """Leave the terminal as it was found."""
        if self._is_asking:
            os.write(1, f"{PASTE_OFF}\n".encode())
        self._modes.restore()

    def _ask(self) -> str:
        return input(self._prompt)

    def _remember(self, line: str) -> None:
        if line.strip():
            self._readline.add_history(line)
            self._history.add(line)


class Modes:
    """How the terminal treats what is typed (termios(3))."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._found = termios.tcgetattr(fd)

    def edit(self) -> None:
        """Let Ctrl-C be a key; Ctrl-Z still suspends."""
        modes = self._copy()
        modes[_KEYS][termios.VINTR] = bytes([os.fpathconf(self._fd, "PC_VDISABLE") & 0xFF])
        self._set(modes)

    def answer(self) -> None:
        """Let Ctrl-C be a signal, and nothing be echoed."""
        modes = self._copy()
        modes[_LOCAL] &= ~termios.ECHO
        self._set(modes)

    def restore(self) -> None:
        """Go back to what was found."""
        self._set(self._found)

    def _copy(self) -> list[Any]:
        modes = list(self._found)
        modes[_KEYS] = list(modes[_KEYS])
        return modes

    def _set(self, modes: list[Any]) -> None:
        with suppress(termios.error):  # the terminal has hung up
            # At once: waiting for output would wait for whoever pressed Ctrl-S.
            termios.tcsetattr(self._fd, termios.TCSANOW, modes)
