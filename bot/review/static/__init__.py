"""The static part: tools in a sandbox, and rules of our own, over everything that was read."""
