"""Pull requests for reviews in conversations: read when they are reviewed, and asked later for
their newest commit. What reads them is imported when first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import ToolFailed
from bot.fetch import Fetcher
from bot.review.reading.links import Link

if TYPE_CHECKING:
    from bot.review.reading.pulls import Forges, Head, Pulled


class Pulling:
    """Asks the forges of the settings; one object serves a process. Without `forges` nobody may be
    asked. Both calls raise `ToolFailed` with a sentence for people."""

    def __init__(self, forges: Callable[[], Forges] | None = None) -> None:
        self._make_forges = forges
        self._opened: tuple[Fetcher, Forges] | None = None

    async def pulled(self, link: Link) -> Pulled:
        """Fetch what a pull request changes."""
        from bot.review.reading.pulls import pull

        return await pull(link, *self._open())

    async def head(self, link: Link) -> Head:
        """Ask for the newest commit of a pull request."""
        from bot.review.reading.pulls import head

        return await head(link, *self._open())

    def has_token(self, link: Link) -> bool:
        """Tell whether the forge is asked with a token of ours, which may ask far more often."""
        _, forges = self._open()
        return bool(forges.github_token if link.forge == "github" else forges.gitlab_token)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._opened is not None:
            await self._opened[0].close()

    def _open(self) -> tuple[Fetcher, Forges]:
        if self._make_forges is None:
            raise ToolFailed("pull requests cannot be fetched here")
        if self._opened is None:
            forges = self._make_forges()
            self._opened = (Fetcher(trusted=forges.hosts()), forges)
        return self._opened
