"""The tools room: typed functions that the model may call.

What a tool's author needs is importable from here (`tool`, `Also`, `Narrowed`, `ToolContext`,
`ToolOutput`, `AskAgain`, `ToolFailed`); `bot.tools.toolbox` opens the room for the engine. Nothing
here knows a platform.
"""

from __future__ import annotations

from bot.errors import AskAgain, ToolFailed
from bot.tools.options import Also, Narrowed, tool
from bot.tools.port import Tool, ToolContext, ToolOutput

__all__ = [
    "Also",
    "AskAgain",
    "Narrowed",
    "Tool",
    "ToolContext",
    "ToolFailed",
    "ToolOutput",
    "tool",
]
