"""What questions to a model have cost, in US dollars, by the price table of genai-prices.

The table is the one that the package carries: nothing is fetched. It is imported in a thread at the
first question about money, because the import takes 0.17 s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence

from bot.models.port import ModelSpec, Usage

_log = logging.getLogger(__name__)


async def dollars(spec: ModelSpec, spent: Iterable[Usage]) -> float | None:
    """Return what questions have cost together, each given by its usage; None where the price is
    not known: of a model without a service, of a service or a model that the table lacks.

    Each question counts by itself, for large ones are dearer by the token.
    """
    spent = [usage for usage in spent if usage.input or usage.output]
    if not spec.service or not spent:
        return None
    return await asyncio.to_thread(_dollars, spec, spent)


def _dollars(spec: ModelSpec, spent: Sequence[Usage]) -> float | None:
    try:
        from genai_prices import Usage as Counted
        from genai_prices import calc_price

        prices = (
            calc_price(
                Counted(
                    input_tokens=usage.input,
                    output_tokens=usage.output,
                    cache_read_tokens=min(usage.cached, usage.input),
                ),
                spec.name,
                provider_api_url=spec.service,
            )
            for usage in spent
        )
        return float(sum(price.total_price for price in prices))
    except LookupError:
        return None
    except Exception:  # only the library runs here, and no answer is worth less for its price
        _log.exception("the price of %s could not be computed", spec.name)
        return None
