"""Pacing: a model's growing Markdown cut into platform-sized parts, each valid by itself.

Pure. `Pager` is the door; `blocks` and `inline` read Markdown for renderers too.
"""

from adapters.pacing.draft import Edit, Part
from adapters.pacing.pager import SMALLEST_LIMIT, Pager

__all__ = ["SMALLEST_LIMIT", "Edit", "Pager", "Part"]
