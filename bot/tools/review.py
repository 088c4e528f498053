"""The tool `code_review`: a question in plain words leads to the same review as the command.

The review itself is `bot.review`; here a model's call becomes what is reviewed, and the review
becomes what a model reads.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from bot.errors import AskAgain
from bot.guard.masking import mask
from bot.models.port import Model
from bot.replies import File
from bot.tools.options import Also, tool
from bot.tools.port import ToolContext, ToolOutput
from bot.wording import say

SECONDS = 100.0
"""For the model's part: below the time at which a silent answer is given up."""

LONGEST_CODE = 400_000
"""Characters; more than any model writes into a call."""

LONGEST_TEXT = 12_000
"""Characters of the review that go back to the model; all of it is in the file."""

_CUT = "\n[cut here: the attached review.md has all of it]"


def _title(arguments: dict[str, Any], locale: str) -> str:
    return say("review_tool_title", locale)


class CodeReview:
    """The review tool; without a language model it reviews by static checks alone."""

    def __init__(self, model: Model | None = None, secrets: tuple[str, ...] = ()) -> None:
        self._model = model
        self._hide = partial(mask, known=secrets)

    @tool(title=_title, timeout=SECONDS + 30)
    async def code_review(
        self,
        context: ToolContext,
        code: Annotated[
            str,
            "The code or the unified diff, character by character as it was written, indentation "
            "included.",
            Also("snippet", "source", "text", "diff", "content", "source_code"),
        ],
        language: Annotated[
            str | None,
            "Its programming language, if it was named.",
            Also("lang", "programming_language"),
        ] = None,
        focus: Annotated[
            str | None,
            "What the person wants looked for above all, in their words, if they said so.",
            Also("topic", "look_for"),
        ] = None,
    ) -> ToolOutput:
        """Review code or a diff for bugs and security holes with linters and a second reading.

        Call it when somebody asks for a review of code that is in the conversation. Pass on what it
        says of lines, severity and of what was not reviewed; never soften or drop a finding.
        """
        if not code.strip():
            raise AskAgain("There is no code in the call. Put the code itself into `code`.")
        if len(code) > LONGEST_CODE:
            raise AskAgain(f"That is more than {LONGEST_CODE:,} characters. Review it in parts.")
        return await self._reviewed(context, code, language or "", focus or "")

    async def _reviewed(
        self, context: ToolContext, code: str, language: str, focus: str
    ) -> ToolOutput:
        # Imported here: the review's rooms are many, and most turns need none of them.
        from bot.review.pipeline import Limits, review
        from bot.review.reading.classify import Posted, read
        from bot.review.rendering import brief, phrases, render

        material = read([Posted("", code, is_pasted=True)])
        if language and material.kind != "diff":  # a change is one in every language
            material = read([Posted("", code, fence_tag=language, is_pasted=True)])
        limits = Limits(seconds=SECONDS, locale=context.locale, person=context.person, focus=focus)
        model = context.metered(self._model) if self._model is not None else None
        made = await review(material, model=model, limits=limits, hide=self._hide)
        text = brief.render(made, context.locale)
        if len(text) > LONGEST_TEXT:
            text = text[:LONGEST_TEXT] + _CUT
        parts = (phrases.score(made, context.locale), phrases.counts(made, context.locale))
        files = _files(render(made, "markdown", context.locale)) if made.findings else ()
        return ToolOutput(text, files=files, summary=" · ".join(filter(None, parts)))


def _files(review: str) -> tuple[File, ...]:
    return (File("review.md", "text/markdown", review.encode()),)
