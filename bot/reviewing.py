"""The `review` command: files, a diff by a pipe or a pull request, reviewed for a terminal or a
build. Starts no store and reads nothing of the folder it is run in but what it is given.

Only the review itself is printed to the standard output; notes go to the standard error.
"""

from __future__ import annotations

import asyncio
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.guard.masking import mask
from bot.models.port import Model
from bot.review.findings.score import HARMLESS
from bot.review.material import MISSING as MISSING_PARTS
from bot.review.material import Material
from bot.review.pipeline import Limits, OnStatic, review
from bot.review.reading.classify import MOST_DIFF, Posted, read
from bot.review.reading.failing import PullFailed
from bot.review.reading.links import Link, find_links
from bot.review.reading.unread import MOST_CHARACTERS
from bot.review.rendering import Format, phrases, render
from bot.review.rendering.text import render as render_text
from bot.review.rendering.visible import inert
from bot.review.values import SEVERITIES, Review, Severity
from bot.settings import Settings
from bot.wording import say

STDIN = "-"

DONE, FOUND, MISSING, USAGE = 0, 1, 2, 64
"""Exit codes: nothing at the level that counts, or nothing that is reviewed at all; something; a
wanted part is missing, or nothing of what should be reviewed could be read; a wrong command line
(EX_USAGE of sysexits.h), of which a name that is no file is one."""

MOST_BYTES = 4 * MOST_DIFF
"""Of one file: the characters that are read at all, each of up to four bytes."""

MODEL_SECONDS = 180.0
"""For the model's part; a build has more patience than a person in a chat."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for. `names` are files, links to pull requests, or `-`."""

    names: tuple[str, ...]
    form: Format = "text"
    fail_on: Severity = "high"
    offline: bool = False
    focus: str = ""


class _CannotRead(Exception):
    """Something that was named cannot be read; the text says which and why, `code` how to end."""

    def __init__(self, told: str, code: int = USAGE) -> None:
        super().__init__(told)
        self.code = code


async def run(settings: Settings, options: Options) -> int:
    """Review, print, and return the exit code."""
    locale = _locale()
    links = [link for name in options.names if (link := _link(name)) is not None]
    if links and len(options.names) > 1:
        _note(say("review_pull_alone", locale))
        return USAGE
    try:
        if links:
            material = await _pulled(links[0], options.names[0], settings, locale)
        else:
            material = await _read(options.names, locale)
    except _CannotRead as error:
        _note(str(error))
        return error.code
    model = _model(settings, options)
    try:
        made = await review(
            material,
            model=model,
            limits=Limits(seconds=MODEL_SECONDS, locale=locale, focus=options.focus),
            on_static=_progress(model, locale),
            hide=partial(mask, known=settings.secrets()),
        )
    finally:
        if model is not None:
            await model.close()
    _print(made, options.form, locale)
    if not material.sources:
        for line in _why_nothing(made, material, options, locale):
            _note(line)
        return DONE if _is_nothing(material) else MISSING
    _tell_what_is_missing(made, options.form, locale)
    return exit_code(made, options.fail_on)


def exit_code(made: Review, fail_on: Severity) -> int:
    """Return 1 for findings at `fail_on` or worse, else 2 if the model's part is missing, else 0.

    What was found stands whatever else is missing, so that it comes first. Of a diff only what lies
    in the change counts: nobody's build fails for what was there before.
    """
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    found = (each for each in phrases.living(made) if each.in_change)
    if any(finding.severity in grave for finding in found):
        return FOUND
    return MISSING if made.coverage.llm in ("failed", "partial") else DONE


def _why_nothing(made: Review, material: Material, options: Options, locale: str) -> Iterator[str]:
    """Say that there was nothing to review, what was left out and why, and what to do instead."""
    names = (say("review_stdin", locale) if name == STDIN else name for name in options.names)
    yield say("review_nothing", locale, name=", ".join(names))
    yield from phrases.gaps(made, locale)
    reasons = set(material.skipped.values())
    if "huge" in reasons:
        yield say("review_instead_of_huge", locale, most=f"{MOST_CHARACTERS:,}")
    if reasons & {"minified", "generated"}:
        yield say("review_instead_of_made", locale)


