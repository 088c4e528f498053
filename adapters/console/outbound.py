"""Prints a reply as it comes. What is printed stays: a reply that begins anew says so.

The record of what stands printed is this process's own, because a terminal cannot be asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from adapters.console.render import Colours
from adapters.console.safety import inert
from adapters.console.screen import Screen
from adapters.console.wording import tell
from bot.errors import PlatformGone
from bot.platform import Receipt
from bot.replies import (
    Done,
    Failed,
    File,
    Reply,
    TextDelta,
    TextRewritten,
    ToolFinished,
    ToolStarted,
    Waiting,
)
from bot.wording import say


class Outbound:
    """Prints to one screen, for a person of one locale; files of an answer go to `folder`."""

    def __init__(self, screen: Screen, folder: Path, locale: str) -> None:
        self._screen = screen
        self._folder = folder
        self._locale = locale
        self._printed: dict[str, str] = {}
        """By reply key: what earlier attempts of this process have printed."""

    async def deliver(self, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Print `replies` to their end. Raises `PlatformGone` when nobody reads any more."""
        receipt.check()
        await receipt.posting(0)
        await receipt.posted(0, receipt.key)
        # Only a reply whose delivery was cut short is still known at the next attempt.
        print_ = _Printing(self._screen, self._locale, self._printed.get(receipt.key, ""))
        try:
            async for reply in replies:
                if isinstance(reply, File):
                    self._screen.remark(self._save(reply))
                else:
                    print_.take(reply)
                if self._screen.is_broken:
                    raise PlatformGone("nobody reads the terminal's output any more")
        except BaseException:
            print_.break_off()
            self._printed = {receipt.key: print_.shown}
            raise
        self._printed.clear()
        await self._screen.flush()

    def _save(self, file: File) -> str:
        """Keep a file of the answer under a free name of its own; returns what to say of it."""
        safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in file.name)[-100:]
        name = safe.lstrip(".") or "file"
        shown = inert(" ".join(file.name.split())[:100])
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            path, number = self._folder / name, 1
            while path.exists():
                number += 1
                path = self._folder / f"{number}-{name}"
            path.write_bytes(file.content)
        except OSError as error:
            return tell("not_saved", self._locale, name=shown, reason=error.strerror)
        return tell("saved", self._locale, name=shown, path=path)


class _Printing:
    """One attempt to print one reply."""

    def __init__(self, screen: Screen, locale: str, shown: str) -> None:
        self.shown = shown
        """The text that stands printed."""
        self._screen = screen
        self._locale = locale
        self._text = ""
        """The text that should."""
        self._begin_anew()
        screen.status(say("thinking", locale))

    def take(self, reply: Reply) -> None:
        """Print what `reply` adds."""
        match reply:
            case TextDelta(text):
                self._text += text
                self._print(last=False)
            case TextRewritten(text):
                self._text = text
                self._print(last=False)
            case ToolStarted(name=name, title=title):
                self._tool(name, title)
            case ToolFinished():
                self._screen.status(say("thinking", self._locale))
            case Waiting(text):
                self._screen.status(text)
            case Done() | Failed():
                self._print(last=True)
                self._finish(reply)
            case _:
                pass  # cards repeat in another form what the text says

    def break_off(self) -> None:
        """Leave a clean line behind."""
        self._screen.say(self._rest())
        self._screen.end_line()

    def _print(self, *, last: bool) -> None:
        if self._text.startswith(self.shown):
            new = self._text[len(self.shown) :]
        elif self.shown.startswith(self._text) and not last:
            return  # what is said again stands there already
        else:
            self._screen.say(self._rest())
            self._screen.end_line()
            self._screen.remark(tell("again", self._locale))
            self._begin_anew()
            new = self._text
        self.shown = self._text
        self._screen.say(self._visible(new))

    def _tool(self, name: str, title: str) -> None:
        """Tell what a tool does, on a terminal; a pipe is only given the answer."""
        if not self._screen.is_terminal:
            return
        self._screen.say(self._rest())
        self._begin_anew()
        self._screen.end_line()
        self._screen.remark(inert(f"[{name}] {title}"))
        self._screen.status(say("thinking", self._locale))

    def _finish(self, final: Done | Failed) -> None:
        self._screen.say(self._rest())
        self._screen.end_line()
        if isinstance(final, Failed):
            between = "\n" if self._text.strip() else ""
            self._screen.say(f"{between}{final.text}\n")
        elif final.stopped:
            self._screen.remark(say("stopped", self._locale))
        elif not self._text.strip():
            self._screen.say("")

    def _begin_anew(self) -> None:
        self._colours = Colours() if self._screen.has_colours else None

    def _visible(self, text: str) -> str:
        safe = inert(text)
        return self._colours.feed(safe) if self._colours else safe

    def _rest(self) -> str:
        return self._colours.end() if self._colours else ""
