"""The house: every part of the core, opened in order and closed in reverse.

Used by each command that needs the store or the model; it knows no platform.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.allowances import Limits
from bot.conversations import Conversations
from bot.engine import Engine
from bot.errors import ConfigError, StoreUnavailable
from bot.events import Feedback
from bot.guard.masking import mask
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.models.choose import build
from bot.models.port import Model
from bot.reviews.desk import Desk
from bot.reviews.door import Reviews
from bot.reviews.pulling import Pulling
from bot.reviews.pushes import Pushes
from bot.settings import Settings
from bot.settings.faults import unusable_data_dir
from bot.store.connection import Connection
from bot.store.embedded import EmbeddedStore
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from bot.store.owners import OwnerLock
from bot.store.preferences import PreferenceBook
from bot.store.reviews import ReviewStore
from bot.store.usage import Usage
from bot.store.watches import Watches
from bot.tools.toolbox import Toolbox, open_toolbox

if TYPE_CHECKING:
    from bot.review.reading.pulls import Forges

STORE_SECONDS = 5.0
"""How long a store that does not answer is waited for at the start: it may start beside us."""

BOT_NAME = "Parley"


@dataclass(frozen=True, slots=True)
class House:
    """What the commands share."""

    settings: Settings
    metrics: Metrics
    connection: Connection
    owner: OwnerLock
    inbox: Inbox
    histories: Histories
    preferences: PreferenceBook
    model: Model
    toolbox: Toolbox
    conversations: Conversations
    desk: Desk
    pushes: Pushes


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open every part. Raises `ConfigError` for a setting that cannot be used."""
    async with AsyncExitStack() as stack:
        metrics = Metrics()
        connection = await open_store(settings, stack)
        owner = await _own(settings.data_dir, stack)
        model = open_model(settings)
        stack.push_async_callback(model.close)
        secrets = settings.secrets()
        toolbox = open_toolbox(
            forecast_url=settings.weather_api_url,
            geocoding_url=settings.geocoding_api_url,
            model=model,
            secrets=secrets,
        )
        stack.push_async_callback(toolbox.close)
        histories = Histories(connection, settings.history_ttl)

        def on_feedback(event: Feedback) -> None:
            metrics.feedback_given(event.thread.platform, event.value)

        hide = partial(mask, known=secrets)
        mailboxes = Mailboxes(connection, settings.history_ttl)
        kept = ReviewStore(connection, settings.history_ttl)
        inbox = Inbox(mailboxes, histories, on_feedback, hide=hide, reviews=kept)
        pulling = Pulling(partial(_forges, settings))
        stack.push_async_callback(pulling.close)
        watches = Watches(connection, settings.history_ttl)
        pushes = Pushes(watches, kept, pulling, inbox.put)
        reviews = Reviews(model, pulling, store=kept, pushes=pushes, hide=hide, metrics=metrics)
        conversations = Conversations(
            Engine(model, toolbox, hide=hide, metrics=metrics),
            histories,
            Usage(connection),
            reviews=reviews,
            bot_name=BOT_NAME,
            instructions=settings.instructions,
            limits=Limits(
                settings.turns_per_hour, settings.tokens_per_day, frozenset(settings.channels)
            ),
            secrets=secrets,
            leave=mailboxes.leave,
            metrics=metrics,
        )
        yield House(
            settings,
            metrics,
            connection,
            owner,
            inbox,
            histories,
            PreferenceBook(connection),
            model,
            toolbox,
            conversations,
            Desk(kept, hide),
            pushes,
        )


async def _own(data_dir: Path, stack: AsyncExitStack) -> OwnerLock:
    """Take this process's lock in its data folder. Raises `ConfigError` where none can be made."""
    owner = OwnerLock(data_dir)
    try:
        await asyncio.to_thread(owner.acquire)
    except OSError as error:
        raise unusable_data_dir(data_dir, error) from error
    stack.callback(owner.release)
    return owner


def _forges(settings: Settings) -> Forges:
    from bot.review.reading.pulls import Forges  # only a pull request pays for it

    return Forges.of(settings)


async def open_store(settings: Settings, stack: AsyncExitStack) -> Connection:
    """Connect to the configured store, or start the embedded one. Raises `ConfigError`."""
    try:
        if settings.redis_url is not None:
            url = settings.redis_url.get_secret_value()
        else:
            embedded = EmbeddedStore(settings.data_dir)
            url = await embedded.start()
            stack.push_async_callback(embedded.stop)
        connection = await _connected(url)
    except StoreUnavailable as error:
        raise _without_store(settings, error) from error
    stack.push_async_callback(connection.close)
    return connection


async def _connected(url: str) -> Connection:
    """Return a connection once the store answers. Raises `StoreUnavailable`."""
    deadline = time.monotonic() + STORE_SECONDS
    while True:
        try:
            return await Connection.open(url)
        except StoreUnavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.3)


def _without_store(settings: Settings, error: StoreUnavailable) -> ConfigError:
    """Word for the operator that the store does not answer: another's, or our own."""
    why = str(error).rstrip(".")
    if settings.redis_url is not None:
        return ConfigError(
            f"REDIS_URL: {why}. Expected: a running Redis 6.2 or newer, Valkey or Redis Cluster "
            "at that address; leave REDIS_URL out for the embedded store."
        )
    folder = settings.data_dir.resolve() / "store"
    return ConfigError(
        f"DATA_DIR: the embedded store in {folder} does not answer: {why}. Its "
        "log is server.log in that folder. Start once more, let `doctor` look at it, or set "
        "REDIS_URL to a server of your own."
    )


def open_model(settings: Settings) -> Model:
    """Build the configured model, or the offline one."""
    key, org = settings.openai_api_key, settings.openai_org_id
    return build(
        key.get_secret_value() if key else None,
        settings.openai_base_url,
        org.get_secret_value() if org else None,
        settings.openai_model,
        settings.openai_api,
    )
