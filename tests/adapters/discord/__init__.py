"""Tests of the Discord adapter."""

import warnings

with warnings.catch_warnings():
    # discord.py still imports audioop, for voice, which this project does not use.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401
