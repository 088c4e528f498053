"""What people do with the app beside writing: commands, buttons, menus, dialogs.

Each returns an `Outcome` once the app has responded or its three seconds are over (`wait=False`:
at once). What Discord's client would not let the person do raises LookupError, ValueError or
PermissionError instead of reaching the app.
"""

from __future__ import annotations

from typing import Any

from . import interactions_commands as commands
from .clicks_components import Used, pressed, selected
from .inspection import Inspection
from .interactions_core import Interactions
from .interactions_modals import filled_in
from .interactions_payloads import resolved
from .interactions_records import Callback, InteractionKind, Modal, Outcome
from .payloads import message_payload
from .records import Channel, Message, User

CHAT_INPUT, MESSAGE_COMMAND = 1, 3


class Clicks(Interactions, Inspection):
    """The interactions of people."""

    async def runs(
        self,
        channel: str | Channel,
        user: str | User,
        command: str,
        /,
        *,
        locale: str | None = None,
        wait: bool = True,
        **options: Any,
    ) -> Outcome:
        """Run a slash command; `command` names subcommands after a blank.

        Options take plain values, User, Role and Channel objects, and files as (name, bytes).
        """
        return await self._command(channel, user, command, options, None, locale=locale, wait=wait)

    async def types(
        self,
        channel: str | Channel,
        user: str | User,
        command: str,
        focused: str,
        /,
        *,
        locale: str | None = None,
        wait: bool = True,
        **options: Any,
    ) -> Outcome:
        """Type into the option `focused` of a command; the offers are the outcome's `choices`."""
        return await self._command(
            channel, user, command, options, focused, locale=locale, wait=wait
        )

    async def _command(
        self,
        channel: str | Channel,
        user: str | User,
        name: str,
        options: dict[str, Any],
        focused: str | None,
        *,
        locale: str | None,
        wait: bool,
    ) -> Outcome:
        where, person = self.place(channel), self.person(user)
        first, *path = name.split()
        command, scope = commands.find(self, first, CHAT_INPUT, where)
        commands.may_use(self, where, person.id, command)
        owners = commands.owners(self, where, person.id, command)
        filled = commands.fill(self, where, command, path, options, focused)
        data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": CHAT_INPUT}
        if scope is not None:
            data["guild_id"] = scope
        if filled.options:
            data["options"] = filled.options
        references = resolved(
            self,
            where,
            users=filled.users,
            roles=filled.roles,
            channels=filled.channels,
            attachments=filled.attachments,
        )
        if references:
            data["resolved"] = references
        kind = InteractionKind.AUTOCOMPLETE if focused else InteractionKind.COMMAND
        interaction = self.open_interaction(
            kind, person.id, where, data, owners, locale=locale, name=name
        )
        return await self.outcome(interaction, wait=wait)

    async def chooses(
        self,
        message: Message,
        command: str,
        user: str | User,
        /,
        *,
        locale: str | None = None,
        wait: bool = True,
    ) -> Outcome:
        """Choose a message command from a message's menu."""
        where, person = self.channels[message.channel_id], self.person(user)
        found, scope = commands.find(self, command, MESSAGE_COMMAND, where)
        commands.may_use(self, where, person.id, found)
        owners = commands.owners(self, where, person.id, found)
        data: dict[str, Any] = {
            "id": found["id"],
            "name": found["name"],
            "type": MESSAGE_COMMAND,
            "target_id": message.id,
            # The whole message, with or without the message content intent.
            "resolved": resolved(self, where, messages=[message_payload(self, message)]),
        }
        if scope is not None:
            data["guild_id"] = scope
        interaction = self.open_interaction(
            InteractionKind.COMMAND,
            person.id,
            where,
            data,
            owners,
            locale=locale,
            name=command,
            message_command=True,
        )
        return await self.outcome(interaction, wait=wait)

    # -- components ---------------------------------------------------------------------------

    async def presses(
        self,
        message: Message,
        button: str,
        user: str | User,
        /,
        *,
        locale: str | None = None,
        wait: bool = True,
    ) -> Outcome:
        """Press a button, named by its label, emoji or custom id."""
        used = pressed(message, button)
        return await self._use(message, used, user, locale=locale, wait=wait)

    async def picks(
        self,
        message: Message,
        menu: str,
        values: list[Any],
        user: str | User,
        /,
        *,
        locale: str | None = None,
        wait: bool = True,
    ) -> Outcome:
        """Choose in a select menu, named by its custom id; objects or option values."""
        used = selected(message, menu, values)
        return await self._use(message, used, user, locale=locale, wait=wait)

    async def _use(
        self, message: Message, used: Used, user: str | User, *, locale: str | None, wait: bool
    ) -> Outcome:
        where, person = self.channels[message.channel_id], self.person(user)
        if message.deleted:
            raise LookupError("the message is gone")
        hidden = message.visible_to not in (None, person.id)
        if hidden or not self.can_view(person.id, where):
            raise PermissionError("this person does not see the message")
        data = dict(used.data)
        references = resolved(
            self, where, users=used.users, roles=used.roles, channels=used.channels
        )
        if references:
            data["resolved"] = references
        owners = _owners_of(message) or commands.owners(self, where, person.id, None)
        interaction = self.open_interaction(
            InteractionKind.COMPONENT,
            person.id,
            where,
            data,
            owners,
            locale=locale,
            message=message,
        )
        return await self.outcome(interaction, wait=wait)

    # -- dialogs ------------------------------------------------------------------------------

    async def submits(
        self,
        modal: Modal | None,
        values: dict[str, Any],
        /,
        *,
        locale: str | None = None,
        wait: bool = True,
    ) -> Outcome:
        """Submit the dialog that an outcome has opened, by whom it was opened for.

        `values` by custom id: text, lists for menus, lists of (name, bytes) for files.
        """
        if modal is None or modal.opened_by.response != Callback.MODAL:
            raise LookupError("no dialog is open")
        opener = modal.opened_by
        where = opener.channel
        shown, files = filled_in(
            modal.components, values, lambda value: commands.uploaded(self, where, value)
        )
        data: dict[str, Any] = {"custom_id": modal.custom_id, "components": shown}
        if files:
            data["resolved"] = resolved(self, where, attachments=files)
        interaction = self.open_interaction(
            InteractionKind.MODAL,
            opener.user_id,
            where,
            data,
            opener.owners,
            locale=locale or opener.payload["locale"],
            message=opener.message,
            trigger=opener,
        )
        return await self.outcome(interaction, wait=wait)


def _owners_of(message: Message) -> dict[str, str]:
    """Return for whom the app was installed where a message's own interaction came from."""
    behind = message.interaction or {}
    found: dict[str, str] = behind.get("authorizing_integration_owners", {})
    return found
