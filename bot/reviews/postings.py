"""What of a turn is to be reviewed: the wish in its words held against what was posted with it, or
earlier in the thread. Pure; called by `bot.reviews.door`, and by nothing else.

What is in the message itself is read whole; of what was said earlier there is what is remembered:
secrets hidden at the same length, and long files only by their beginning, which is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.events import Regenerate
from bot.excerpts import is_part, unread_as
from bot.platform import Batch
from bot.preparation import Prepared
from bot.review.fixes.patch import Ends, ends_of
from bot.review.material import Material, Source
from bot.review.reading import wishes
from bot.review.reading.chat import find
from bot.review.reading.classify import read
from bot.review.reading.decoding import decode
from bot.review.reading.languages import by_name
from bot.review.reading.links import Link
from bot.review.reading.posted import Posted
from bot.review.reading.wishes import STEP, Wish
from bot.turns import Entry, Excerpt

MOST_EARLIER = 50
"""Messages of a thread that are looked through for code, the newest first."""

_PROSE = frozenset({"", "text", "markdown"})
"""Languages of what people read; a file in one of them is no code unless somebody calls it so."""

_SKIPPED_AS = {"file_too_large": "huge", "file_binary": "binary", "files_too_many": "too_many"}
"""The reasons of a review's coverage by those of excerpts; any other is `unreadable`."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is to be reviewed: what was posted, and pull requests that are still to be fetched.
    `words` are those of who asks; both may be empty for a command that came with nothing."""

    material: Material
    links: tuple[Link, ...] = ()
    words: str = ""
    ends: Mapping[str, Ends] = field(default_factory=dict)
    """How the lines of whole files end, by path, where it is known."""
    subjects: tuple[str, ...] = ()
    """Ids of the messages whose words or files these are."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing at all to review."""
        return not (self.material.sources or self.material.skipped or self.links)


@dataclass(slots=True)
class _Held:
    """What messages hold."""

    parts: list[Posted] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    cut: dict[str, str] = field(default_factory=dict)
    """Files of which only the beginning is remembered, with the word for it."""

    @property
    def size(self) -> int:
        """How much there is."""
        return len(self.parts) + len(self.links) + len(self.skipped)

    def __bool__(self) -> bool:
        return self.size > 0

    def add_question(self, text: str, asks: wishes.Asked | None) -> None:
        """Add the code and the links of a message that may wish for a review."""
        command = wishes.commanded(text)
        self.add_text(text if command is None else command)
        if asks is not None and asks.code:
            self.parts.append(Posted("", asks.code, is_pasted=True))

    def add_text(self, text: str) -> None:
        """Add the code and the links of a message's own words."""
        pasted = find(text)
        self.parts += pasted.posted
        self.links += pasted.links

    def add_files(self, excerpts: Iterable[Excerpt], originals: Sequence[Posted]) -> None:
        """Add files: as they are where that is known, else what is remembered of them."""
        whole = list(originals)
        for excerpt in excerpts:
            if whole and whole[0].name == excerpt.name:
                self.parts.append(whole.pop(0))
            elif excerpt.text:
                self.parts.append(Posted(excerpt.name, excerpt.text))
                if is_part(excerpt):
                    self.cut[excerpt.name] = "cut"
            elif key := unread_as(excerpt):
                self.skipped[excerpt.name] = _SKIPPED_AS.get(key, "unreadable")

    def ends(self) -> dict[str, Ends]:
        """Tell how the lines of whole files end."""
        return {
            part.name: ends_of(decode(part.content)[0])
            for part in self.parts
            if part.name and isinstance(part.content, bytes)
        }

    def material(self) -> Material:
        """Read all that was posted."""
        read_material = read(self.parts)
        return replace(
            read_material,
            skipped={**self.skipped, **read_material.skipped},
            notes=tuple(dict.fromkeys((*read_material.notes, *self.cut.values()))),
            partial={**self.cut, **read_material.partial},
        )


