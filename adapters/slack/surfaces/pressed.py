"""A press on a review's card, read from Slack's payload. Pure.

Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.common.payloads import mapping
from adapters.slack.answers.responding import until
from adapters.slack.cards.layout import heading_of, shows_review
from adapters.slack.cards.marks import Mark
from adapters.slack.inbound import microseconds
from adapters.slack.surfaces.dismissing import Site
from adapters.slack.surfaces.whispers import Ear
from bot.events import ThreadRef


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press: by whom, when, where, and what the button knows."""

    action: str
    mark: Mark | None
    team: str
    person: str
    at: str
    trigger: str
    site: Site
    channel_name: str = ""

    @property
    def thread(self) -> ThreadRef:
        """The thread whose turn made the card."""
        return thread_of(self.mark, self.team, self.site.channel)

    @property
    def home(self) -> ThreadRef:
        """The thread in which people see it: a command's has opened one of its own."""
        own = self.thread
        if own.thread and not microseconds(own.thread):
            own = ThreadRef("slack", self.team, self.site.channel, self.site.thread)
            if not own.thread:
                return ThreadRef("slack", self.team, self.site.channel, self.site.message)
        return own

    @property
    def alone(self) -> str:
        """Who pressed, where nobody else sees the card."""
        return self.person if self.site.private else ""

    @property
    def ear(self) -> Ear:
        """Where only who pressed hears."""
        return Ear(self.person, self.site.channel, self.site.thread, self.site.url)


def thread_of(mark: Mark | None, team: str, channel: str) -> ThreadRef:
    """Name the thread of the turn that a mark is from."""
    return ThreadRef("slack", team, channel, mark.thread if mark is not None else "")


def read(body: Mapping[str, Any], team: str) -> Pressed | None:
    """Read a `block_actions` payload; None for what is not a press under a message."""
    actions, where = body.get("actions"), mapping(body.get("container"))
    action = mapping(actions[0]) if isinstance(actions, list) and actions else {}
    channel, person = mapping(body.get("channel")), mapping(body.get("user"))
    blocks = mapping(body.get("message")).get("blocks")
    heading, mark = heading_of(blocks), Mark.read(action.get("value"))
    site = Site(
        channel=str(where.get("channel_id") or channel.get("id") or ""),
        message=str(where.get("message_ts") or ""),
        thread=str(where.get("thread_ts") or ""),
        private=where.get("is_ephemeral") is True,
        url=str(body.get("response_url") or ""),
        until=until(),
        heading=json.dumps(heading, ensure_ascii=False) if heading is not None else "",
    )
    pressed = Pressed(
        action=str(action.get("action_id") or ""),
        mark=mark if mark is not None and shows_review(blocks, mark.review) else None,
        team=team,
        person=str(person.get("id") or ""),
        at=str(action.get("action_ts") or ""),
        trigger=str(body.get("trigger_id") or ""),
        site=site,
        channel_name=str(channel.get("name") or ""),
    )
    return pressed if site.channel and site.message and pressed.person else None
