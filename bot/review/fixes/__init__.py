"""Proposed changes: carried out, proven, and written down as patches."""
