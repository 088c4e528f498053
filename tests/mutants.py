"""Break each important guard in a copy of the project, and see whether a test notices.

`python -m tests.mutants` (`make mutants`) prints a table; `-k WORD` picks some. A guard whose
absence nobody notices is a guard that the next change may lose.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LUA = "bot/store/lua/"
SECONDS = 240
"""A run that takes longer has hung, which is noticed too."""

BOXES = "tests/bot/store/test_mailboxes.py"
AMENDING = "tests/bot/store/test_amending.py"
HISTORIES = "tests/bot/store/test_histories.py"
BUDGETS = "tests/bot/store/test_budgets.py"
USAGE = "tests/bot/store/test_usage.py"
MACHINE = "tests/bot/test_inbox_machine.py"
DISPATCHER = "tests/bot/test_dispatcher.py"
WORKER = "tests/bot/test_worker.py"
DELIVERY = "tests/test_fakes.py"
DOOR = "tests/adapters/slack/doors/test_door.py"
SIGNED = "tests/adapters/slack/doors/test_signature.py"
INSTALLED = "tests/adapters/slack/installation/test_installed.py"
SEALING = "tests/bot/guard/test_sealing.py"


@dataclass(frozen=True)
class Mutant:
    """One guard: where it stands, what it says, what stands there without it, who should notice."""

    guard: str
    path: str
    text: str
    without: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "a write needs the lease's own token",
        f"{LUA}common.lua",
        "return lease and string.match(lease, '^(%d+)|') == fence",
        "return lease",
        (BOXES, MACHINE),
    ),
    Mutant(
        "a known event is not stored again",
        f"{LUA}put.lua",
        "if state and state ~= 'heard' then\n",
        "if false then\n",
        (BOXES,),
    ),
    Mutant(
        "a delivered-again event wakes its thread",
        f"{LUA}put.lua",
        "'NX', now, thread) == 1 then make_due(thread, now) end\n  return 'known'",
        "'NX', now, 'nobody') == 2 then make_due(thread, now) end\n  return 'known'",
        (BOXES,),
    ),
    Mutant(
        "a taken thread is due only when its lease ends",
        f"{LUA}take.lua",
        "    redis.call('ZADD', due(thread), now + lease, thread)\n",
        "",
        (BOXES, MACHINE),
    ),
    Mutant(
        "a batch is frozen for the next attempt",
        f"{LUA}take.lua",
        "if #batch > 0 then return batch end",
        "",
        (BOXES, MACHINE),
    ),
    Mutant(
        "commands stand alone",
        f"{LUA}take.lua",
        "if alone and #batch > 0 then break end",
        "",
        (BOXES,),
    ),
    Mutant(
        "the longest waiting goes first",
        f"{LUA}take.lua",
        "table.sort(waiting, function(one, other) return one[2] < other[2] end)",
        "",
        (BOXES,),
    ),
    Mutant(
        "what came during a turn is due when it ends",
        f"{LUA}finish.lua",
        "  make_due(thread, now)\n",
        "",
        (BOXES,),
    ),
    Mutant(
        "an answered event stays known",
        f"{LUA}finish.lua",
        "  redis.call('SET', seen_key(thread, item), 'done', 'EX', identity_ttl)\n",
        "",
        (MACHINE,),
    ),
    Mutant(
        "an edit during the turn reaches history",
        f"{LUA}finish.lua",
        "elseif overlay and redis.call('HEXISTS', said, id) == 1 then",
        "elseif false then",
        (AMENDING, MACHINE),
    ),
    Mutant(
        "a reset during the turn holds",
        f"{LUA}finish.lua",
        "if redis.call('HGET', turn, 'forget') ~= '1' then",
        "if true then",
        (AMENDING, MACHINE),
    ),
    Mutant(
        "a half-answered message is not dropped silently when deleted",
        f"{LUA}delete.lua",
        "if in_running_batch(thread, item) then",
        "if false then",
        (AMENDING,),
    ),
    Mutant(
        "what is deleted before it comes is not answered",
        f"{LUA}delete.lua",
        "redis.call('SET', seen_key(thread, item), 'done', 'EX', ARGV[5])",
        "",
        (AMENDING,),
    ),
    Mutant(
        "the newest edit wins",
        f"{LUA}edit.lua",
        "before > tonumber(at)",
        "false",
        (AMENDING,),
    ),
    Mutant(
        "a summary of forgotten text is not kept",
        f"{LUA}fold.lua",
        "if (redis.call('HGET', meta, 'epoch') or '0') ~= epoch then return 0 end",
        "",
        (HISTORIES,),
    ),
    Mutant(
        "only who asked may stop",
        f"{LUA}stop.lua",
        "if not allowed then return 'not_allowed' end",
        "",
        (AMENDING, MACHINE),
    ),
    Mutant(
        "a second look waits for a running turn",
        f"{LUA}second_looks.lua",
        "if redis.call('EXISTS', key('turn', thread)) == 0 then",
        "if true then",
        (BOXES,),
    ),
    Mutant(
        "reservations count grants before them",
        f"{LUA}reserve.lua",
        "'(' .. (at - length), '(' .. (at + length))\nend",
        "'(' .. at, '(' .. (at + length))\nend",
        (BUDGETS,),
    ),
    Mutant(
        "growth leaves a share to the ends",
        f"{LUA}reserve.lua",
        "- tonumber(ARGV[i + 3]) - held",
        "- held",
        (BUDGETS,),
    ),
    Mutant(
        "a window lives as long as its last grant",
        f"{LUA}reserve.lua",
        "redis.call('PEXPIRE', name, last - now + length)",
        "redis.call('PEXPIRE', name, at - now + length)",
        (BUDGETS,),
    ),
    Mutant(
        "the longest pause holds",
        f"{LUA}pause.lua",
        "if tonumber(redis.call('GET', pause) or '0') < until_then then",
        "if true then",
        (BUDGETS,),
    ),
    Mutant(
        "a count always ends",
        f"{LUA}charge.lua",
        "if redis.call('PTTL', day) < 0 then",
        "if false then",
        (USAGE,),
    ),
    Mutant(
        "nothing is written to a platform near the lease's end",
        "bot/lease.py",
        "if self.lost.is_set() or self._clock() > self._deadline - MARGIN_SECONDS:",
        "if False:",
        ("tests/bot/test_lease.py", MACHINE),
    ),
    Mutant(
        "a lease is counted from before it was asked for",
        "bot/lease.py",
        "self._deadline = asked_at + LEASE_SECONDS\n        self._parts",
        "self._deadline = asked_at + 2 * LEASE_SECONDS\n        self._parts",
        ("tests/bot/test_lease.py",),
    ),
    Mutant(
        "halves of characters are replaced",
        "bot/codec.py",
        "    except ValueError:\n",
        "    except KeyError:\n",
        ("tests/bot/test_event_codec.py",),
    ),
    Mutant(
        "a drain waits for what is being taken",
        "bot/dispatcher.py",
        "async with asyncio.timeout(seconds), self._taking:",
        "async with asyncio.timeout(seconds):",
        (DISPATCHER,),
    ),
    Mutant(
        "a partition with more stands behind the others",
        "bot/dispatcher.py",
        "self._look_at[partition] = min(self._look_at[partition], _now())\n",
        "self._look_at[partition] = 0.0\n",
        (DISPATCHER,),
    ),
    Mutant(
        "a later lease of the same process ends the earlier turn",
        "bot/dispatcher.py",
        "before.lease.lost.set()",
        "pass",
        (DISPATCHER,),
    ),
    Mutant(
        "the answer is recorded before the platform hears its end",
        "bot/worker.py",
        "                await lease.answered(reply)\n",
        "                pass\n",
        (WORKER,),
    ),
    Mutant(
        "a batch that crashes its workers is given up",
        "bot/worker.py",
        "if lease.attempt > MOST_ATTEMPTS:",
        "if False:",
        (WORKER,),
    ),
    Mutant(
        "after several deaths a batch waits for the storm to pass",
        f"{LUA}take.lua",
        "if attempts < 3 then return 0 end",
        "if true then return 0 end",
        (BOXES,),
    ),
    Mutant(
        "a late mention knows what it has overtaken",
        f"{LUA}put.lua",
        "if overtaken and",
        "if false and",
        (BOXES,),
    ),
    Mutant(
        "what a late mention has overtaken is read",
        "bot/questioning.py",
        "if prepared.history.missed:",
        "if False:",
        ("tests/bot/test_conversations.py",),
    ),
    Mutant(
        "an apology that crashes is not tried for ever",
        "bot/setbacks.py",
        "if lease.attempt <= MOST_ATTEMPTS + MOST_APOLOGIES:",
        "if True:",
        (WORKER,),
    ),
    Mutant(
        "a turn that changed hands is looked at again",
        "bot/worker.py",
        "if lease.takes > 1 and final is not None:",
        "if False:",
        (WORKER,),
    ),
    Mutant(
        "a second look brings nothing back that was changed",
        "bot/second_looks.py",
        'text = text if entry is not None and entry.text == text else ""',
        "text = text",
        (WORKER,),
    ),
    Mutant(
        "a visible answer survives an edit of its question",
        "bot/worker.py",
        "if not (lease.parts and lease.spoken) or await lease.all_deleted():",
        "if True:",
        (WORKER,),
    ),
    Mutant(
        "what earlier attempts posted is looked for",
        "adapters/streaming/delivery.py",
        "            return await self._surface.find()\n",
        "            return []\n",
        (DELIVERY,),
    ),
    Mutant(
        "the loser of a lease removes its own post",
        "adapters/streaming/delivery.py",
        "            await self._surface.remove(id)\n            raise\n",
        "            raise\n",
        (DELIVERY,),
    ),
    Mutant(
        "parts that are no longer needed are removed",
        "adapters/streaming/delivery.py",
        "            if index >= count:\n",
        "            if False:\n",
        (DELIVERY,),
    ),
    Mutant(
        "at the door: a signature is compared",
        "adapters/slack/doors/signature.py",
        "if not hmac.compare_digest(sign(secret, stamp, body).encode(), given):",
        "if not given:",
        (DOOR, SIGNED),
    ),
    Mutant(
        "at the door: an old request is somebody's replay",
        "adapters/slack/doors/signature.py",
        "if abs(age) > MOST_SECONDS:",
        "if age < -MOST_SECONDS:",
        (DOOR, SIGNED),
    ),
    Mutant(
        "at the door: a body is bounded while it is read",
        "adapters/slack/doors/door.py",
        "                if len(body) > LARGEST_BODY:\n",
        "                if len(body) > 1000 * LARGEST_BODY:\n",
        (DOOR,),
    ),
    Mutant(
        "at the door: what is not stored is not acknowledged",
        "adapters/slack/doors/door.py",
        'raise Refused(503, "it could not be stored") from error',
        "return web.Response()",
        (DOOR,),
    ),
    Mutant(
        "at the door: a command is a command, whatever its text says",
        "adapters/slack/doors/door.py",
        'if "payload" in form and "command" not in form:',
        'if "payload" in text:',
        (DOOR,),
    ),
    Mutant(
        "installing: only the browser that began comes back",
        "adapters/slack/installation/installing.py",
        "if until < self._clock() or not hmac.compare_digest(digest, _digest(browser)):",
        "if until < self._clock():",
        (INSTALLED,),
    ),
    Mutant(
        "installing: a state is good for one use",
        "adapters/slack/installation/installing.py",
        '            raise _Ended("install_expired", 400)\n\n    async def _install',
        "            pass\n\n    async def _install",
        (INSTALLED,),
    ),
    Mutant(
        "installing: a sealed token opens for its own workspace only",
        "adapters/slack/installation/installed.py",
        'return f"{PLATFORM}/{team}"',
        "return PLATFORM",
        (INSTALLED,),
    ),
    Mutant(
        "sealing: the purpose is part of the seal",
        "bot/guard/sealing.py",
        "(nonce, text.encode(), purpose.encode())",
        '(nonce, text.encode(), b"")',
        (SEALING,),
    ),
    Mutant(
        "installing: a late removal removes nothing new",
        "adapters/slack/installation/installed.py",
        "if int((await self.open(team, sealed)).at) > at:",
        "if not await self.open(team, sealed):",
        (INSTALLED,),
    ),
    Mutant(
        "installing: a workspace is never answered by another's token",
        "adapters/slack/installation/installed.py",
        'if self._home is not None and team in ("", (home := await self._home.of(team)).team):',
        "if self._home is not None and (home := await self._home.of(team)).team:",
        (INSTALLED,),
    ),
)


@contextmanager
def copy_with(mutant: Mutant) -> Iterator[Path]:
    """Yield a copy of the project in which the guard is missing."""
    with tempfile.TemporaryDirectory(prefix="parley-mutant-") as made:
        folder = Path(made)
        for room in ("bot", "adapters", "tests"):
            leave = shutil.ignore_patterns("__pycache__", "browser", "node_modules")
            shutil.copytree(ROOT / room, folder / room, ignore=leave)
        shutil.copy(ROOT / "pyproject.toml", folder)
        target = folder / mutant.path
        whole = target.read_text("utf-8")
        target.write_text(whole.replace(mutant.text, mutant.without), "utf-8")
        yield folder


def is_caught(mutant: Mutant) -> bool:
    """Tell whether the mutant's tests fail."""
    options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "tests.store_fixtures")
    options += ("--hypothesis-profile=quick-to-fail",)
    with copy_with(mutant) as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *mutant.tests],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return process.wait(SECONDS) != 0
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait(30)
            return True


def stale() -> list[str]:
    """Name the guards that do not stand where they are looked for, or whose tests are gone."""
    return [
        f"{mutant.path} does not hold once: {mutant.text!r}"
        for mutant in MUTANTS
        if (ROOT / mutant.path).read_text("utf-8").count(mutant.text) != 1
    ] + [test for mutant in MUTANTS for test in mutant.tests if not (ROOT / test).exists()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("-k", default="", help="only guards and files that hold this word")
    wanted = parser.parse_args().k
    if found := stale():
        raise SystemExit("\n".join(found))
    survivors = 0
    for mutant in MUTANTS:
        if wanted not in f"{mutant.guard} {mutant.path}":
            continue
        began = time.monotonic()
        caught = is_caught(mutant)
        survivors += not caught
        word = "caught" if caught else "SURVIVED"
        print(f"{word:9} {time.monotonic() - began:5.1f} s  {mutant.guard}", flush=True)
    print(f"{survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
