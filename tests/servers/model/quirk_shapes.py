"""Quirks of everything but tool calls: usage, content, reasoning, framing, errors. Data only."""

from __future__ import annotations

import json
from typing import Any

from .faults import fails, fine_but_error
from .parts import Answer, Fault, Framing, Raw
from .quirk_parts import (
    CALLED,
    DONE,
    STOP,
    TEXT,
    WEATHER,
    WEATHER_JSON,
    Outcome,
    Quirk,
    chunk,
    texts,
    tool,
    usage,
)
from .replies import calls, says, thinks

_SAID = Outcome(text=TEXT)
_COUNTED = Outcome(text=TEXT, usage=(12, 5))
_CALLED = Outcome(calls=(WEATHER,))
_CALL = tool(index=0, id="call_1", type="function", name="weather", arguments=WEATHER_JSON)
_CALL_AND_END = chunk(_CALL["choices"][0]["delta"], "tool_calls")
_THOUGHT = "The user wants the weather."


def _raw(number: int, name: str, outcome: Outcome, *chunks: Any, **framing: Any) -> Quirk:
    return Quirk(number, name, (Raw(chunks, Framing(**framing)),), outcome)


USAGE = (
    _raw(
        1, "usage-without-choices", _COUNTED, *texts(), STOP, chunk(None, usage=usage(12, 5)), DONE
    ),
    _raw(
        1,
        "usage-with-null-choices",
        _COUNTED,
        *texts(),
        STOP,
        chunk(None, usage=usage(12, 5)) | {"choices": None},
        DONE,
    ),
    _raw(2, "no-usage", _SAID, *texts(), STOP, DONE),
    _raw(
        3,
        "usage-in-every-chunk",
        _COUNTED,
        *(piece | {"usage": usage(12, at)} for at, piece in enumerate(texts(), 1)),
        STOP | {"usage": usage(12, 5)},
        DONE,
    ),
    _raw(3, "usage-in-the-finish", _COUNTED, *texts(), STOP | {"usage": usage(12, 5)}, DONE),
    _raw(
        4,
        "azure-first-chunk",
        _SAID,
        chunk(None, prompt_filter_results=[{"prompt_index": 0, "content_filter_results": {}}])
        | {"id": "", "object": "", "created": 0, "model": ""},
        *texts(),
        STOP,
        DONE,
    ),
)
FINISHES = (
    _raw(12, "stop-with-calls", _CALLED, _CALL, STOP, DONE),
    _raw(12, "finish-in-the-calls-chunk", _CALLED, _CALL_AND_END, DONE),
    _raw(12, "finish-missing", _SAID, *texts(), DONE),
    _raw(12, "finish-empty", _SAID, *texts(), chunk({}, ""), DONE),
    _raw(12, "finish-empty-in-every-chunk", _SAID, chunk({"content": TEXT}, ""), STOP, DONE),
    _raw(12, "finish-unknown", _SAID, *texts(), chunk({}, "eos_token"), DONE),
    _raw(12, "finish-twice", _SAID, *texts(), STOP, STOP, DONE),
)
CONTENT = (
    _raw(
        13,
        "content-null-in-each-delta",
        _CALLED,
        tool(index=0, id="call_1", type="function", name="weather", arguments=""),
        chunk({"content": None, "tool_calls": [{"index": 0, "function": {"arguments": ""}}]}),
        chunk(
            {"content": None, "tool_calls": [{"index": 0, "function": {"arguments": WEATHER_JSON}}]}
        ),
        CALLED,
        DONE,
    ),
    _raw(
        13,
        "content-empty-with-calls",
        _CALLED,
        chunk({"role": "assistant", "content": "", "tool_calls": None}),
        chunk({"content": "", **_CALL["choices"][0]["delta"]}),
        chunk({"content": "", "tool_calls": []}, "tool_calls"),
        DONE,
    ),
    _raw(
        14,
        "content-array",
        _SAID,
        *(chunk({"content": [{"type": "text", "text": piece}]}) for piece in (TEXT[:5], TEXT[5:])),
        STOP,
        DONE,
    ),
    _raw(
        15,
        "role-in-every-chunk",
        _SAID,
        *(chunk({"role": "assistant", "content": piece}) for piece in (TEXT[:5], TEXT[5:])),
        STOP,
        DONE,
    ),
    _raw(15, "role-never", _SAID, *texts()[1:], STOP, DONE),
    _raw(
        22,
        "no-id-created-object",
        _SAID,
        *({"choices": piece["choices"]} for piece in (*texts(), STOP)),
        DONE,
    ),
)
REASONING = (
    _raw(
        16,
        "reasoning-content",
        Outcome(TEXT, reasoning=_THOUGHT),
        *(
            chunk({"content": None, "reasoning_content": part})
            for part in (_THOUGHT[:9], _THOUGHT[9:])
        ),
        *texts(),
        STOP,
        DONE,
    ),
    _raw(
        16,
        "reasoning",
        Outcome(TEXT, reasoning=_THOUGHT),
        *(chunk({"content": "", "reasoning": part}) for part in (_THOUGHT[:9], _THOUGHT[9:])),
        *texts(),
        STOP,
        DONE,
    ),
    _raw(
        16,
        "think-tags",
        Outcome(TEXT, reasoning=_THOUGHT),
        *texts("<th", "ink>\n" + _THOUGHT, "\n</thi", "nk>\n\n" + TEXT),
        STOP,
        DONE,
    ),
    Quirk(
        17,
        "reasoning-must-come-back",
        (thinks(_THOUGHT) + calls(*WEATHER), says(TEXT)),
        Outcome(calls=(WEATHER,), reasoning=_THOUGHT),
        refuses=frozenset({"missing_reasoning"}),
    ),
)
_JSON = {"place": "北京", "sunny": True}
_JSON_TEXT = json.dumps(_JSON, ensure_ascii=False)
_FENCED = f"```json\n{_JSON_TEXT}\n```"
_PROSE = f"Here is the JSON you asked for:\n\n{_JSON_TEXT}\n\nLet me know if you need more."
ABILITIES = (
    Quirk(
        18,
        "json-schema-refused",
        (says(_JSON_TEXT),),
        Outcome(_JSON_TEXT, json=_JSON),
        refuses=frozenset({"json_schema"}),
    ),
    Quirk(18, "json-fenced", (says(_FENCED),), Outcome(_FENCED, json=_JSON)),
    Quirk(18, "json-in-prose", (says(_PROSE),), Outcome(_PROSE, json=_JSON)),
    *(
        Quirk(19, f"refuses-{param}", (says(TEXT),), _SAID, refuses=frozenset({param}))
        for param in (
            "developer",
            "max_completion_tokens",
            "parallel_tool_calls",
            "stream_options",
            "strict",
        )
    ),
)
_STREAM = (*texts(), STOP)
FRAMING = (
    _raw(20, "comments", _SAID, b": PROCESSING\n\n", *_STREAM, DONE, comments=True),
    _raw(20, "crlf", _SAID, *_STREAM, DONE, crlf=True),
    _raw(20, "no-space-after-data", _SAID, *_STREAM, DONE, space=False),
    _raw(20, "split-into-bytes", _SAID, *_STREAM, DONE, split=1),
    _raw(20, "split-crlf-comments", _SAID, *_STREAM, DONE, split=7, crlf=True, comments=True),
    _raw(20, "no-done", _SAID, *_STREAM),
)


