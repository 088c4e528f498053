"""What must be true once everything has come to rest: each message has one visible, complete
answer, in order, and the history says the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import redis

from bot import turns
from bot.store import keys
from tests.chaos.speaker import END, TOKEN
from tests.servers.slack import LocalSlack, Message


def faults(slack: LocalSlack, asked: Mapping[str, Message], store_url: str) -> list[str]:
    """Name everything that is wrong; `asked` are the questions by their token."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    for name, question in asked.items():
        root = question.thread_ts or question.ts
        texts = [slack.visible(m) for m in slack.thread(question.channel, root) if m.bot_id]
        seen[name] = sum(TOKEN.findall(text).count(name) for text in texts)
    found += [f"{name} has no answer" for name in asked if seen[name] == 0]
    found += [f"{name} is answered {seen[name]} times" for name in asked if seen[name] > 1]
    taken = _taken(slack, asked)
    for channel, root in {(q.channel, q.thread_ts or q.ts) for q in asked.values()}:
        found += _thread(slack, channel, root, taken)
    return found + _store(slack, asked, store_url)


def unanswered(slack: LocalSlack, asked: Mapping[str, Message]) -> list[str]:
    """Name the questions that have no whole answer yet."""
    waiting = []
    for name, question in asked.items():
        root = question.thread_ts or question.ts
        texts = [slack.visible(m) for m in slack.thread(question.channel, root) if m.bot_id]
        if not any(name in text and text.endswith(END) for text in texts):
            waiting.append(name)
    return waiting


def _taken(slack: LocalSlack, asked: Mapping[str, Message]) -> dict[str, float]:
    """Tell when the bot took each question: what it refused at first may be answered later."""
    first: dict[str, float] = {}
    for delivery in slack.deliveries():
        if delivery.acked_at is not None:
            ts = delivery.event.get("ts", "")
            first[ts] = min(delivery.acked_at, first.get(ts, delivery.acked_at))
    return {name: first.get(question.ts, 0.0) for name, question in asked.items()}


def _thread(slack: LocalSlack, channel: str, root: str, taken: Mapping[str, float]) -> list[str]:
    found, order = [], []
    for message in slack.thread(channel, root):
        if message.bot_id:
            text = slack.visible(message)
            order += TOKEN.findall(text)
            if not text.endswith(END):
                found.append(f"an answer in {root} is not complete: {text[-60:]!r}")
    pairs = [(one, other) for at, one in enumerate(order) for other in order[at + 1 :]]
    if any(other < one and taken[other] <= taken[one] for one, other in pairs):
        found.append(f"the answers in {root} are out of order: {order}")
    return found


def _store(slack: LocalSlack, asked: Mapping[str, Message], url: str) -> list[str]:
    found: list[str] = []
    with redis.Redis.from_url(url, decode_responses=True) as store:
        for number in range(keys.PARTITIONS):
            base = keys.base(number)
            left: Any = store.zrange(f"{base}due:slack", 0, -1)
            found += [f"{thread} is still due" for thread in left]
            aside: Any = store.lrange(f"{base}aside", 0, -1)
            found += [f"set aside: {json.loads(one)['reason']}" for one in aside]
        for channel, root in {(q.channel, q.thread_ts or q.ts) for q in asked.values()}:
            key = f"slack/{slack.workspace.team_id}/{channel}/{root}"
            found += _history(store, slack, key, channel, root)
    return found


def _history(store: Any, slack: LocalSlack, key: str, channel: str, root: str) -> list[str]:
    base = keys.base(keys.partition(key))
    ids = store.zrange(f"{base}order:{key}", 0, -1)
    entries = [turns.decode(v) for v in store.hmget(f"{base}said:{key}", ids)] if ids else []
    found = []
    said = [t for e in entries if e.role == "person" for t in TOKEN.findall(e.text)]
    visible = {m.ts: slack.visible(m) for m in slack.thread(channel, root)}
    if len(said) != len(set(said)):
        found.append(f"the history of {root} repeats itself: {said}")
    if [e.at for e in entries] != sorted(e.at for e in entries):
        found.append(f"the history of {root} is out of order")
    for entry in entries:
        if entry.role == "bot" and visible.get(entry.id, "").split() != entry.text.split():
            found.append(f"the history of {root} does not say what is visible")
    asked = [t for ts, text in visible.items() if ts not in ids for t in TOKEN.findall(text)]
    if asked:
        found.append(f"the history of {root} lacks {asked}")
    return found


def answers_store(url: str) -> bool:
    """Tell whether the store is there."""
    try:
        with redis.Redis.from_url(url, retry=None) as store:
            return bool(store.ping())
    except (redis.RedisError, OSError):
        return False
