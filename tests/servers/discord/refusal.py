"""The one exception of the local Discord: an error answer in the API's JSON form.

discord.com/developers/docs/topics/opcodes-and-status-codes and reference#error-messages.
"""

from __future__ import annotations

from typing import Any

MESSAGES: dict[int, str] = {
    0: "401: Unauthorized",
    10002: "Unknown Application",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10011: "Unknown Role",
    10013: "Unknown User",
    10014: "Unknown Emoji",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    20016: "This action cannot be performed due to slowmode rate limit",
    20028: "The write action you are performing on the channel has hit the write rate limit.",
    30010: "Maximum number of reactions reached (20)",
    30032: "Maximum number of application commands reached",
    30034: "Max number of daily application command creates has been reached (200)",
    30046: "Maximum number of edits to messages older than 1 hour reached. Try again later",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    40062: "You are being rate limited.",
    40094: "This interaction has reached the maximum number of follow-up messages",
    50001: "Missing Access",
    50003: "Cannot execute action on a DM channel",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50008: "Cannot send messages in a non-text channel",
    50013: "Missing Permissions",
    50021: "Cannot execute action on a system message",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50033: "Invalid Recipient(s)",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    50160: "Cannot execute action on this message type",
    50278: "Cannot send messages to this user due to having no mutual guilds",
    90001: "Reaction was blocked",
    160002: "Cannot reply without permission to read message history",
    160004: "A thread has already been created for this message",
    160005: "Thread is locked",
}


class ApiError(Exception):
    """Answer with an HTTP status and `{"message": ..., "code": ..., "errors": ...}`."""

    def __init__(
        self, status: int, code: int, message: str = "", errors: dict[str, Any] | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.message = message or MESSAGES.get(code, "")
        self.errors = errors
        super().__init__(f"{status} {code} {self.message}")

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


def unknown(code: int) -> ApiError:
    """Refuse with one of the 100xx codes: there is no such thing."""
    return ApiError(404, code)


def forbidden(code: int) -> ApiError:
    """Refuse because the bot may not."""
    return ApiError(403, code)


def invalid(path: str, code: str, message: str) -> ApiError:
    """Refuse a body for one field that is wrong (50035)."""
    form = Form()
    form.wrong(path, code, message)
    return ApiError(400, 50035, errors=form.errors)


class Form:
    """Collects what is wrong with a body, field by field, and refuses with 50035."""

    def __init__(self) -> None:
        self.errors: dict[str, Any] = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note an error at a dotted path such as `components.0.components.1.label`."""
        place = self.errors
        for part in path.split(".") if path else ():
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, value: object, least: int, most: int) -> bool:
        """Check that a value is text within bounds; tell whether it is."""
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        elif len(value) > most and least == 0:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not value and least:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not least <= len(value) <= most:
            self.wrong(
                path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
            )
        else:
            return True
        return False

    def settle(self) -> None:
        """Raise when anything was wrong."""
        if self.errors:
            raise ApiError(400, 50035, errors=self.errors)
