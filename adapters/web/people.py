"""Who and what there is in the playground: its people, its channels, and who may see which.

Anybody at the keyboard may be any of these people; that is what makes it a playground.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.events import PlaceKind, ThreadRef

PLATFORM = "web"
WORKSPACE = "playground"

BOT_ID = "parley"
BOT_NAME = "Parley"

_DIRECT = "dm-"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be."""

    id: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, or one person's conversation with the bot (`kind` is then "direct")."""

    id: str
    name: str
    topic: str = ""
    kind: PlaceKind = "channel"

    @property
    def is_direct(self) -> bool:
        """Tell whether everything that is said here is said to the bot."""
        return self.kind == "direct"

    def thread(self, root: str) -> ThreadRef:
        """Name the conversation under `root`, or the room itself without one."""
        return ThreadRef(PLATFORM, WORKSPACE, self.id, root)


PEOPLE = (
    Person("ana", "Ana", "Product"),
    Person("ben", "Ben", "Backend"),
    Person("chen", "Chen", "Design"),
    Person("deniz", "Deniz", "Support"),
)

CHANNELS = (
    Room("general", "general", "Everything that concerns everybody"),
    Room("random", "random", "Whatever has no better place"),
    Room("help", "help", "Questions, and who knows the answer"),
)

_PEOPLE = {person.id: person for person in PEOPLE}
_CHANNELS = {room.id: room for room in CHANNELS}


def find_person(id: object) -> Person | None:
    """Return the person with this id."""
    return _PEOPLE.get(id) if isinstance(id, str) else None


def find_room(id: object, person: Person) -> Room | None:
    """Return the room with this id, if `person` may see it."""
    if not isinstance(id, str):
        return None
    return direct_room(person) if id == _DIRECT + person.id else _CHANNELS.get(id)


def direct_room(person: Person) -> Room:
    """Return the conversation that `person` has with the bot."""
    return Room(_DIRECT + person.id, BOT_NAME, kind="direct")


def may_see(person: Person, channel: str) -> bool:
    """Tell whether what happens in `channel` may be shown to `person`."""
    return not channel.startswith(_DIRECT) or channel == _DIRECT + person.id


def names() -> dict[str, str]:
    """Return everybody's name in small letters with their id, the bot's too."""
    return {person.name.lower(): person.id for person in PEOPLE} | {BOT_NAME.lower(): BOT_ID}
