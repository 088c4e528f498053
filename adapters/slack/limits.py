"""What Slack lets a workspace write, and how large a message may be: data, no code.

Source: https://docs.slack.dev/apis/web-api/rate-limits and the method pages. Tier 3 is 50 calls a
minute, Tier 4 is 100; chat.postMessage is one a second per channel and several hundred a minute.
Operators scale all of it by `WRITE_BUDGET`.
"""

from __future__ import annotations

from bot.store.budgets import Limit, Limits

POST = "chat.postMessage"
UPDATE = "chat.update"
DELETE = "chat.delete"
STATUS = "assistant.threads.setStatus"
REPLIES = "conversations.replies"
HISTORY = "conversations.history"
USER = "users.info"
FILE = "files.info"

LIMITS: Limits = {
    POST: (Limit(1, 1.05, per_channel=True), Limit(300, 60)),
    # Growth leaves a third of the edits to the ends of replies.
    UPDATE: (Limit(50, 60, kept=0.34),),
    DELETE: (Limit(50, 60),),
    STATUS: (Limit(600, 60),),
    # Reads are never urgent: half of what a minute holds stays for recoveries.
    REPLIES: (Limit(50, 60, kept=0.5),),
    HISTORY: (Limit(50, 60, kept=0.5),),
    USER: (Limit(100, 60),),
    FILE: (Limit(100, 60),),
}

TEXT_BYTES = 3_900
"""Of a message's text: chat.update refuses more than 4,000, counted after escaping."""

CALL_SECONDS = 12.0
"""After this long a call is given up; three of them and their pauses stay under the 50 s in which a
hanging write is tried again."""
