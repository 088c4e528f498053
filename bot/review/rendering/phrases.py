"""The phrases that a review consists of when people read it: counts, places, coverage, cost. Pure;
every rendering for people uses them, so that all say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.review.findings.score import is_partly_unread
from bot.review.rendering.visible import one_line
from bot.review.values import SEVERITIES, Anchor, Finding, Review
from bot.wording import TEXTS, say

MOST_NAMED = 10
"""Files that a list of unread ones names."""

_LANGUAGES: Mapping[str, str] = {
    "cpp": "C++",
    "csharp": "C#",
    "css": "CSS",
    "flow": "JavaScript (Flow)",
    "html": "HTML",
    "javascript": "JavaScript",
    "json": "JSON",
    "jsx": "JSX",
    "php": "PHP",
    "powershell": "PowerShell",
    "python2": "Python 2",
    "sql": "SQL",
    "toml": "TOML",
    "tsx": "TSX",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
}


def language_name(language: str | None) -> str:
    """Spell a language's name as people do; empty when it is unknown."""
    return _LANGUAGES.get(language, language.capitalize()) if language else ""


def living(review: Review) -> tuple[Finding, ...]:
    """Return the findings that still count: neither fixed nor dismissed."""
    return tuple(each for each in review.findings if each.status in ("new", "open"))


def score(review: Review, locale: str) -> str:
    """Say the score, or that there is none."""
    if review.score is None:
        return say("review_no_score", locale)
    return say("review_score", locale, score=review.score)


def verdict(review: Review, locale: str) -> str:
    """Say the verdict; without the logic's review nothing is called good."""
    return say(f"review_verdict_{review.verdict}", locale)


def counts(review: Review, locale: str) -> str:
    """Say how many findings of each severity there are; empty for none."""
    found = [each.severity for each in living(review)]
    parts = [
        say(f"review_count_{severity}", locale, count=found.count(severity))
        for severity in SEVERITIES
        if severity in found
    ]
    return (", " if locale_is_latin(locale) else "，").join(parts)


def locale_is_latin(locale: str) -> bool:
    """Tell whether lists are set apart by a Latin comma."""
    return say("review_title", locale) == TEXTS["en"]["review_title"]


def name(path: str, locale: str) -> str:
    """Name a file; a snippet may have no name."""
    return one_line(path, 200) if path else say("review_snippet", locale)


def subject(review: Review, locale: str) -> str:
    """Name what was reviewed: the file, or how many there are."""
    coverage = review.coverage
    paths = (*coverage.full, *coverage.partial, *coverage.skipped)
    named = list(dict.fromkeys(paths))
    if not named:
        return say("review_snippet", locale)
    rest = len(named) - 1
    more = f" {say('review_more', locale, count=rest)}" if rest else ""
    return name(named[0], locale) + more


def place(anchor: Anchor, locale: str) -> str:
    """Say where a finding stands, and how sure that is."""
    side = f" ({say('review_old_side', locale)})" if anchor.side == "old" else ""
    if anchor.start_line is None:
        return _unsure(anchor, locale) + (side if anchor.candidates else "")
    if anchor.end_line is None or anchor.end_line <= anchor.start_line:
        words = say("review_line", locale, line=anchor.start_line)
    else:
        words = say("review_lines", locale, first=anchor.start_line, last=anchor.end_line)
    if anchor.status == "fuzzy":
        words = say("review_maybe_line", locale, lines=anchor.start_line)
    return words + side


def _unsure(anchor: Anchor, locale: str) -> str:
    if len(anchor.candidates) == 1:
        return say("review_maybe_line", locale, lines=anchor.candidates[0])
    if anchor.candidates:
        lines = ", ".join(map(str, anchor.candidates))
        return say("review_one_of", locale, lines=lines)
    return say("review_whole_file" if anchor.status == "file" else "review_unplaced", locale)


def message(finding: Finding) -> str:
    """Return what is said beyond the title; empty if that is nothing."""
    told = finding.message.strip()
    return "" if told.rstrip(".。") == finding.title.strip().rstrip(".。") else told


def confidence(finding: Finding, locale: str) -> str:
    """Say how sure a finding is."""
    word = (
        "high" if finding.confidence >= 0.75 else "medium" if finding.confidence >= 0.5 else "low"
    )
    return say(f"review_sure_{word}", locale)


def sources(finding: Finding, locale: str) -> str:
    """Name who found it, tools with their rules and the model, and how many more there are."""
    named = (say("review_by_model", locale) if one == "llm" else one for one in finding.sources)
    more = say("review_more_of_rule", locale, count=finding.more) if finding.more else ""
    return ", ".join(filter(None, (*map(one_line, named), more)))


def cwes(finding: Finding) -> str:
    """Name the weaknesses; empty for none."""
    return ", ".join(f"CWE-{number}" for number in finding.cwe)


