"""Who and what gets in: the key, the model's name, the size of the conversation.

Called by `server.py` for each request, before the checks of the wire; raises `Rejected`.
"""

from __future__ import annotations

from typing import Any

from . import chat
from .families import GONE, Family, family_of
from .records import ModelRequest
from .rejections import Rejected

_LOOKALIKE = Family(".*")  # what is known of a look-alike's model: nothing


def check_body(body: Any) -> None:
    """Raise unless the body was a JSON object."""
    if isinstance(body, dict) and body:
        return
    raise Rejected(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
        "using your HTTP library correctly. The OpenAI API expects a JSON payload.)"
    )


def check_key(authorization: str, key: str) -> None:
    """Raise the 401 of a missing or a wrong key."""
    scheme, _, given = authorization.partition(" ")
    if scheme != "Bearer" or not given:
        raise Rejected(
            "You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
            status=401,
        )
    if given != key:
        shown = f"{given[:8]}{'*' * max(0, len(given) - 12)}{given[-4:]}"
        raise Rejected(
            f"Incorrect API key provided: {shown}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            status=401,
            code="invalid_api_key",
        )


def family_for(body: dict[str, Any], *, openai: bool) -> Family:
    """Return the rules for the requested model; raise for a model that cannot be asked this way."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise Rejected("you must provide a model parameter")
    if not openai:
        return _LOOKALIKE
    if GONE.fullmatch(model):
        message = f"The model `{model}` has been deprecated, learn more here: "
        message += "https://platform.openai.com/docs/deprecations"
        raise Rejected(message, code="model_not_found", status=404)
    family = family_of(model)
    if family is None:
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise Rejected(message, code="model_not_found", status=404)
    if not family.chat and "messages" in body:
        message = "This model is only supported in v1/responses and not in v1/chat/completions."
        raise Rejected(message, param="model", status=404)
    return family


def check_size(record: ModelRequest, limit: int) -> None:
    """Raise unless the conversation, at four bytes a token, fits `limit` tokens."""
    instructions = str(record.body.get("instructions") or "")
    size = (len(chat.dumps(record.messages)) + len(instructions)) // 4
    if size <= limit:
        return
    if record.wire == "responses":
        message = (
            "Your input exceeds the context window of this model. Please adjust your input and try "
            "again."
        )
        raise Rejected(message, param="input", code="context_length_exceeded")
    raise Rejected(
        f"This model's maximum context length is {limit} tokens. However, your messages resulted "
        f"in {size} tokens. Please reduce the length of the messages.",
        param="messages",
        code="context_length_exceeded",
    )
