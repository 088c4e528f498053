"""Text objects of Block Kit: what stands on the App Home and in dialogs.

Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object.
"""

from __future__ import annotations

from typing import Any


def plain(text: str) -> dict[str, Any]:
    """Return a text that is shown as it is."""
    return {"type": "plain_text", "text": text, "emoji": False}


def marked(text: str) -> dict[str, Any]:
    """Return a text in which Slack reads mrkdwn; words of others have to be rendered before."""
    return {"type": "mrkdwn", "text": text}
