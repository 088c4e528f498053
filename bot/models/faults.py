"""Decides what a model service's complaint means for the caller: which `ModelError` it is. Pure.

The wordings are those of the error pages of OpenAI, Azure, DeepSeek, DashScope, Ark, Zhipu, Gemini,
OpenRouter, Groq, vLLM, llama.cpp and Ollama. No message carries a secret: `complaints` hides them.
"""

from __future__ import annotations

import re

from bot.errors import ContextTooLong, ModelError, ModelRefused, ModelRejected, ModelTemporary
from bot.models.complaints import Complaint

_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|context[ _](?:length|window|size).{0,40}exceed"
    r"|exceed.{0,60}context|maximum context length|max_model_len|prompt is too long"
    r"|input is too long|too many (?:input )?tokens|request too large|reduce the length"
    r"|range of input length should be|input (?:token count|length).{0,40}exceed"
    r"|(?:max|maximum) (?:input|prompt) (?:length|tokens)",
)
_FILTERED = re.compile(
    r"content_filter|content_policy|contentfilter|responsibleaipolicy|data_?inspection"
    r"|sensitivecontent|sensitive content|inappropriate content|content management policy"
    r"|prohibited_content|moderation|usage polic",
)
_FILTERED_CODE = "1301"
"""Zhipu's: https://docs.bigmodel.cn/cn/api/api-code"""
_UNPAID = re.compile(
    r"insufficient_quota|insufficient_user_quota|billing_hard_limit|billing_not_active"
    r"|insufficient (?:account )?balance|insufficient credits|arrearage|overdue|account_deactivated"
)
_CONTEXT = re.compile(
    r"(?:context (?:length|window|size)(?: is| of)?|max_model_len|n_ctx)\D{0,20}?(\d{3,8})"
    r"|limit:? (\d{3,8}),? requested",
)
_BUSY = frozenset({429, 503, 529})
_TEMPORARY = frozenset({408, 409, 423, 425, 499})
_HINTS = {
    401: "check OPENAI_API_KEY",
    402: "top up the account",
    403: "check what OPENAI_API_KEY may use",
    404: "check OPENAI_MODEL, and that OPENAI_BASE_URL includes /v1",
    405: "check OPENAI_BASE_URL, which includes /v1",
}


def judge(complaint: Complaint) -> ModelError:
    """Return the error that `complaint` amounts to."""
    status, words = complaint.status, f"{complaint.codes} {complaint.message}".lower()
    text = _sentence(complaint)
    if complaint.is_page and status < 400:
        return ModelRejected(text, status=status)
    if status < 500 and _TOO_LONG.search(words):
        return ContextTooLong(text, status=status)
    if status < 500 and (_FILTERED.search(words) or _FILTERED_CODE in complaint.codes.split()):
        return ModelRefused(text, status=status)
    if status == 402 or _UNPAID.search(words):
        return ModelRejected(f"{text}; the account has no credit left", status=status)
    if _temporary(complaint, words):
        return ModelTemporary(
            text,
            status=status,
            retry_after=complaint.retry_after,
            busy=status in _BUSY or "rate_limit" in words or "overloaded" in words,
        )
    return ModelRejected(text, status=status)


def context_in(complaint: Complaint) -> int:
    """Return the context size in tokens that a complaint about length names, 0 when it does not."""
    found = _CONTEXT.search(complaint.message.lower().replace(",", ""))
    return int(found.group(1) or found.group(2)) if found else 0


def unreachable(error: BaseException) -> ModelError:
    """Return the error for a connection that could not be made or broke.

    The library's own text is left out: it may name addresses with credentials in them.
    """
    names = {type(cause).__name__ for cause in _causes(error)}
    if any("Certificate" in name for name in names):
        return ModelRejected(
            "the model service's certificate is not trusted; check OPENAI_BASE_URL and the "
            "system's CA certificates (SSL_CERT_FILE)"
        )
    if names & {"UnsupportedProtocol", "InvalidURL", "NonHttpUrlClientError", "UnicodeEncodeError"}:
        return ModelRejected("the request cannot be sent; check OPENAI_BASE_URL and OPENAI_API_KEY")
    # The SDK's transport calls several kinds of trouble a timeout: the first cause decides.
    if any("Connector" in name or name == "ConnectError" for name in names):
        return ModelTemporary("the model service cannot be reached")
    if names & {"ServerDisconnectedError", "ConnectionResetError", "ClientOSError"}:
        return ModelTemporary("the connection to the model service broke")
    if any("Timeout" in name for name in names):
        return ModelTemporary("the model service did not answer in time")
    return ModelTemporary("the connection to the model service broke")


def _temporary(complaint: Complaint, words: str) -> bool:
    status = complaint.status
    if complaint.retry is not None and status >= 400:
        return complaint.retry
    if status in _BUSY or status in _TEMPORARY or status >= 500:
        return True
    if status >= 400:
        return False
    # Inside a stream there is no status, and a request that was turned down never got so far.
    return not re.search(r"invalid|not_found|unsupported|authentication|permission", words)


def _sentence(complaint: Complaint) -> str:
    status, said = complaint.status, complaint.message
    if complaint.is_page and status < 400:
        return "a web page came instead of an answer; check that OPENAI_BASE_URL includes /v1"
    lead = f"the model service answered {status}" if status else "the model service failed"
    sentence = f"{lead}: {said}" if said else lead
    hint = _HINTS.get(status)
    return f"{sentence} ({hint})" if hint else sentence


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or at.__context__
    return chain
