"""The store's contract, on every kind of server that this machine has."""

from __future__ import annotations

from tests.contracts.store import StoreContract

pytest_plugins = ("tests.store_fixtures",)


class TestStores(StoreContract):
    """Valkey, Redis, and a cluster of three."""
