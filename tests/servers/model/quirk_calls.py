"""Quirks of tool calls: 5 to 11, 23 and 24 of the catalogue. Data only."""

from __future__ import annotations

from typing import Any

from .parts import Raw
from .quirk_parts import (
    CALLED,
    CLOCK,
    CLOCK_JSON,
    DONE,
    STOP,
    WEATHER,
    WEATHER_JSON,
    Outcome,
    Quirk,
    chunk,
    texts,
    tool,
)

_ONE = Outcome(calls=(WEATHER,))
_TWO = Outcome(calls=(WEATHER, CLOCK))
_OPEN = chunk({"role": "assistant", "content": None})
_LONG_IDS = ("chatcmpl-tool-" + "0f" * 16, "chatcmpl-tool-" + "1e" * 16)  # vLLM's: 46 characters


def _quirk(number: int, name: str, outcome: Outcome, *chunks: Any, end: Any = CALLED) -> Quirk:
    return Quirk(number, name, (Raw((_OPEN, *chunks, end, DONE)),), outcome)


def _pair(**ids: Any) -> tuple[Any, ...]:
    """Return two calls, each opened and then filled, with the given ids (`first`, `second`)."""
    first = {"id": ids["first"]} if "first" in ids else {}
    second = {"id": ids["second"]} if "second" in ids else {}
    return (
        tool(index=0, type="function", name="weather", arguments="", **first),
        tool(index=0, arguments=WEATHER_JSON[:7]),
        tool(index=0, arguments=WEATHER_JSON[7:]),
        tool(index=1, type="function", name="time", arguments="", **second),
        tool(index=1, arguments=CLOCK_JSON),
    )


def _whole(index: int | None, id: str, name: str, arguments: Any) -> dict[str, Any]:
    place = {} if index is None else {"index": index}
    return tool(**place, id=id, type="function", name=name, arguments=arguments)


IDS = (
    _quirk(5, "id-missing", _TWO, *_pair()),
    _quirk(5, "id-null", _TWO, *_pair(first=None, second=None)),
    _quirk(5, "id-empty", _TWO, *_pair(first="", second="")),
    _quirk(5, "id-too-long", _TWO, *_pair(first=_LONG_IDS[0], second=_LONG_IDS[1])),
    _quirk(5, "id-duplicated", _TWO, *_pair(first="call_1", second="call_1")),
    _quirk(
        5,
        "id-repeated",
        _ONE,
        tool(index=0, id="call_1", type="function", name="weather", arguments=""),
        tool(index=0, id="call_1", type="function", arguments=WEATHER_JSON[:7]),
        tool(index=0, id="call_1", type="function", arguments=WEATHER_JSON[7:]),
    ),
    _quirk(
        5,
        "id-empty-after-first",
        _ONE,
        tool(index=0, id="call_1", type="function", name="weather", arguments=""),
        tool(index=0, id="", arguments=WEATHER_JSON[:7]),
        tool(index=0, id="", arguments=WEATHER_JSON[7:]),
    ),
)
INDEXES = (
    _quirk(
        6,
        "index-missing",
        _TWO,
        _whole(None, "function-call-1", "weather", WEATHER_JSON),
        _whole(None, "function-call-2", "time", CLOCK_JSON),
    ),
    _quirk(
        6,
        "index-missing-in-one-chunk",
        _TWO,
        chunk(
            {
                "tool_calls": [
                    {
                        "id": f"function-call-{number}",
                        "type": "function",
                        "function": {"name": name, "arguments": arguments},
                    }
                    for number, (name, arguments) in enumerate(
                        [("weather", WEATHER_JSON), ("time", CLOCK_JSON)]
                    )
                ]
            }
        ),
    ),
    _quirk(
        7,
        "index-always-zero",
        _TWO,
        _whole(0, "call_1", "weather", WEATHER_JSON),
        _whole(0, "call_2", "time", CLOCK_JSON),
    ),
    _quirk(
        7,
        "index-always-zero-same-tool",
        Outcome(calls=(WEATHER, ("weather", {"place": "Tokyo"}))),
        _whole(0, "call_1", "weather", WEATHER_JSON),
        _whole(0, "call_2", "weather", CLOCK_JSON),
    ),
    _quirk(
        8,
        "index-from-one",
        _TWO,
        tool(index=1, id="call_1", type="function", name="weather", arguments=""),
        tool(index=1, arguments=WEATHER_JSON),
        tool(index=2, id="call_2", type="function", name="time", arguments=""),
        tool(index=2, arguments=CLOCK_JSON),
    ),
)
FUNCTIONS = (
    _quirk(9, "whole-call-in-one-delta", _ONE, _whole(0, "call_1", "weather", WEATHER_JSON)),
    _quirk(
        10,
        "name-repeated",
        _ONE,
        tool(index=0, id="call_1", type="function", name="weather", arguments=""),
        tool(index=0, name="weather", arguments=WEATHER_JSON[:7]),
        tool(index=0, name="weather", arguments=WEATHER_JSON[7:]),
    ),
    _quirk(
        10,
        "name-empty-after-first",
        _ONE,
        tool(index=0, id="call_1", type="function", name="weather", arguments=""),
        tool(index=0, name="", arguments=WEATHER_JSON[:7]),
        tool(index=0, name=None, arguments=WEATHER_JSON[7:]),
    ),
    _quirk(11, "arguments-object", _ONE, _whole(0, "call_1", "weather", {"place": "北京"})),
    _quirk(11, "arguments-empty", Outcome(calls=(("ping", {}),)), _whole(0, "call_1", "ping", "")),
    _quirk(11, "arguments-null", Outcome(calls=(("ping", {}),)), _whole(0, "call_1", "ping", None)),
)
TEXTUAL = (
    Quirk(
        23,
        "call-as-text",
        (
            Raw(
                (
                    *texts("<tool", '_call>\n{"name": "weather", "argum', 'ents": {"place": "北'),
                    *texts('京"}}\n</tool_', "call>")[1:],
                    STOP,
                    DONE,
                )
            ),
        ),
        _ONE,
    ),
    Quirk(
        23,
        "calls-as-text-after-words",
        (
            Raw(
                (
                    *texts("Let me look.\n", '<tool_call>{"name":"weather","arguments":'),
                    *texts(WEATHER_JSON, "}</tool_call>\n<tool_call>", '{"name":"time",')[1:],
                    *texts('"arguments":', CLOCK_JSON, "}</tool_call>")[1:],
                    STOP,
                    DONE,
                )
            ),
        ),
        Outcome(text="Let me look.", calls=(WEATHER, CLOCK)),
    ),
    _quirk(
        24,
        "legacy-function-call",
        _ONE,
        chunk({"function_call": {"name": "weather", "arguments": ""}}),
        chunk({"function_call": {"arguments": WEATHER_JSON[:7]}}),
        chunk({"function_call": {"arguments": WEATHER_JSON[7:]}}),
        end=chunk({}, "function_call"),
    ),
)
