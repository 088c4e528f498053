"""The tree of errors, drawn by what a caller can do about each.

ParleyError
├── ConfigError            the operator mends a setting; the program does not start
├── StoreError
│   ├── StoreUnavailable   wait and try again; nothing may be acknowledged meanwhile
│   ├── LostLease          stop at once; another worker owns the thread now
│   ├── NewerVersion       leave it untouched for a newer release
│   └── MalformedValue     set it aside; it will never be readable
├── ModelError
│   ├── ModelTemporary     try again, after `retry_after` seconds when the provider says so
│   ├── ModelRejected      trying again cannot help; the operator mends key, model or request
│   ├── ContextTooLong     ask again with less
│   └── ModelRefused       the provider's filter will not answer this
├── ToolError
│   ├── AskAgain           the model may correct its call
│   └── ToolFailed         the matter is closed; the model tells the person why
└── PlatformError
    ├── PlatformTemporary  try the write again, after `retry_after` seconds when told
    ├── PlatformGone       the place to write to is gone or closed; nobody can be answered there
    ├── PlatformRejected   these words are not taken; others may stand in their place
    └── PlatformRefused    token or permission; the operator mends it
"""

from __future__ import annotations


class ParleyError(Exception):
    """Anything that this project raises on purpose."""


class ConfigError(ParleyError):
    """A setting is missing or wrong. The text names the variable, what was read and what to do."""


class StoreError(ParleyError):
    """The store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot be reached."""


class LostLease(StoreError):
    """The thread's lease has passed to another worker."""


class NewerVersion(StoreError):
    """A stored value was written by a newer release."""


class MalformedValue(StoreError):
    """A stored value cannot be read."""


class ModelError(ParleyError):
    """The model did not give an answer. `status` is the provider's HTTP status, 0 without one."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class ModelTemporary(ModelError):
    """Trying again may help. `retry_after` is in seconds, None when the provider did not say."""

    def __init__(
        self, message: str, *, status: int = 0, retry_after: float | None = None, busy: bool = False
    ) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after
        self.busy = busy
        """The provider turned us away for its load or our rate, and did not fail."""


class ModelRejected(ModelError):
    """The provider will never take this request: key, model name, quota or parameters."""


class ContextTooLong(ModelError):
    """The request is longer than the model reads."""


class ModelRefused(ModelError):
    """The provider's content filter stopped the request or the answer."""


class ToolError(ParleyError):
    """A tool has no result. The text goes to the model."""


class AskAgain(ToolError):
    """The call was wrong in a way that the model can correct; the text says how."""


class ToolFailed(ToolError):
    """The tool cannot do it now; the text says why and what a person can do."""


class PlatformError(ParleyError):
    """A platform did not take a write or give a read."""


class PlatformTemporary(PlatformError):
    """Trying again may help. `retry_after` is in seconds, None when the platform did not say."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PlatformGone(PlatformError):
    """The channel, thread or message is deleted, archived or closed to the bot."""


class PlatformRejected(PlatformError):
    """The platform does not take these words there: a link, a length, a filter of the place."""


class PlatformRefused(PlatformError):
    """The token or a permission does not allow it."""
