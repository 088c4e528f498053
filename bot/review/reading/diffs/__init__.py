"""Unified diffs, as people paste them: read whatever chat, mail and hand editing did to them.

One rule stands over all others: a line's number is right, or the line is left out and the material
says so. `mending` undoes damage to the text as a whole, `reader` finds files and their headers,
`hunks` settles which lines belong to a hunk, `paths` reads names. Pure, and linear in the text.
"""

from bot.review.reading.diffs.reader import read_diff, read_hunks

__all__ = ["read_diff", "read_hunks"]
