"""Installations are kept by workspace, and changed only by who has read what is there."""

from __future__ import annotations

import pytest

from bot.store.connection import Connection
from bot.store.installations import Installations

pytest_plugins = ("tests.store_fixtures",)


@pytest.fixture
def installations(store: Connection) -> Installations:
    return Installations(store)


async def test_each_workspace_has_its_own(installations: Installations) -> None:
    await installations.save("slack", "T1", "one")
    await installations.save("slack", "T2", "two")
    await installations.save("discord", "T1", "three")
    assert await installations.get("slack", "T1") == "one"
    assert await installations.get("slack", "T2") == "two"
    assert await installations.get("slack", "T3") is None
    await installations.save("slack", "T1", "again")
    assert await installations.get("slack", "T1") == "again"


async def test_they_never_end_by_themselves(
    installations: Installations, store: Connection
) -> None:
    await installations.save("slack", "T1", "one")
    await installations.replace("slack", "T1", "one", "two")
    (name,) = await store.command("keys", "*")
    assert await store.command("ttl", name) == -1


async def test_a_newer_one_is_neither_removed_nor_overwritten(installations: Installations) -> None:
    await installations.save("slack", "T1", "new")
    await installations.remove("slack", "T1", "old")
    await installations.replace("slack", "T1", "old", "renewed")
    assert await installations.get("slack", "T1") == "new"
    await installations.replace("slack", "T1", "new", "renewed")
    assert await installations.get("slack", "T1") == "renewed"
    await installations.remove("slack", "T1", "renewed")
    assert await installations.get("slack", "T1") is None
    await installations.remove("slack", "T1", "renewed")


async def test_a_strange_name_stays_a_name(installations: Installations) -> None:
    await installations.save("slack", "T{1}:sealed\n", "odd")
    assert await installations.get("slack", "T{1}:sealed\n") == "odd"
    assert await installations.get("slack", "T") is None
