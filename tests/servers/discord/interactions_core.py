"""The interactions of people with the app: opened, told to the gateway, timed, and found again.

The first response must come within three seconds, the token is good for fifteen minutes, both on
the server's clock. What may be answered is in `callbacks` and `webhooks`; what people do is in
`clicks`.
"""

from __future__ import annotations

import secrets
from typing import Any

from .interactions_commands import context_of
from .interactions_payloads import interaction_payload
from .interactions_records import (
    ACK_SECONDS,
    TOKEN_SECONDS,
    Interaction,
    InteractionKind,
    Outcome,
)
from .records import Channel, Message
from .world import World


class Interactions(World):
    """A world in which people use commands, components and dialogs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.ack_seconds = ACK_SECONDS
        self.interactions: dict[str, Interaction] = {}  # by token

    def open_interaction(
        self,
        kind: InteractionKind,
        user_id: str,
        channel: Channel,
        data: dict[str, Any],
        owners: dict[str, str],
        *,
        locale: str | None = None,
        name: str = "",
        message: Message | None = None,
        trigger: Interaction | None = None,
        message_command: bool = False,
    ) -> Interaction:
        """Start an interaction and send it to the app."""
        now = self.clock.now()
        interaction = Interaction(
            id=self.snowflakes.new(),
            token="aW50ZXJhY3Rpb246" + secrets.token_urlsafe(120),
            kind=kind,
            user_id=user_id,
            channel=channel,
            at=now,
            owners=owners,
            context=context_of(self, channel),
            name=name,
            message=message,
            trigger=trigger,
            message_command=message_command,
            expires=now + TOKEN_SECONDS,
        )
        spoken = locale or self.users[user_id].locale
        interaction.payload = interaction_payload(self, interaction, data, spoken)
        self.interactions[interaction.token] = interaction
        self.clock.call_later(self.ack_seconds, lambda: self._give_up(interaction))
        self.emit(
            "INTERACTION_CREATE",
            interaction.payload,
            guild_id=channel.guild_id,
            channel_id=channel.id,
            author_id=user_id,
        )
        return interaction

    def _give_up(self, interaction: Interaction) -> None:
        """Let an interaction fail that nobody has answered in time."""
        if interaction.response is None:
            interaction.dead = True
            interaction.settled.set()
            self.changed()

    async def outcome(self, interaction: Interaction, *, wait: bool = True) -> Outcome:
        """Return how it went, once the first response is there or its time is over."""
        if wait:
            await interaction.settled.wait()
        return Outcome(interaction)

    def expire(self, outcome: Outcome) -> None:
        """Let the fifteen minutes of a token be over."""
        outcome.interaction.expires = self.clock.now() - 1

    def expired(self, interaction: Interaction) -> bool:
        return self.clock.now() >= interaction.expires
