"""What operators set: read once, frozen, masked. `load_settings` is the one place that sees the
environment; the composition root and the commands call it, and hand single values to the rest."""

from bot.settings.glance import glance
from bot.settings.model import Settings, load_settings, revealed
from bot.settings.places import checkout
from bot.settings.table import settings_table

__all__ = ["Settings", "checkout", "glance", "load_settings", "revealed", "settings_table"]
