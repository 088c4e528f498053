"""From the names that a model gives to arguments to those that the tool has.

The only place that applies what a tool's author declares with `Also` and `Narrowed`; what it does
not know it leaves alone. Pure; `bot.tools.signature` makes it, `bot.tools.arguments` and the status
line use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.tools.options import Also, Narrowed

_WRAPPERS = frozenset(
    {"arguments", "args", "parameters", "params", "kwargs", "input", "inputs", "properties"}
)
"""What some models put around all the arguments."""


@dataclass(frozen=True, slots=True)
class Named:
    """Values by the tool's own names. `spelled` has the model's name for what had another one."""

    values: dict[str, Any]
    spelled: dict[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one tool's arguments: their own, and the further ones, folded."""

    own: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]]
    narrowed: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, declared: Mapping[str, Iterable[Any]]) -> Names:
        """Read the marks among `declared`, each argument's annotations.

        Raises ValueError for a name that could mean two arguments.
        """
        also = {name: _folded(marks, Also) for name, marks in declared.items()}
        narrowed = {name: _folded(marks, Narrowed) for name, marks in declared.items()}
        meant = {_fold(name): name for name in declared}
        for name in declared:
            for word in (*also[name], *narrowed[name]):
                if meant.setdefault(word, name) != name:
                    raise ValueError(f"the name {word!r} could mean more than one argument")
        return cls({_fold(name): name for name in declared}, also, narrowed)

    def apply(self, values: Mapping[str, Any]) -> Named:
        """Give every value the name that the tool has for it, where it is plain which one."""
        given = self._by_own_names(self._unwrapped(values))
        spelled: dict[str, str] = {}
        for name, words in self.also.items():
            present = self._present(given, words)
            if present and _is_nothing(given.get(name)):
                spelled[name] = present.pop(0)
                given[name] = given.pop(spelled[name])
            self._narrow(given, name)
            for word in present:
                if word in given and given[word] == given[name]:
                    del given[word]
        return Named(given, spelled)

    def _unwrapped(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        if len(values) == 1:
            ((word, inner),) = values.items()
            if _fold(word) in _WRAPPERS and isinstance(inner, dict) and not self._knows(word):
                return inner
        return values

    def _knows(self, word: str) -> bool:
        further = (*self.also.values(), *self.narrowed.values())
        return _fold(word) in self.own or any(_fold(word) in words for words in further)

    def _by_own_names(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for word, value in values.items():
            name = word if word in self.also else self.own.get(_fold(word), word)
            taken = name != word and (name in values or name in given)
            given[word if taken else name] = value
        return given

    def _present(self, given: Mapping[str, Any], words: Iterable[str]) -> list[str]:
        """List the keys of `given` that say something under one of `words`, in their order."""
        keys = {_fold(key): key for key, value in given.items() if not _is_nothing(value)}
        return [keys[word] for word in words if word in keys]

    def _narrow(self, given: dict[str, Any], name: str) -> None:
        for word in self._present(given, self.narrowed[name]):
            whole, part = given.get(name), given[word]
            if not (isinstance(whole, str) and isinstance(part, str)) or _is_nothing(whole):
                continue
            del given[word]
            if part.strip().casefold() not in whole.casefold():
                given[name] = f"{whole.strip()}, {part.strip()}"


def _folded(marks: Iterable[Any], kind: type[Also] | type[Narrowed]) -> tuple[str, ...]:
    return tuple(_fold(name) for mark in marks if isinstance(mark, kind) for name in mark.names)


def _fold(name: str) -> str:
    """Make `fromPlace`, `from-place` and `from_place` one."""
    return name.replace("_", "").replace("-", "").replace(" ", "").casefold()


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
