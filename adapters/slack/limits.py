"""What Slack lets a workspace write, and how large a message may be: data, no code.

Source: https://docs.slack.dev/apis/web-api/rate-limits and the method pages. Tier 2 is 20 calls a
minute, Tier 3 is 50, Tier 4 is 100; chat.postMessage is one a second per channel, with short
bursts, and several hundred a minute. Operators scale all of it by `WRITE_BUDGET`.
"""

from __future__ import annotations

from bot.store.budgets import Limit, Limits

POST = "chat.postMessage"
UPDATE = "chat.update"
START = "chat.startStream"
APPEND = "chat.appendStream"
STOP = "chat.stopStream"
DELETE = "chat.delete"
EPHEMERAL = "chat.postEphemeral"
STATUS = "assistant.threads.setStatus"
SESSION = "agents.sessions.setStatus"
REPLIES = "conversations.replies"
HISTORY = "conversations.history"
CHANNEL = "conversations.info"
MEMBERSHIPS = "users.conversations"
USER = "users.info"
BOT = "bots.info"
GROUPS = "usergroups.list"
FILE = "files.info"
UPLOAD = "files.upload.v2"
"""The SDK's name for the three steps of an upload."""
OPEN = "conversations.open"
VIEW = "views.open"
PUBLISH = "views.publish"
TITLE = "assistant.threads.setTitle"
PROMPTS = "assistant.threads.setSuggestedPrompts"
WHO_AM_I = "auth.test"
SOCKET = "apps.connections.open"

LIMITS: Limits = {
    # Slack also takes short bursts, but does not say how short: evenly spaced, no post is refused.
    # The tenth of a second is for what the network does to the spacing.
    POST: (Limit(1, 1.1, per_channel=True), Limit(300, 60)),
    # Half of the edits may be held for the ends of replies that are visible; of the others growth
    # leaves a fifth to ends that hold none.
    UPDATE: (Limit(50, 60, kept=0.2, held=0.5),),
    # Each open stream holds its stop; a tenth is left for those that somebody else left open.
    START: (Limit(20, 60),),
    APPEND: (Limit(100, 60),),
    STOP: (Limit(20, 60, held=0.9),),
    DELETE: (Limit(50, 60),),
    EPHEMERAL: (Limit(100, 60),),
    STATUS: (Limit(600, 60),),
    # Who sets a session to work holds the slot that sets it to rest.
    SESSION: (Limit(50, 60, held=0.5),),
    # Who catches up leaves some to those who wait for an answer now.
    REPLIES: (Limit(50, 60, kept=0.4),),
    HISTORY: (Limit(50, 60, kept=0.4),),
    MEMBERSHIPS: (Limit(50, 60),),
    CHANNEL: (Limit(50, 60),),
    USER: (Limit(100, 60),),
    BOT: (Limit(50, 60),),
    GROUPS: (Limit(20, 60),),
    FILE: (Limit(100, 60),),
    UPLOAD: (Limit(100, 60),),
    OPEN: (Limit(50, 60),),
    VIEW: (Limit(100, 60),),
    PUBLISH: (Limit(100, 60),),
    TITLE: (Limit(100, 60),),
    PROMPTS: (Limit(100, 60),),
}

TEXT_BYTES = 3_900
"""Of a message's text: chat.update refuses more than 4,000, counted after escaping."""

STREAM_BYTES = 10_000
"""Of a streamed message in all, its tasks included: 10,600 were taken
(https://github.com/CopilotKit/CopilotKit/pull/6244), a little more was cut."""

STREAM_SECONDS = 240.0
"""A stream is ended before Slack does it by itself, about five minutes after its start
(https://github.com/slackapi/python-slack-sdk/issues/1859)."""

CALL_SECONDS = 12.0
"""After this long a call is given up; three of them and their pauses stay under the 50 s in which a
hanging write is tried again."""
