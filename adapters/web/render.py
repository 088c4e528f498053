"""What is visible of one answer: replies go in, what must be written comes out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.web.overlong import LONGEST, beginning
from adapters.web.payload import clean
from adapters.web.wording import say
from bot.replies import (
    Card,
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
from bot.store.channel_message import ChannelMessage, FileRef, ToolUse


@dataclass(frozen=True, slots=True)
class Write:
    """What the store must be told: the message as it is now, and what is new about it."""

    message: ChannelMessage
    appended: str = ""
    rewritten: bool = False
    """The text did not only grow at its end."""
    meta: bool = False


class Draft:
    """An answer in the making. `message` is how it shall be visible now."""

    def __init__(self, message: ChannelMessage, locale: str = "") -> None:
        self._message = replace(message, text="")
        self._locale = locale
        self._pieces: list[str] = []
        self._length = 0
        self._whole = ""
        self._written = 0
        # Until there is new text, what an earlier attempt left stays visible.
        self._rewritten = bool(message.text)
        self._meta = False

    @property
    def text(self) -> str:
        """All of the text so far."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    @property
    def whole(self) -> str:
        """The answer at its end, also what no page shows; empty before."""
        return self._whole

    def take(self, reply: Reply) -> None:
        """Let the answer grow by one reply; a file's content is `attach`'s matter."""
        match reply:
            case TextDelta(text):
                self._append(text)
            case TextRewritten(text):
                self._replace(text)
            case ToolStarted():
                self._change(tools=(*self._message.meta.tools, _started(reply)))
            case ToolFinished():
                self._change(tools=_finished(self._message.meta.tools, reply))
            case Waiting(text):
                self._change(note=text)
            case Card():
                self._change(cards=(*self._message.meta.cards, clean(reply.text)))
            case Done():
                self._end("stopped" if reply.stopped else "done", reply.text)
            case Failed():
                self._end("failed", reply.partial or self.text, note=clean(reply.text))
            case File():
                pass

    def attach(self, file: FileRef) -> None:
        """Add a file to the answer."""
        self._change(files=(*self._message.meta.files, file))

    def pending(self) -> Write | None:
        """Return what is not yet written and count it as written, None when all is."""
        text = self.text
        new = text[self._written :]
        rewritten = self._rewritten and (bool(text) or self._ended)
        if not (new or rewritten or self._meta):
            return None
        message = replace(self._message, text=text)
        write = Write(message, "" if rewritten else new, rewritten, self._meta)
        self._written, self._meta = len(text), False
        self._rewritten = self._rewritten and not rewritten
        return write

    def distrust(self) -> None:
        """Nobody knows whether the last write happened: the next one repeats everything."""
        self._rewritten = self._meta = True

    @property
    def _ended(self) -> bool:
        return self._message.meta.state not in ("thinking", "streaming")

    def _append(self, text: str) -> None:
        text = clean(text)[: LONGEST - self._length]
        if text:
            self._pieces.append(text)
            self._length += len(text)
            self._flow()

    def _replace(self, text: str) -> None:
        self._pieces = [clean(text)[:LONGEST]]
        self._length = len(self._pieces[0])
        self._written, self._rewritten = 0, True
        self._flow()

    def _flow(self) -> None:
        meta = self._message.meta
        if meta.state != "streaming" or meta.note:
            self._change(state="streaming", note="")

    def _end(self, state: str, text: str, note: str = "") -> None:
        whole = self._whole = clean(text)
        if len(whole) > LONGEST:
            note = " ".join(filter(None, (note, say("attached_whole", self._locale))))
            whole = beginning(whole)
        if whole.startswith(self.text):
            self._append(whole[self._length :])
        else:
            self._replace(whole)
        tools = tuple(_closed(tool) for tool in self._message.meta.tools)
        self._change(state=state, note=note, tools=tools)

    def _change(self, **changes: object) -> None:
        meta = replace(self._message.meta, **changes)  # type: ignore[arg-type]  # fields of Meta
        self._message = replace(self._message, meta=meta)
        self._meta = True


def _started(reply: ToolStarted) -> ToolUse:
    return ToolUse(reply.call_id, reply.name, clean(reply.title))


def _ended(title: str) -> str:
    """Name what a tool did: the dots of "Looking…" say that it still does."""
    return title.removesuffix("…").removesuffix("...")


def _closed(tool: ToolUse) -> ToolUse:
    ended = replace(tool, title=_ended(tool.title), state="failed")
    return ended if tool.state == "running" else tool


def _finished(tools: tuple[ToolUse, ...], reply: ToolFinished) -> tuple[ToolUse, ...]:
    state, summary = ("ok" if reply.ok else "failed"), clean(reply.summary)
    if all(tool.id != reply.call_id for tool in tools):
        tools = (*tools, ToolUse(reply.call_id, reply.name, reply.name))
    return tuple(
        ToolUse(tool.id, tool.name, _ended(tool.title), state, summary)  # type: ignore[arg-type]  # a literal
        if tool.id == reply.call_id
        else tool
        for tool in tools
    )