def model_note(review: Review, locale: str) -> str:
    """Say what is missing of the model's part; empty when nothing is."""
    coverage = review.coverage
    if coverage.llm == "ok":
        return ""
    if coverage.llm == "off":
        return say("review_static_only", locale) if coverage.full or coverage.partial else ""
    word = coverage.llm_detail.partition(":")[0]
    key = f"review_why_{word}"
    reason = say(key if key in TEXTS["en"] else "review_why_broken", locale)
    return say(f"review_model_{coverage.llm}", locale, reason=reason)


def nothing_found(review: Review, locale: str) -> str:
    """Say that there are no findings, and no more than that."""
    if not review.coverage.full and not review.coverage.partial:
        return say("review_none_read", locale)
    if review.coverage.llm not in ("ok", "partial"):
        return say("review_none_static", locale)
    if review.coverage.llm == "partial" or is_partly_unread(review.coverage):
        return say("review_none_partial", locale)
    is_liked = review.verdict == "ok"
    return say("review_none_found" if is_liked else "review_none_low", locale)


def readers(review: Review) -> str:
    """Name the tools that read something, and the model if it did."""
    tools = [f"{tool.name} {tool.version}".rstrip() for tool in review.coverage.tools if tool.files]
    has_read = review.usage.calls and review.coverage.llm in ("ok", "partial")
    model = [review.usage.model] if review.usage.model and has_read else []
    return ", ".join(one_line(each) for each in (*tools, *model))


def cost(review: Review, locale: str) -> Iterator[str]:
    """Say the time, the tokens and, where the price is known, the money."""
    usage = review.usage
    yield say("review_seconds", locale, seconds=f"{usage.seconds:.1f}")
    if usage.calls:
        yield say("review_tokens", locale, count=usage.input_tokens + usage.output_tokens)
    if usage.cost_usd is not None:
        yield say("review_dollars", locale, dollars=f"{usage.cost_usd:.4f}")


def read_share(review: Review, locale: str) -> str:
    """Say how many files were read in full."""
    coverage = review.coverage
    return say(
        "review_read_full", locale, count=len(coverage.full), total=max(1, coverage.files_total)
    )


def gaps(review: Review, locale: str) -> list[str]:
    """Say what was not read or not in full, which tools failed, what was left out; a line each."""
    coverage = review.coverage
    lines = [
        *_unlinted(coverage.unlinted, locale),
        *_missing(coverage.missing, locale),
        *_listed("review_read_partial", coverage.partial, locale),
        *_listed("review_not_read", coverage.skipped, locale),
    ]
    for tool in coverage.tools:
        if tool.state in ("failed", "partial"):
            key = f"review_tool_{tool.state}"
            lines.append(say(key, locale, name=tool.name, detail=one_line(tool.detail, 160)))
    if coverage.dropped_findings:
        lines.append(say("review_dropped", locale, count=coverage.dropped_findings))
    return lines


def _unlinted(languages: Sequence[str], locale: str) -> Iterator[str]:
    """Say which languages no linter knows: what was read is then less than it looks."""
    if named := [language_name(each) for each in languages if each != "unknown"]:
        listed = (", " if locale_is_latin(locale) else "、").join(named)
        yield say("review_no_linter", locale, languages=listed)
    if "unknown" in languages:
        yield say("review_no_language", locale)


def _missing(reasons: Sequence[str], locale: str) -> Iterator[str]:
    if reasons:
        why = because("; ".join(reasons), locale)
        yield f"{say('review_read_partial', locale)}: {say('review_whole_input', locale)} ({why})"


def _listed(key: str, reasons: Mapping[str, str], locale: str) -> Iterator[str]:
    shown = list(reasons.items())[:MOST_NAMED]
    for path, reason in shown:
        yield f"{say(key, locale)}: {name(path, locale)} ({because(reason, locale)})"
    if len(reasons) > len(shown):
        yield f"{say(key, locale)}: {say('review_more', locale, count=len(reasons) - len(shown))}"


def because(reason: str, locale: str) -> str:
    """Say a reason of the coverage, which is one stable word or several with their details."""
    return "; ".join(_because(each, locale) for each in reason.split("; "))


def _because(reason: str, locale: str) -> str:
    word, _, detail = reason.partition(":")
    key = f"review_because_{word}"
    # A word that came later than this sentence is better shown than hidden.
    return say(key, locale, detail=detail) if key in TEXTS["en"] else one_line(reason, 100)


def numbered(anchor: Anchor, most: int = 12) -> Sequence[str]:
    """Return the quoted lines with their numbers, at most `most` of them."""
    if not anchor.quote.strip():
        return ()
    lines = anchor.quote.split("\n")
    if anchor.start_line is None:
        return [f"| {line}" for line in lines[:most]]
    width = len(str(anchor.start_line + len(lines) - 1))
    return [f"{anchor.start_line + at:>{width}} | {line}" for at, line in enumerate(lines[:most])]
