"""Turn events as versioned JSON, as they wait in the store: one release writes, another may read.

Pure. Called by the inbox, the lease and the second looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot import codec
from bot.errors import MalformedValue, NewerVersion
from bot.events import KINDS, NAMES, TurnEvent

VERSION = 1
"""A worker that meets a newer one releases the event untouched."""


def encode(event: TurnEvent) -> str:
    """Write `event` as versioned JSON; never fails, whatever a stranger wrote."""
    kind = NAMES[type(event)]
    body = codec.dump(_adapter(type(event)), event)
    return f'{{"v":{VERSION},"kind":"{kind}","event":{body}}}'


@dataclass(frozen=True, slots=True)
class _Envelope:
    v: int
    kind: str
    event: Any


def decode(data: str | bytes) -> TurnEvent:
    """Read an event back.

    Raises `NewerVersion` for one that a newer release wrote, `MalformedValue` for anything else
    that does not fit.
    """
    try:
        envelope = _adapter(_Envelope).validate_json(data)
        if envelope.v > VERSION:
            raise NewerVersion(f"an event of version {envelope.v}; this release reads {VERSION}")
        if envelope.kind not in KINDS:
            raise MalformedValue(f"an event of the unknown kind {envelope.kind!r}")
        event: TurnEvent = _adapter(KINDS[envelope.kind]).validate_python(envelope.event)
    except ValidationError as error:
        raise MalformedValue(f"an event that does not fit its form: {_where(error)}") from None
    return event


def _where(error: ValidationError) -> str:
    """Name the misfits without their values: those are what people wrote."""
    faults = error.errors(include_input=False, include_url=False)
    return "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['type']}" for f in faults[:5])


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


_adapters: dict[type[Any], TypeAdapter[Any]] = {}
"""Built at first use: building them all would slow the start down."""
