"""The table of settings that the README shows, written from the model's own descriptions."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from bot.settings.model import Settings, extra


def settings_table() -> str:
    """Write the settings as the README's Markdown table."""
    rows = ["| name | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_default(field)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    shown = extra(field)["shown"]
    if shown:
        return shown if " " in shown or shown in ("all", "OpenAI") else f"`{shown}`"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value in (None, "", ()):
        return "–"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
