"""Real processes of the bot, killed and frozen between a local Slack and a scripted model.

`judge` says what must be true when everything has come to rest; `python -m tests.chaos` (`make
chaos`) runs it for as long as one likes, `tests/scenarios/test_crashes.py` once at each boundary.
"""