def _error(name: str, answer: Answer) -> Quirk:
    return Quirk(21, name, (answer,), Outcome(fails=True), repeats=True)


ERRORS = (
    _error("error-is-a-string", fails(400, shape="string")),
    _error("code-and-message", fails(400, shape="code_message")),
    _error("object-error", fails(400, shape="object_error")),
    _error("a-list", fails(400, shape="list")),
    _error("code-is-a-number", fails(402, shape="int_code", message="Insufficient credits")),
    _error("html-502", fails(502, shape="html")),
    _error("empty-500", fails(500, shape="empty")),
    _error("plain-text-503", fails(503, shape="text")),
    _error("status-200", fine_but_error()),
    _error("in-the-stream", Raw((*texts(), {"error": {"message": "Overloaded", "code": 529}}))),
    _error("string-in-the-stream", Raw((*texts(), {"error": "Overloaded"}))),
)


def _json_body(message: dict[str, Any], finish: str) -> Fault:
    body = {
        "id": "chatcmpl-lookalike",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "lookalike",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": usage(12, 5),
    }
    return Fault(200, json.dumps(body, ensure_ascii=False).encode())


_CALL_MESSAGE = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {
            "id": "call_1",
            "type": "function",
            "function": {"name": "weather", "arguments": WEATHER_JSON},
        }
    ],
}
UNSTREAMED = (
    Quirk(
        25,
        "json-for-a-stream",
        (_json_body({"role": "assistant", "content": TEXT}, "stop"),),
        _COUNTED,
    ),
    Quirk(
        25,
        "json-calls-for-a-stream",
        (_json_body(_CALL_MESSAGE, "tool_calls"),),
        Outcome(calls=(WEATHER,), usage=(12, 5)),
    ),
)
