"""What is known of models by their names, as data: sizes, sight, and which parameters they take.

Sizes are those of the providers' model pages in November 2026. Models of OpenAI whose price doubles
above 272,000 tokens of input are entered with less than they read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

LimitName = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class Family:
    """One row: models whose names match `names` behave like this. Sizes are in tokens.

    `chat_effort` is the reasoning effort that has to be said on Chat Completions beside tools,
    where the model's own default would be refused; empty where nothing has to be said.
    """

    names: str
    context: int
    max_output: int
    sees_images: bool = False
    reasons: bool = False
    limit: LimitName = "max_tokens"
    role: Literal["system", "developer"] = "system"
    chat_effort: str = ""
    openai: bool = False


def _openai(
    names: str,
    context: int,
    max_output: int,
    *,
    sees_images: bool = True,
    reasons: bool = True,
    chat_effort: str = "",
) -> Family:
    """Return a family of OpenAI: `max_tokens` is refused by all that reason, and deprecated by all;
    those that reason take instructions from the developer role."""
    return Family(
        names,
        context,
        max_output,
        sees_images=sees_images,
        reasons=reasons,
        limit="max_completion_tokens",
        role="developer" if reasons else "system",
        chat_effort=chat_effort,
        openai=True,
    )


FAMILIES = (
    # OpenAI: https://platform.openai.com/docs/models
    _openai(r"gpt-4o\b.*|chatgpt-4o.*", 128_000, 16_384, reasons=False),
    _openai(r"gpt-4\.1\b.*", 400_000, 32_768, reasons=False),
    _openai(r"o[134]\b.*", 200_000, 100_000),
    _openai(r"gpt-5\.[6-9]\b.*|gpt-[6-9]\b.*", 400_000, 128_000, chat_effort="none"),
    _openai(r"gpt-5\b.*", 400_000, 128_000),
    Family(r"gpt-oss.*", 131_072, 32_768, reasons=True),
    # https://api-docs.deepseek.com/quick_start/pricing
    Family(r"deepseek-(flash|v[4-9]).*", 400_000, 64_000, reasons=True),
    Family(r"deepseek.*", 64_000, 8_192, reasons=True),
    # https://help.aliyun.com/zh/model-studio/models
    Family(r"qwen.*-?vl.*|qvq.*|qwen.*omni.*", 128_000, 8_192, sees_images=True),
    Family(r"qwen3.*|qwen-(plus|max|flash|turbo).*|qwq.*", 128_000, 16_384),
    Family(r"qwen.*", 32_768, 8_192),
    # https://platform.moonshot.ai/docs, https://docs.z.ai, https://www.volcengine.com/docs/82379
    Family(r"kimi-k(2\.5|2\.6|[3-9]).*", 256_000, 32_768, sees_images=True, reasons=True),
    Family(r"kimi.*|moonshot.*128k", 128_000, 16_384),
    Family(r"moonshot.*32k", 32_768, 8_192),
    Family(r"moonshot.*", 8_192, 4_096),
    Family(r"glm-[4-9].*v\b.*", 64_000, 16_384, sees_images=True),
    Family(r"glm-[4-9].*", 128_000, 16_384),
    Family(r"doubao.*(vision|seed).*|seed.*", 128_000, 16_384, sees_images=True),
    Family(r"doubao.*", 32_768, 4_096),
    Family(r"minimax.*", 200_000, 16_384),
    Family(r"yi-lightning.*", 16_384, 4_096),
    Family(r"yi-.*", 16_384, 4_096),
    # https://ai.google.dev/gemini-api/docs/models, https://docs.claude.com/en/docs/about-claude
    Family(r"gemini.*", 400_000, 32_768, sees_images=True, reasons=True),
    Family(r"claude.*", 200_000, 8_192, sees_images=True),
    Family(r"grok.*", 128_000, 16_384),
    Family(r"(mistral|magistral|ministral|devstral|codestral).*", 128_000, 16_384),
    Family(r"pixtral.*|llama-?4.*|gemma-?[3-9].*", 128_000, 8_192, sees_images=True),
    Family(r"llama-?3\.[1-9].*|meta-llama-3\.[1-9].*", 128_000, 8_192),
)
UNKNOWN = Family(r".*", 32_768, 4_096)
"""Small enough for nearly any model of today. What a service then says of its own limit is learnt
at run time (`bot.models.http_model`)."""


@lru_cache(maxsize=64)
def family_of(model: str) -> Family:
    """Return what is known of the model called `model`, with or without a vendor before a slash.

    Fine-tuned names ("ft:gpt-4.1:…") count as what they were made from.
    """
    name = model.lower().rsplit("/", 1)[-1].removeprefix("ft:")
    for family in FAMILIES:
        if re.fullmatch(family.names, name):
            return family
    return UNKNOWN
