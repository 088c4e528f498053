"""A protocol-faithful Slack for tests and benchmarks, on a loopback port.

Written from Slack's public rules, as strict as they are; see `server.LocalSlack` for the start,
`people` and `interaction` for what humans do, `inspection` for what a test may look at.
"""

from .delivery import Delivery
from .interaction import Outcome
from .server import LocalSlack
from .wire import Call
from .workspace import File, Message

__all__ = ["Call", "Delivery", "File", "LocalSlack", "Message", "Outcome"]
