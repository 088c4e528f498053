"""Slack's native streams: when they suit, what they are told, and how broken ones are mended."""
