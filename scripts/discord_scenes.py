"""Everything that people see of the bot in Discord, played by a real bot in a local Discord.

Each scene returns a page of `discord_preview`; `take_discord_picture --all` photographs them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

from adapters.discord.surfaces.buttons import offers_stop
from scripts.discord_marks import plain
from scripts.discord_preview import Shown, channel, dialog, page, thread
from scripts.scripted import CHINESE, REVIEW, pieces
from tests.scenarios.discord.world import World
from tests.servers.discord import Channel, Message
from tests.servers.discord.interactions_records import Outcome
from tests.servers.discord.records import MessageFlag, MessageKind
from tests.servers.model import fails, says

COLORS = {"Alice": "#7a4f9a", "Bob": "#2f7d4f", "Parley": "#1f3a5f"}

ABOUT = "since 14:05 `checkout` throws:\n```\nTimeoutError: pool exhausted (20/20)\n```\nany idea?"

MIXED = """\
# Everything at once
#### A small heading
Words may be **bold**, *slanted*, _so too_, ***both***, ~~gone~~, __strong__ and `code`.
A name like snake_case_name_ or __init__ or 2 * 3 * 4 is only a name, and so are a_ and _b.
*See `some_name` there* and _see `some_name` too_. ||The butler did it.||

- [x] done, see [the notes](https://notes.example/wiki/Mercury_(planet)_today)
- [ ] to do:
  ```python
  def later(*args, **kwargs): ...
  ```
- # no heading
  1. first
  2. second, at https://example.com/some_long_name_.

3. Three comes third

   and has a second paragraph.

4. Four

> A quote
> > of a quote, with `a|b` and \\*stars\\*

![A chart](https://charts.example/a.png) &amp; <b>no HTML</b> -> x < y > z
-# not small
---
| Word | Meaning |
|---|---|
| [docs](https://docs.example/a) | **where** it says `so` |
"""

ROWS = "\n".join(
    f"| host-{n:03} | 4.1.{n % 9} | {n * 7 % 120} | fine, nothing to do |" for n in range(90)
)
TABLE = (
    f"All hosts:\n\n| host | version | errors | note |\n|:--|:-:|--:|---|\n{ROWS}\n\nThat is all."
)

LINES = "\n".join(
    f"       steps.append(Step({n}, wait={n * 3 % 10}))  # step {n}" for n in range(60)
)
CODE = f"All steps:\n\n1. Make them:\n   ```python\n   def made():\n{LINES}\n   ```\n2. Run them"


QUERY = "    for row in db.execute(f\"SELECT * FROM orders WHERE day = '{day}'\"):"
UNSAFE = f"""\
import sqlite3

def totals(day, rows=[]):
    db = sqlite3.connect("shop.db")
{QUERY}
        rows.append(eval(row[3]))
    return sum(rows) / len(rows)
"""


def _judged(line: int, quote: str, severity: str, type: str, title: str, **told: Any) -> Any:
    said = {"line": line, "quote": quote, "severity": severity, "type": type, "title": title}
    return said | {"confidence": 0.9} | told


JUDGED = json.dumps(
    {
        "findings": [
            _judged(
                *(5, QUERY),
                *("critical", "security", "The day is pasted into the SQL"),
                message="Whoever chooses the day writes the query: `' OR 1=1 --` reads all orders.",
                suggestion="Pass the day as a parameter.",
                cwe=[89],
                fix={
                    "description": "Pass the day as a parameter",
                    "old": QUERY,
                    "new": QUERY.replace("'{day}'\")", '?", (day,))').replace('f"', '"'),
                },
            ),
            _judged(
                *(7, "    return sum(rows) / len(rows)", "medium", "bug"),
                "A day without orders divides by zero",
                message="With no rows, `len(rows)` is 0.",
                suggestion="Return 0 for an empty day.",
            ),
        ],
        "summary": "The query can be written by whoever chooses the day, and what is stored is run "
        "as code.",
        "recommendations": ["Test a day without orders."],
        "score": 2,
    }
)


def shown(world: World, message: Message, at: str = "14:20", **how: Any) -> Shown:
    """Return a message as the preview takes it."""
    discord = world.discord
    author = discord.users[message.author_id]
    name = author.global_name or author.name
    return Shown(
        name,
        COLORS[name],
        at,
        message.content,
        names=_names(world),
        components=message.components,
        files=[(file.filename, len(file.data)) for file in message.attachments],
        is_app=author.bot,
        edited=message.edited_at is not None,
        private=message.visible_to is not None,
        loading=bool(message.flags & MessageFlag.LOADING),
        branch=_branch(world, message),
        **how,
    )


def answered(world: World, outcome: Outcome, command: str, at: str = "14:20") -> list[Shown]:
    """Return what an interaction shows; the first message says who used what."""
    user = world.discord.users[outcome.interaction.user_id]
    used = (user.global_name or user.name, command)
    return [
        shown(world, message, at, used=used if number == 0 else None)
        for number, message in enumerate(outcome.messages)
    ]


def _names(world: World) -> dict[str, str]:
    users = {f"@{u.id}": f"@{u.global_name or u.name}" for u in world.discord.users.values()}
    return users | {f"#{c.id}": f"#{c.name}" for c in world.discord.channels.values() if c.name}


def _branch(world: World, message: Message) -> tuple[str, int, str] | None:
    there = world.discord.thread_of(message)
    if there is None:
        return None
    said = _said(world, there)
    texts = [text for text in map(world.discord.visible, said) if text]
    last = plain(texts[-1]).strip().split("\n")[0] if texts else ""
    return there.name or "", len(said), f"Parley: {last}"


def _said(world: World, there: Channel) -> list[Message]:
    starter = MessageKind.THREAD_STARTER
    return [message for message in world.discord.messages(there) if message.type != starter]


def talk(world: World, question: Message, *more: Shown, times: tuple[str, ...] = ("14:20",)) -> str:
    """Lay out the thread on a message, which stands above all that was said in it. The last of
    `times` stays."""
    there = world.discord.thread_of(question)
    assert there is not None  # noqa: S101 - the scenes ask where threads may be opened
    at = chain(times, repeat(times[-1]))
    replies = [shown(world, message, next(at)) for message in _said(world, there)]
    first = replace(shown(world, question), branch=None)
    return thread(there.name or "", "Parley", [first, *replies, *more])


async def finished(world: World, outcome: Outcome, text: str = "") -> Outcome:
    """Wait until an answer to an interaction holds `text` and has ended."""
    await world.until(lambda: text in outcome.text and outcome.messages and not outcome.loading)
    await world.until(lambda: not offers_stop(outcome.messages[-1].components))
    return outcome


async def opened(world: World, place: Channel, locale: str | None = None) -> str:
    """Return the dialog about a message."""
    message = await world.discord.user_posts(place, "bob", ABOUT)
    outcome = await world.discord.chooses(message, "Ask Parley about this", "alice", locale=locale)
    assert outcome.modal is not None  # noqa: S101 - else there is nothing to photograph
    return dialog(outcome.modal.title, outcome.modal.components)


async def menu(world: World) -> str:
    """The dialog about a message, and the answer to it."""
    place = world.channel()
    world.script("pool exhausted", says("The pool has **20** connections, and all are taken."))
    message = await world.discord.user_posts(place, "bob", ABOUT)
    name = "Ask Parley about this"
    outcome = await world.discord.chooses(message, name, "alice")
    assert outcome.modal is not None  # noqa: S101 - else there is nothing to photograph
    window = dialog(outcome.modal.title, outcome.modal.components)
    done = await finished(world, await world.discord.submits(outcome.modal, {}), "20")
    rows = [shown(world, message, "14:06"), *answered(world, done, name)]
    return page(channel(place.name or "", rows), window)


async def hello(world: World) -> str:
    """The hello in a server to which it was added."""
    locale = world.discord.person("alice").locale
    guild = world.discord.open_guild("A new one", locale=locale)
    place = world.discord.open_channel("lounge", guild=guild)
    world.discord.invite_bot(guild)
    found = await world.until(lambda: world.discord.own(place))
    return page(channel("lounge", [shown(world, message) for message in found]))


async def commands(world: World) -> str:
    """What only one person sees."""
    place = world.channel()
    rows: list[Shown] = []
    for name in ("help", "reset", "leave", "review"):
        outcome = await world.discord.runs(place, "alice", name)
        rows += answered(world, await finished(world, outcome), f"/{name}")
    direct = world.discord.dm("alice")
    outcome = await world.discord.runs(direct, "alice", "leave")
    rows += answered(world, await finished(world, outcome), "/leave")
    return page(channel(place.name or "", rows))


async def answers(world: World) -> str:
    """Answers to commands: public with a thorny question, private, and too long to be private."""
    place = world.channel()
    world.script("half-life", says("About **5,730 years**.\n\n- see `decay.py`\n- and *Libby*"))
    world.script("/time", says("- **Berlin**: 14:20\n- **Tokyo**: 21:20"))
    world.script("all about", says(*pieces(REVIEW)))
    thorny = (
        "what's the half-life of C-14? see https://en.example/wiki/Carbon_(C)_14 *and* my_file_"
    )
    rows: list[Shown] = []
    asked: tuple[dict[str, Any], ...] = (
        {"question": thorny},
        {"question": "the half-life of C-14?", "private": True},
        {"question": "all about settings.py", "private": True},
    )
    for options in asked:
        outcome = await world.discord.runs(place, "alice", "ask", **options)
        if not rows:
            rows += answered(world, outcome, "/ask")
        rows += answered(world, await finished(world, outcome), "/ask")
    outcome = await world.discord.runs(place, "alice", "time", places="Berlin, Tokyo")
    rows += answered(world, await finished(world, outcome), "/time")
    return page(channel(place.name or "", rows))


async def endings(world: World) -> str:
    """An answer that failed, one that was stopped, and who may not stop it."""
    place = world.channel()
    world.script("fail now", fails(401))
    world.script("stop me", says("The first step is to look ", 0.05, "at the log.", 60.0, "never"))
    failed = await world.asks(place, "fail now")
    await world.answer(failed)
    stopped = await world.asks(place, "stop me")
    await world.until(lambda: "log" in "".join(world.discord.reply_texts(stopped)))
    (reply,) = world.discord.replies(stopped)
    growing = talk(world, stopped)
    refused = await world.discord.presses(reply, "Stop" if _english(world) else "停止", "bob")
    await world.until(lambda: refused.private)
    await world.discord.presses(reply, "Stop" if _english(world) else "停止", "alice")
    await world.answer(stopped)
    whispered = [shown(world, message) for message in refused.private]
    asked = [shown(world, failed), shown(world, stopped)]
    rest = [talk(world, failed), growing, talk(world, stopped, *whispered)]
    return page(channel(place.name or "", asked), *rest)


def _english(world: World) -> bool:
    return world.discord.guild.preferred_locale == "en-US"


async def review(world: World) -> str:
    """A long answer in several messages, with code cut in the middle."""
    return await _asked(world, "review this", says(*pieces(REVIEW)))


async def code(world: World) -> str:
    """A block of code that is longer than a message."""
    return await _asked(world, "all steps please", says(*pieces(CODE)))


async def table(world: World) -> str:
    """A long table in several messages."""
    return await _asked(world, "all hosts please", says(*pieces(TABLE)))


async def chinese(world: World) -> str:
    """A table with Chinese text."""
    return await _asked(world, "比较一下三个机房", says(CHINESE))


async def mixed(world: World) -> str:
    """All that Markdown knows, and what Discord alone would read otherwise."""
    return await _asked(world, "show me everything", says(MIXED))


async def _asked(world: World, question: str, answer: Any) -> str:
    world.script(question, answer)
    asked = await world.asks(world.channel(), question)
    await world.answer(asked)
    return page(talk(world, asked))


async def card(world: World) -> str:
    """A review's card, a fix that one person sees, and the dialog that dismisses a finding."""
    english = _english(world)
    world.script("def totals", says(JUDGED), says("{}"))
    place = world.discord.text_channel("backend")
    asked = await world.asks(place, f"review this\n```python\n{UNSAFE}```")
    await world.answer(asked)
    laid = world.discord.replies(asked)[0]
    fix = await world.discord.presses(laid, "Show fix" if english else "查看修复", "bob")
    opened = await world.discord.presses(laid, "Dismiss" if english else "忽略", "alice")
    assert opened.modal is not None  # noqa: S101 - else there is nothing to photograph
    seen = [shown(world, message, "14:24") for message in fix.private]
    window = dialog(opened.modal.title, opened.modal.components)
    return page(talk(world, asked, *seen), window)


SCENES: Mapping[str, Callable[[World], Awaitable[str]]] = {
    scene.__name__: scene
    for scene in (
        *(menu, hello, commands, answers, endings, review, card),
        *(code, table, chinese, mixed),
    )
}
