"""One thing that somebody posted to be reviewed, before anything is known about it. A value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Posted:
    """A fenced block, an attachment or a plain text. Nothing here is trusted.

    `fence_tag` is what stands behind the opening fence, or the platform's own name for the
    language; `is_pasted` tells that it came through a chat's text box and may be damaged by it.
    """

    name: str
    content: str | bytes
    media_type: str = ""
    fence_tag: str = ""
    is_pasted: bool = False
