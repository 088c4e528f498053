"""Makes a reply stream visible on a platform of limited messages: grow, roll over, finish, adopt.

What every such platform has in common lives here; what it is to post or to edit is a `Surface`.
"""

from adapters.streaming.delivery import Delivery
from adapters.streaming.pages import cut
from adapters.streaming.surface import (
    Found,
    KeepsCards,
    MessageGone,
    Moved,
    NoCard,
    Pace,
    RenewsCards,
    ShowsCards,
    ShowsTools,
    Stage,
    Surface,
    TooLong,
    cards_of,
)

__all__ = [
    "Delivery",
    "Found",
    "KeepsCards",
    "MessageGone",
    "Moved",
    "NoCard",
    "Pace",
    "RenewsCards",
    "ShowsCards",
    "ShowsTools",
    "Stage",
    "Surface",
    "TooLong",
    "cards_of",
    "cut",
]
