"""A scripted, protocol-faithful model service for tests, on both of OpenAI's wires.

`ModelServer` is the service, `says`, `calls`, `fails`, ... are what it can be told to answer, and
`QUIRKS` are the ways in which look-alikes differ. Nothing of the product is imported here.
"""

from .faults import (
    bad_gateway,
    fails,
    fine_but_error,
    model_missing,
    no_credit,
    overloaded,
    too_long,
)
from .parts import Answer, Call, Fault, Framing, Raw, Reply, StreamError, Text, Thought, Usage
from .quirks import ALL_QUIRKS, QUIRKS, Outcome, Quirk, quirk
from .records import ModelRequest
from .replies import (
    breaks,
    calls,
    calls_many,
    cuts,
    drops,
    echo,
    hangs,
    is_filtered,
    refuses,
    says,
    stops_at_length,
    thinks,
    tokens,
)
from .server import API_KEY, ModelServer

__all__ = [
    "ALL_QUIRKS",
    "API_KEY",
    "QUIRKS",
    "Answer",
    "Call",
    "Fault",
    "Framing",
    "ModelRequest",
    "ModelServer",
    "Outcome",
    "Quirk",
    "Raw",
    "Reply",
    "StreamError",
    "Text",
    "Thought",
    "Usage",
    "bad_gateway",
    "breaks",
    "calls",
    "calls_many",
    "cuts",
    "drops",
    "echo",
    "fails",
    "fine_but_error",
    "hangs",
    "is_filtered",
    "model_missing",
    "no_credit",
    "overloaded",
    "quirk",
    "refuses",
    "says",
    "stops_at_length",
    "thinks",
    "tokens",
    "too_long",
]