def _is_nothing(material: Material) -> bool:
    """Tell whether there was nothing that anybody reviews: an empty diff, lock files, pictures."""
    reasons = {*material.skipped.values(), *(set(MISSING_PARTS) & set(material.notes))}
    return reasons <= HARMLESS | {"empty", "vendored"}


# -- reading -------------------------------------------------------------------------------------


async def _read(names: Sequence[str], locale: str) -> Material:
    posted = [await asyncio.to_thread(_posted, name, locale) for name in names]
    return await asyncio.to_thread(read, posted)


def _posted(name: str, locale: str) -> Posted:
    """Read a file or the standard input, no further than is reviewed."""
    try:
        if name == STDIN:
            return Posted("", sys.stdin.buffer.read(MOST_BYTES))
        if reason := _unreadable(Path(name)):
            reason = say(reason, locale)
        else:
            with Path(name).open("rb") as file:
                return Posted(_shown_name(name), file.read(MOST_BYTES))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise _CannotRead(say("review_cannot_read", locale, name=name, reason=reason))


def _unreadable(path: Path) -> str:
    """Return the key of why a name is nothing to read; empty if it is. Nothing is opened here: a
    pipe without a writer would be waited for without end, and a device has none.

    Raises OSError for what does not exist.
    """
    mode = path.stat().st_mode
    if stat.S_ISREG(mode) or _HANDED.fullmatch(str(path)):
        return ""
    return "review_because_folder" if stat.S_ISDIR(mode) else "review_because_no_file"


_HANDED = re.compile(r"/dev/(?:stdin|fd/\d+)|/proc/(?:self|\d+)/fd/\d+")
"""What a shell hands over already open, as for `<(git diff)`: its writer is there."""


def _shown_name(name: str) -> str:
    """Name a file as it is called from here, in characters that can be written anywhere; what lies
    outside of this folder by its whole path, which is the same from everywhere."""
    here, path = os.getcwd(), os.path.abspath(name)
    inside = os.path.commonpath((here, path)) == here
    shown = Path(os.path.relpath(path, here) if inside else path).as_posix()
    return os.fsencode(shown).decode("utf-8", "replace")


def _link(name: str) -> Link | None:
    """Read a name as a link to a pull request; files may be called anything else."""
    found = find_links(name) if name.startswith(("http://", "https://")) else ()
    return found[0] if found else None


async def _pulled(link: Link, name: str, settings: Settings, locale: str) -> Material:
    from bot.fetch import Fetcher  # only a pull request pays for it
    from bot.review.reading.pulls import Forges, pull

    forges = Forges.of(settings)
    fetcher = Fetcher(trusted=forges.hosts())
    try:
        return (await pull(link, fetcher, forges)).material
    except PullFailed as error:
        reason = error.said(locale)
        told = say("review_cannot_read", locale, name=name, reason=reason)
        raise _CannotRead(told, MISSING) from None
    finally:
        await fetcher.close()


def _model(settings: Settings, options: Options) -> Model | None:
    if options.offline or not settings.model_configured:
        return None
    from bot.house import open_model  # what a house is made of is needed for nothing else

    return open_model(settings)


# -- printing ------------------------------------------------------------------------------------


def _print(made: Review, form: Format, locale: str) -> None:
    if form == "text" and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):  # no-color.org
        text = render_text(made, locale, coloured=True)
    else:
        text = render(made, form, locale)
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; the interpreter must not fail again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_what_is_missing(made: Review, form: Format, locale: str) -> None:
    """Say it where the output itself is for a program, and why a model did not answer."""
    note = phrases.model_note(made, locale)
    told = made.coverage.llm_detail.partition(":")[2]
    if note and (told or form in ("json", "sarif")):
        _note(f"{note} ({told})" if told else note)


def _progress(model: Model | None, locale: str) -> OnStatic | None:
    """Return what tells a person at a terminal that the model is at work."""
    if model is None or not sys.stderr.isatty():
        return None
    name = model.spec.name

    async def tell(_: Review) -> None:
        _note(say("review_asking", locale, model=name))

    return tell


def _note(text: str) -> None:
    print(inert(text), file=sys.stderr, flush=True)  # noqa: T201  for whoever started it


def _locale() -> str:
    """Return the locale of messages (locale(7)), without its encoding."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    said = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return said.partition(".")[0].partition("@")[0]
