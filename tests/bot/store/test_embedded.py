"""The embedded store and its users: starting, sharing, dying and leaving, with real servers."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest

from bot.store.embedded import EmbeddedStore
from bot.store.locks import try_lock
from tests.bot.store.embedded_servers import (
    User,
    answers,
    client,
    keeper_pid,
    kill_server,
    linux_only,
    permissions,
    remember,
    remembered,
    running,
    server_pid,
    until,
    used,
)

pytest_plugins = ("tests.bot.store.embedded_fixtures",)


@pytest.mark.usefixtures("each_server")
async def test_what_was_written_is_there_after_a_stop_and_a_start(data_dir: Path) -> None:
    async with used(data_dir) as url:
        remember(url, "kept")
    assert not running(data_dir)
    async with used(data_dir) as again:
        assert again == url
        assert remembered(again) == "kept"


@pytest.mark.usefixtures("each_server")
async def test_the_server_is_durable_never_evicts_and_listens_on_a_private_socket_only(
    data_dir: Path,
) -> None:
    async with used(data_dir) as url:
        with client(url) as store:
            settings = store.config_get()
        assert settings["appendonly"] == "yes"
        assert settings["appendfsync"] == "no"  # the keeper syncs each second
        assert settings["maxmemory-policy"] == "noeviction"
        assert settings["aof-load-truncated"] == "yes"
        assert settings["save"] == ""
        assert settings["port"] == "0"
        assert url == f"unix://{settings['unixsocket']}?db=0"
        assert permissions(Path(settings["unixsocket"])) == 0o700
        assert permissions(data_dir / "store") == 0o700


@pytest.mark.usefixtures("each_server")
async def test_eight_processes_that_start_at_once_share_one_server(
    data_dir: Path, users: list[User]
) -> None:
    users += [User(data_dir) for _ in range(8)]
    urls = [await user.url() for user in users]
    assert len(set(urls)) == 1
    assert len({server_pid(url) for url in urls}) == 1
    assert len(running(data_dir)) == 2  # the server and its keeper


@pytest.mark.usefixtures("each_server")
async def test_the_server_outlives_the_process_that_started_it(
    data_dir: Path, users: list[User]
) -> None:
    users.append(User(data_dir))
    url = await users[0].url()
    remember(url, "kept")
    pid = server_pid(url)
    users[0].kill()
    async with used(data_dir) as again:
        assert (again, server_pid(again), remembered(again)) == (url, pid, "kept")


@pytest.mark.usefixtures("each_server")
async def test_a_killed_server_comes_back_by_itself_with_its_data(data_dir: Path) -> None:
    async with used(data_dir) as url:
        for round_ in range(3):
            remember(url, str(round_))
            kill_server(url)
            await until(lambda: not answers(url))
            await until(lambda: answers(url))
            assert remembered(url) == str(round_)


async def test_starting_again_returns_once_a_killed_server_answers_again(data_dir: Path) -> None:
    store = EmbeddedStore(data_dir)
    url = await store.start()
    try:
        remember(url, "kept")
        kill_server(url)
        await until(lambda: not answers(url))
        await store.start()
        assert answers(url)
        assert remembered(url) == "kept"
    finally:
        await store.stop()


async def test_eight_users_of_a_killed_server_bring_back_one(
    data_dir: Path, users: list[User]
) -> None:
    users += [User(data_dir) for _ in range(8)]
    urls = [await user.url() for user in users]
    url = urls[0]
    kill_server(url)
    await until(lambda: not answers(url))
    await until(lambda: answers(url))
    await until(lambda: len(running(data_dir)) == 2)


async def test_the_server_ends_with_its_last_user_and_not_before(data_dir: Path) -> None:
    first, second = EmbeddedStore(data_dir), EmbeddedStore(data_dir)
    url = await first.start()
    await second.start()
    await first.stop()
    assert answers(url)
    await second.stop()
    assert not running(data_dir)


async def test_who_starts_while_the_last_user_leaves_gets_a_server_that_lives(
    data_dir: Path,
) -> None:
    leaving = EmbeddedStore(data_dir)
    await leaving.start()
    for step in range(12):
        coming = EmbeddedStore(data_dir)
        stop = asyncio.create_task(leaving.stop())
        await asyncio.sleep(step * 0.003)
        url = await coming.start()
        assert await asyncio.to_thread(answers, url)
        await stop
        assert await asyncio.to_thread(answers, url)
        leaving = coming
    await leaving.stop()


async def test_starting_twice_is_starting_once(data_dir: Path) -> None:
    store = EmbeddedStore(data_dir)
    urls = await asyncio.gather(store.start(), store.start(), store.start())
    assert len(set(urls)) == 1
    await store.stop()
    assert not running(data_dir)
    await store.stop()


@pytest.mark.usefixtures("each_server")
async def test_a_server_whose_users_were_all_killed_ends_by_itself(
    data_dir: Path, users: list[User]
) -> None:
    users += [User(data_dir, idle_seconds=0.6) for _ in range(2)]
    for user in users:
        await user.url()
    for user in users:
        user.kill()
    assert running(data_dir)
    await until(lambda: not running(data_dir))


async def test_a_server_with_any_client_is_not_idle(data_dir: Path, users: list[User]) -> None:
    users.append(User(data_dir, idle_seconds=0.3))
    url = await users[0].url()
    pid = server_pid(url)
    with client(url) as someone:
        someone.ping()
        users[0].kill()
        await asyncio.sleep(1.2)  # four times what it would wait without a client
        assert someone.info("server")["process_id"] == pid
    await until(lambda: not running(data_dir))


async def test_a_server_whose_next_user_is_on_the_way_is_not_ended(
    data_dir: Path, users: list[User]
) -> None:
    users.append(User(data_dir, idle_seconds=0.3))
    url = await users[0].url()
    pid = server_pid(url)
    coming = try_lock(data_dir / "store" / "users.lock", shared=True)
    assert coming is not None
    users[0].kill()
    await asyncio.sleep(1.2)  # four times what it would wait if nobody came
    assert server_pid(url) == pid
    os.close(coming)
    await until(lambda: not running(data_dir))


async def test_a_server_whose_folder_was_removed_ends(data_dir: Path, users: list[User]) -> None:
    users.append(User(data_dir))
    await users[0].url()
    users[0].kill()
    shutil.rmtree(data_dir)
    await until(lambda: not running(data_dir))
    assert "data" not in os.listdir(data_dir.parent)


async def test_a_user_whose_socket_file_was_removed_gets_a_reachable_server_back(
    data_dir: Path,
) -> None:
    async with used(data_dir) as url:
        remember(url, "kept")
        (data_dir / "store" / "r.sock").unlink()
        await until(lambda: answers(url))
        assert remembered(url) == "kept"


async def test_a_user_whose_folder_was_removed_gets_a_new_server_and_counts_as_its_user(
    data_dir: Path,
) -> None:
    async with used(data_dir) as url:
        shutil.rmtree(data_dir)
        await until(lambda: answers(url))
        remember(url, "new")
        async with used(data_dir):
            pass  # one more user of the new folder comes and goes
        assert remembered(url) == "new"


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(
    data_dir: Path, users: list[User]
) -> None:
    first, other = User(data_dir), User(data_dir)
    users += [first, other]
    url = await first.url()
    assert await other.url() == url  # else whoever ends in order may end the server as its last
    first.signal(signal.SIGINT)
    first.process.communicate()
    assert answers(url)
    assert os.getsid(server_pid(url)) != first.process.pid


@linux_only
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_a_server_never_stays_without_its_keeper(data_dir: Path, number: int) -> None:
    async with used(data_dir) as url:
        remember(url, "kept")
        first = server_pid(url)
        os.kill(keeper_pid(data_dir), number)
        await until(lambda: server_pid(url) not in (None, first))
        assert remembered(url) == "kept"
        await until(lambda: len(running(data_dir)) == 2)


async def test_a_start_that_is_killed_at_any_moment_leaves_nothing_in_the_way(
    data_dir: Path, users: list[User]
) -> None:
    for step in range(8):
        user = User(data_dir)
        users.append(user)
        await until(lambda: (data_dir / "store" / "start.lock").exists())
        await asyncio.sleep(step * 0.01)
        user.kill()
        async with used(data_dir) as url:
            assert answers(url)
        shutil.rmtree(data_dir)


async def test_a_start_that_is_cancelled_leaves_no_user_behind(data_dir: Path) -> None:
    for step in range(8):
        impatient = EmbeddedStore(data_dir)
        start = asyncio.create_task(impatient.start())
        await asyncio.sleep(step * 0.01)
        if not start.cancel():  # the machine was fast: it has started
            await impatient.stop()
        await asyncio.wait([start])
        async with used(data_dir) as url:
            assert answers(url)
        assert not running(data_dir)
