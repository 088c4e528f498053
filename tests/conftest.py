"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# No test times anything: a busy machine, or the first use of what is loaded late, is no failure.
settings.register_profile("parley", deadline=None)
settings.load_profile("parley")
