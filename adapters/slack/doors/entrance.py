"""How Slack's requests come in: over sockets where there is an app token, else over HTTP.

Both ways end in the same listener; nobody behind this knows which one it was.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from adapters.slack.client import SlackClient
from adapters.slack.doors.door import Door
from adapters.slack.doors.sockets import Sockets
from adapters.slack.listener import SlackListener
from bot.platform import Health


class Entrance:
    """The one way in that the settings name. Where both could be had, it is the sockets."""

    def __init__(
        self, client: SlackClient, app_token: str, signing_secret: str, listener: SlackListener
    ) -> None:
        self._sockets = Sockets(client, app_token, listener.answer) if app_token else None
        over_http = bool(signing_secret) and not app_token
        self._door = Door(signing_secret, listener.take) if over_http else None
        self._used = False

    def routes(self) -> list[web.RouteDef]:
        """Return what the web server is to serve."""
        return self._door.routes() if self._door is not None else []

    async def run(self) -> None:
        """Let requests in until cancelled. Raises `ConfigError` for a refused app token."""
        self._used = True
        if self._sockets is not None:
            await self._sockets.run()
            return
        if self._door is not None:
            # It stays open while answers end: what comes then is stored, for whoever is next.
            self._door.open()
        await asyncio.Event().wait()

    def health(self) -> Health:
        """Tell, without any call, whether requests come in, where this process lets them in."""
        if not self._used or self._sockets is None:
            return Health(True)
        return self._sockets.health()

    def close(self) -> None:
        """Let no more requests in."""
        if self._door is not None:
            self._door.close()
