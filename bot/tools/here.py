"""What "here" means: the asker's time zone, as far as the platform tells it. Pure."""

from __future__ import annotations

_HERE = frozenset(
    {
        "here", "my place", "my location", "my city", "local", "local time", "me", "my time",
        "my timezone", "my time zone", "current location", "where i am",
        "这里", "這裡", "这儿", "這兒", "本地", "当地", "當地", "我这里", "我這裡", "我这儿",
        "我這邊", "我这边", "我的位置", "当前位置", "目前位置",
    }
)  # fmt: skip


def is_here(text: str) -> bool:
    """Tell whether `text` means where the asker is."""
    return text.strip().casefold() in _HERE


def city_of(zone: str) -> str:
    """Name the city after which an IANA zone is called, empty for a zone without one."""
    area, _, rest = zone.partition("/")
    if not rest or area in ("Etc", "US", "Canada"):
        return ""
    return rest.rsplit("/", 1)[-1].replace("_", " ")
