"""The copy of what is reviewed that others may see: the same lines at the same length, no secrets.

Pure. A line of a private key tells nothing by itself, so that secrets are looked for in whole files
and every quote and fix is taken from the copy. What is a secret once is hidden wherever it stands,
in what a model answers, too. Called by `bot.review.pipeline` and by whoever shows code of a review.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.guard.masking import MASK, mask
from bot.review.asking.numbered import Hide, veiled
from bot.review.findings.identity import number_on
from bot.review.fixes.patch import patch
from bot.review.literals import block, is_telling, literals, spread, values_of
from bot.review.material import Line, Material, Source
from bot.review.values import SECRETS, Anchor, Finding, Fix

_NOTHING = Material("snippet", ())


@dataclass(frozen=True)
class Veiled:
    """What is reviewed, as it is and as it is shown; `values` are the secrets that were found."""

    plain: Material = _NOTHING
    shown: Material = _NOTHING
    values: tuple[str, ...] = ()
    hidden: Hide = field(default=mask, repr=False)

    def hide(self, text: str) -> str:
        """Hide in any text what is a secret by its form, and what was one in the code."""
        return spread(self.hidden(text), self.values)

    def with_named(self, findings: Iterable[Finding], places: Iterable[Anchor] = ()) -> Veiled:
        """Hide, too, the literals that findings call a password or a key, and those of `places`."""
        told = [each.anchor for each in findings if SECRETS & set(each.cwe)]
        told = [each for each in (*told, *places) if each.start_line is not None]
        if not told:
            return self
        sources = tuple(
            _rewritten(source, _without_literals(source, told)) for source in self.shown.sources
        )
        return _spread(replace(self, shown=replace(self.shown, sources=sources)))

    def over(self, finding: Finding) -> Finding:
        """Return a finding as it may be shown: quote and fix by the copy, texts without secrets."""
        told = {
            name: spread(getattr(finding, name), self.values)
            for name in ("title", "message", "trigger", "suggestion")
        }
        return finding.model_copy(
            update={
                **told,
                "anchor": self._quoted(finding.anchor),
                "fix": self.fix(finding.anchor.path, finding.fix),
            }
        )

    def fix(self, path: str, fix: Fix | None) -> Fix | None:
        """Return a fix that touches no secret, else None; without its patch where one is near."""
        if fix is None:
            return None
        told = (*(edit.new for edit in fix.edits), *(edit.old for edit in fix.edits))
        if any(self.hide(text) != text for text in told):
            return None
        for plain, shown in self._named(path):
            if written := patch(plain, fix.edits):
                if patch(shown, fix.edits) == written:
                    return self._described(fix)
                is_clear = all(_is_clear(plain, shown, e.start_line, e.end_line) for e in fix.edits)
                return self._described(fix, patch="") if is_clear else None
        return self._described(fix, patch="")

    def _described(self, fix: Fix, **more: str) -> Fix:
        return fix.model_copy(update={"description": self.hide(fix.description), **more})

    def _quoted(self, anchor: Anchor) -> Anchor:
        """Take a quote from the copy: of the lines it stands on, else by the look of its own."""
        if not anchor.quote:
            return anchor
        for pair in self._lines.get((anchor.path, anchor.side), ()):
            first, last = anchor.start_line, anchor.end_line or anchor.start_line
            if first is None or last is None:
                break
            there = [pair[number] for number in range(first, last + 1) if number in pair]
            length = len(anchor.quote)
            plain = "\n".join(line for line, _ in there)[:length]
            shown = "\n".join(line for _, line in there)[:length]
            if _agrees(plain, anchor.quote):
                return anchor.model_copy(update={"quote": _both(shown, anchor.quote)})
        return anchor.model_copy(update={"quote": self.hide(anchor.quote)})

    def _named(self, path: str) -> Iterator[tuple[Source, Source]]:
        both = zip(self.plain.sources, self.shown.sources, strict=True)
        return ((plain, shown) for plain, shown in both if plain.path == path)

    @cached_property
    def _lines(self) -> dict[tuple[str, str], list[dict[int, tuple[str, str]]]]:
        """Every line by path, side and number, as it is and as it is shown."""
        found: dict[tuple[str, str], list[dict[int, tuple[str, str]]]] = {}
        for plain, shown in zip(self.plain.sources, self.shown.sources, strict=True):
            for side in ("new", "old") if plain.is_diff else ("new",):
                numbered = {
                    number: (line.text, copy.text)
                    for line, copy in zip(_lines(plain), _lines(shown), strict=True)
                    if (number := number_on(line, side)) is not None
                }
                found.setdefault((plain.path, side), []).append(numbered)
        return found


def veil(material: Material, hide: Hide = mask, findings: Iterable[Finding] = ()) -> Veiled:
    """Make the copy of a material; what `findings` call a secret is hidden in it, too.

    Takes as long as the text is; call it in a thread.
    """
    plain = named(material, hide)
    sources = tuple(
        _rewritten(source, [text for piece in source.pieces for text in veiled(piece.lines, hide)])
        for source in plain.sources
    )
    headed = tuple(_headed(source, hide) for source in sources)
    copy = Veiled(plain, replace(plain, sources=headed), hidden=hide)
    return _spread(copy).with_named(findings)


def named(material: Material, hide: Hide = mask) -> Material:
    """Hide secrets in the names of files."""
    return replace(
        material,
        sources=tuple(
            replace(source, path=hide(source.path), old_path=hide(source.old_path))
            for source in material.sources
        ),
        skipped={hide(path): why for path, why in material.skipped.items()},
        partial={hide(path): why for path, why in material.partial.items()},
    )


def _spread(copy: Veiled) -> Veiled:
    """Hide every secret wherever else it stands."""
    values = values_of(
        (source.language, plain.text, shown.text)
        for source, veil in zip(copy.plain.sources, copy.shown.sources, strict=True)
        for plain, shown in zip(_lines(source), _lines(veil), strict=True)
        if plain.text != shown.text
    )
    if not values:
        return copy
    sources = tuple(
        _headed(_rewritten(source, _spread_lines(source, values)), lambda t: spread(t, values))
        for source in copy.shown.sources
    )
    return replace(copy, shown=replace(copy.shown, sources=sources), values=values)


def _spread_lines(source: Source, values: Sequence[str]) -> list[str]:
    texts = [line.text for line in _lines(source)]
    return spread("\n".join(texts), values).split("\n") if texts else []


def _without_literals(source: Source, told: Sequence[Anchor]) -> list[str]:
    """Return the lines of a source without the literals that findings are about."""
    lines = list(_lines(source))
    texts = [line.text for line in lines]
    mine = [anchor for anchor in told if anchor.path == source.path]
    at = {
        (side, number): index
        for side in {anchor.side for anchor in mine}
        for index, line in enumerate(lines)
        if (number := number_on(line, side)) is not None
    }
    for anchor in mine:
        first, last = anchor.start_line or 0, anchor.end_line or anchor.start_line or 0
        there = [at[key] for n in range(first, last + 1) if (key := (anchor.side, n)) in at]
        for row, start, stop in _meant([texts[index] for index in there], anchor):
            text = texts[there[row]]
            texts[there[row]] = text[:start] + MASK * (stop - start) + text[stop:]
    return texts


def _meant(texts: Sequence[str], anchor: Anchor) -> Iterator[tuple[int, int, int]]:
    """Yield the row and the ends of each literal that a finding on these lines is about: what lies
    between its columns, else what is no plain word, unless the line shows no secret any more."""
    last = len(texts) - 1
    if anchor.start_col is not None and anchor.end_col is not None:
        begin = anchor.start_col - 1
        yield from block(texts, begin, anchor.end_col)
        for row, text in enumerate(texts):
            ends = anchor.end_col if row == last else len(text)
            for start, stop in literals(text, 0 if row else begin, ends):
                yield row, start, stop
        return
    for row, text in enumerate(texts):
        if MASK in text:
            continue
        for start, stop in literals(text):
            if not last or is_telling(text[start:stop]):
                yield row, start, stop


def _lines(source: Source) -> Iterator[Line]:
    return (line for piece in source.pieces for line in piece.lines)


def _rewritten(source: Source, texts: Sequence[str]) -> Source:
    """Return a source with other texts on its lines."""
    given = iter(texts)
    pieces = tuple(
        replace(piece, lines=tuple(_retold(line, next(given)) for line in piece.lines))
        for piece in source.pieces
    )
    return replace(source, pieces=pieces)


def _retold(line: Line, text: str) -> Line:
    return line if text == line.text else replace(line, text=text)


def _headed(source: Source, hide: Hide) -> Source:
    pieces = (replace(p, heading=hide(p.heading)) if p.heading else p for p in source.pieces)
    return replace(source, pieces=tuple(pieces))


def _is_clear(plain: Source, shown: Source, first: int, last: int) -> bool:
    pairs = zip(plain.new_side(), shown.new_side(), strict=True)
    return all(a.text == b.text for a, b in pairs if a.new is not None and first <= a.new <= last)


def _agrees(text: str, quote: str) -> bool:
    """Tell whether a quote is a text, secrets in it hidden or not."""
    same = (a == b or b == MASK for a, b in zip(text, quote, strict=False))
    return len(text) == len(quote) and all(same)


def _both(first: str, second: str) -> str:
    return "".join(MASK if MASK in (a, b) else a for a, b in zip(first, second, strict=True))
