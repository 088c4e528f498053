"""placeholder"""

from dataclasses import dataclass


@dataclass
class Quirk:
    replies: tuple = ()
    refuses: frozenset = frozenset()