def sought(batch: Batch, prepared: Prepared) -> Sought | None:
    """Return what a turn wants reviewed, None when it is a question like any other.

    It may take a while for megabytes of code: call it in a thread.
    """
    found = [wishes.read_wish(one.text) for one in prepared.asked]
    wish = max((each.wish for each in found if each is not None), default=None)
    if wish is None:
        return None
    held, subjects, ids = _Held(), list[str](), _ids(batch, prepared)
    for one, asks, id in zip(prepared.asked, found, ids, strict=True):
        before = held.size
        held.add_question(one.text, asks)
        held.add_files(one.excerpts, prepared.originals.get(id, ()))
        if held.size > before:
            subjects.append(id)
        elif asks is None:
            return None  # somebody asks something else in the same breath: one answer for all
    words = next(one.text for one, asks in zip(prepared.asked, found, strict=True) if asks)
    if held:
        return _chosen(held, wish, words, subjects)
    earlier = _earlier(batch, prepared, wish, words) if wish > Wish.OTHER else None
    is_command = any(wishes.commanded(one.text) is not None for one in prepared.asked)
    return earlier or (Sought(Material("snippet", ()), (), words) if is_command else None)


def again(prepared: Prepared) -> Sought:
    """Return what is to be reviewed once more: the messages that were, as they read now."""
    held, subjects, words = _Held(), list[str](), ""
    for entry in prepared.subjects:
        before, asks = held.size, wishes.read_wish(entry.text)
        held.add_question(entry.text, asks)
        held.add_files(entry.excerpts, prepared.originals.get(entry.id, ()))
        if held.size > before:
            subjects.append(entry.id)
        words = words or (entry.text if asks is not None else "")
    asked = (one.text for one in prepared.asked if wishes.read_wish(one.text))
    chosen = _chosen(held, Wish.CODE, next(asked, words), subjects)
    return chosen or Sought(Material("snippet", ()), (), words)


def _ids(batch: Batch, prepared: Prepared) -> Sequence[str]:
    """Name the messages of a question; of an answer given anew they stand in history."""
    if isinstance(batch.first, Regenerate):
        return prepared.asked_ids
    return [event.id for event in batch.events]


def _chosen(held: _Held, wish: Wish, words: str, subjects: Sequence[str]) -> Sought | None:
    material, ids = held.material(), tuple(subjects)
    if wish is Wish.CODE and not (material.sources or held.links):
        # Pictures and documents are for the model to see, whatever people call them.
        seen = _is_code(held, material)
        return Sought(material, (), words, subjects=ids) if seen else None
    if wish is Wish.CODE or _is_code(held, material):
        links = tuple(dict.fromkeys(held.links))
        return Sought(material, links, words, held.ends(), ids)
    return None


def _is_code(held: _Held, material: Material) -> bool:
    """Tell whether what was posted is code beyond doubt, whatever it is called."""
    return bool(
        held.links
        or any(part.is_pasted and part.fence_tag not in _PROSE - {""} for part in held.parts)
        or any(source.is_diff or source.language not in _PROSE for source in material.sources)
        or any(by_name(name) not in _PROSE for name in material.skipped)
    )


def _earlier(batch: Batch, prepared: Prepared, wish: Wish, words: str) -> Sought | None:
    """Find the newest message of the thread that holds code."""
    for entry in _entries(batch, prepared):
        held = _Held()
        held.add_text(entry.text)
        held.add_files(entry.excerpts, ())
        if held and (found := _chosen(held, wish, words, [entry.id])) is not None:
            return found
    return None


def _entries(batch: Batch, prepared: Prepared) -> Iterator[Entry]:
    """Yield what was said before, newest first, without the bot's own reviews, which quote code."""
    asked = {event.id for event in batch.events} | {prepared.replaces}
    before = [
        entry
        for entry in prepared.history.entries
        if entry.id not in asked and (not prepared.before or entry.at < prepared.before)
    ]
    for entry in reversed(before[-MOST_EARLIER:]):
        is_review = any(step.name == STEP for step in entry.steps)
        # What it said before the bot was called into a thread carries no steps to tell by.
        if entry.role == "person" or not (is_review or entry.overheard):
            yield entry


def joined(posted: Material, pulled: Material) -> Material:
    """Put a pull request and what was posted beside it together, each file under a path of its
    own."""
    taken = {source.path for source in pulled.sources}
    beside = [_renamed(source, taken) for source in posted.sources]
    names = {old.path: new.path for old, new in zip(posted.sources, beside, strict=True)}
    partial = {names.get(path, path): why for path, why in posted.partial.items()}
    return Material(
        "pr",
        (*pulled.sources, *beside),
        {**posted.skipped, **pulled.skipped},
        tuple(dict.fromkeys((*pulled.notes, *posted.notes))),
        {**partial, **pulled.partial},
    )


def _renamed(source: Source, taken: set[str]) -> Source:
    path, number = source.path or "snippet", 2
    name = path
    while name in taken:
        name, number = f"{path} ({number})", number + 1
    taken.add(name)
    return replace(source, path=name)
