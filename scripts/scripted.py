"""What the scripted model says in the documentation's pictures, on every platform alike."""

from __future__ import annotations

ANSWER = """\
## Rolling back `checkout` 4.2

The deploy of **14:05** doubled the error rate. To go back:

1. Stop the rollout, so that no more hosts change:
   ```sh
   deployctl pause checkout
   ```
2. Go back to the last good version
   - it is *4.1.7*, see [the release notes](https://releases.example/checkout/4.1.7)
   - migrations of 4.2 are compatible, none has to be undone
3. Watch the error rate for ten minutes

| host | version | errors/min |
|:--|:-:|--:|
| web-1 | 4.2.0 | **118** |
| web-2 | 4.2.0 | 97 |
| web-3 | 4.1.7 | 2 |

> Nobody is pinged by what I write, not even with {everybody}.
"""
"""To be filled with how a platform spells everybody."""

GROWING = (
    "Yes: `web-3` never got it. ",
    1.5,
    "On the other two the cache was warmed ",
    1.5,
    "with ",
)

CHINESE = """\
三个机房的比较：

| 机房 | 延迟 | 状态 |
|:--|--:|:-:|
| 北京 `bj-1` | 12 毫秒 | **正常** |
| 上海 `sh-2` | 18 毫秒 | 正常 |
| 广州 `gz-1` | 240 毫秒 | *重启中* |

结论：先看**广州**，其他两个不用动。
"""

_NAMES = (
    "load",
    "limits",
    "flags",
    "routes",
    "secrets",
    "hosts",
    "ports",
    "teams",
    "rates",
    "keys",
)

_FINDING = """\
### {number}. `{name}` reads too often

`{name}` reads the file on each call, also when nothing has changed. With forty requests a second
that is most of the time that a request takes, and it holds the lock for as long.

```python
def {name}(path: Path) -> Settings:
    with _lock:
        return Settings.parse(path.read_text())  # on each call
```

Read it once and look at its time of change:

```python
def {name}(path: Path) -> Settings:
    changed = path.stat().st_mtime_ns
    if _seen.get(path) != changed:
        _seen[path], _held[path] = changed, Settings.parse(path.read_text())
    return _held[path]
```
"""

REVIEW = "## Review of `settings.py`\n\nTen places read the file too often.\n\n" + "\n".join(
    _FINDING.format(name=name, number=number) for number, name in enumerate(_NAMES, start=1)
)
"""About 7,000 characters."""


REVIEWED = """\
import sqlite3

def checkout(cart, coupon):
    total = sum(item.price for item in cart)
    if coupon == None:
        return total
    db = sqlite3.connect("shop.db")
    rows = db.execute(f"SELECT off FROM sale WHERE code = '{coupon}'")
    return total - total * rows.fetchone()[0]
"""
_WRONG = """    rows = db.execute(f"SELECT off FROM sale WHERE code = '{coupon}'")"""
_RIGHT = """    rows = db.execute("SELECT off FROM sale WHERE code = ?", (coupon,))"""
FINDINGS = {
    "score": 4,
    "summary": "Totals are right for known coupons. A crafted one reads the whole database, and an "
    "unknown one breaks the checkout.",
    "findings": [
        {
            "line": 8,
            "quote": _WRONG,
            "cwe": [89],
            "severity": "critical",
            "type": "security",
            "title": "A coupon can run SQL of its own",
            "message": "The code that a customer types becomes part of the statement.",
            "trigger": "somebody enters `' OR 1=1 --`",
            "suggestion": "Pass it as a parameter.",
            "confidence": 0.97,
            "fix": {
                "description": "Bind the value.",
                "old": _WRONG,
                "new": _RIGHT,
            },
        },
        {
            "line": 9,
            "quote": "    return total - total * rows.fetchone()[0]",
            "severity": "high",
            "type": "bug",
            "title": "An unknown coupon ends in a TypeError",
            "message": "`fetchone` returns `None` where no row fits, and `None[0]` raises.",
            "suggestion": "Return the total when there is no such coupon.",
            "confidence": 0.9,
        },
    ],
}
"""What a model says of some code."""


def pieces(text: str, size: int = 400) -> tuple[str, ...]:
    """Cut a text into what a model streams."""
    return tuple(text[at : at + size] for at in range(0, len(text), size))
