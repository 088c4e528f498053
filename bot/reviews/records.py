"""What is known of a review beside the review itself: whose it is, of which messages, and where it
stands. Values and their form in the store; light, because every listener reads them.

Who edits what was reviewed, or pushes to it, wishes for another review without a word: that wish is
made here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot import codec
from bot.cards import Dismissal
from bot.events import Attachment, Author, Edit, Place, Regenerate, ThreadRef
from bot.review.reading.wishes import COMMAND
from bot.store.reviews import Kept
from bot.wording import say

MOST_SUBJECTS = 30
"""Messages by whose edit a review is made anew."""

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class About:
    """Whose review it is, and of what. `author` is who asked first: on their behalf, and by their
    allowance, it is made anew."""

    author: Author
    place: Place
    """Where it was asked for, with no more of its address than lasts."""
    askers: tuple[str, ...] = ()
    """Ids of those who asked, and of those whose messages are reviewed."""
    subjects: tuple[str, ...] = ()
    """Ids of the messages whose words or files are reviewed."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """By the id of a message that was reviewed from its menu, the subject that holds its words."""
    files: Mapping[str, tuple[Attachment, ...]] = field(default_factory=dict)
    """What was attached to them, by message; the platform may know of newer files."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What they read since their source was edited; of others history knows."""
    private: bool = False
    """Only `author` sees it."""

    @property
    def stays(self) -> bool:
        """Tell whether it can be made anew without anybody's doing: what one person sees cannot be
        written in its place, and is not for others."""
        return self.place.can_return and not self.private

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages by which the review is found."""
        return (*self.subjects, *self.sources)

    def subject(self, message: str) -> str:
        """Return the subject that holds a message's words; empty where it is none of these."""
        subject = self.sources.get(message, message)
        return subject if subject in self.subjects else ""

    def write(self) -> str:
        """Write it as JSON."""
        return codec.plain(asdict(self))


@dataclass(frozen=True, slots=True)
class Decision:
    """Who dismissed a finding and why."""

    by: str
    name: str = ""
    reason: str = "other"
    note: str = ""

    @classmethod
    def of(cls, dismissal: Dismissal, reason: str, note: str) -> Decision:
        """Return what is kept of a dismissal."""
        author = dismissal.author
        return cls(author.id, author.name[:LONGEST_NAME], reason, note)

    def write(self) -> str:
        """Write it as JSON."""
        return codec.plain(asdict(self))


def review_id(thread: ThreadRef, question: str) -> str:
    """Name the review that answers a question: the same in every process, and after a crash."""
    return hashlib.sha256(f"{thread.key}\n{question}".encode()).hexdigest()[:16]


def about(kept: Kept) -> About | None:
    """Read back what a review is about, as it is after all edits; None for what another release
    wrote."""
    try:
        body = json.loads(kept.about)
        changes = {subject: json.loads(change) for subject, change in kept.changes.items()}
        files = body["files"] | {id: new["files"] for id, new in changes.items() if "files" in new}
        words = body["words"] | {id: new["text"] for id, new in changes.items() if "text" in new}
        return About(
            Author(**body["author"]),
            Place(**body["place"] | {"lasting": tuple(body["place"]["lasting"])}),
            tuple(map(str, body["askers"])),
            tuple(map(str, body["subjects"])),
            {str(id): str(subject) for id, subject in body["sources"].items()},
            {str(id): tuple(Attachment(**one) for one in found) for id, found in files.items()},
            {str(id): str(text) for id, text in words.items()},
            body.get("private") is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def decisions(kept: Kept) -> dict[str, Decision]:
    """Read who dismissed what, by finding."""
    found: dict[str, Decision] = {}
    for id, text in kept.dismissed.items():
        try:
            body: dict[str, Any] = json.loads(text)
            found[id] = Decision(**body)
        except (ValueError, TypeError):
            found[id] = Decision("")  # that it was dismissed counts, whatever is told of it
    return found


def wish(kept: Kept, known: About, at: int, *, head: str = "") -> Regenerate:
    """Return the wish for another review that an edit makes at `at` (microseconds), or a push of
    the commit `head`. All of them up to the next run make one and the same: it reads what stands
    there then."""
    return Regenerate(
        id=f"{kept.id}/{kept.runs}",
        thread=ThreadRef.from_key(kept.thread),
        author=known.author,
        target=kept.parts[0] if kept.parts else "",
        at=at,
        place=known.place,
        review=kept.id,
        head=head,
        askers=known.askers,
    )


def change(edit: Edit, text: str) -> str:
    """Write what an edit changes of a subject; `text` for one that holds another's words."""
    changed: dict[str, Any] = {"text": text} if text else {}
    if edit.attachments is not None:
        changed["files"] = [asdict(file) for file in edit.attachments]
    return codec.plain(changed) if changed else ""


def subject_text(text: str) -> str:
    """Return how a subject reads that holds another message's words: as the wish for its review."""
    return f"{COMMAND}\n{text}"


def is_seen_from(kept: Kept, place: ThreadRef) -> bool:
    """Tell whether a review belongs to the channel of `place`."""
    own = ThreadRef.from_key(kept.thread)
    mine = (own.platform, own.workspace, own.channel)
    return mine == (place.platform, place.workspace, place.channel)


def is_told_to(kept: Kept, alone: str) -> bool:
    """Tell whether a review may be shown: a private one to its asker, who is `alone` with it."""
    known = about(kept)
    return known is None or not known.private or (alone != "" and alone == known.author.id)


def kept_because(reason: str, locale: str) -> str:
    """Say that a review stands as it was, and why there is no newer one."""
    return say("review_kept", locale, reason=reason)


def subjects(ids: Sequence[str]) -> tuple[str, ...]:
    """Return the messages that are kept as a review's own, the newest ones."""
    return tuple(dict.fromkeys(ids))[-MOST_SUBJECTS:]
