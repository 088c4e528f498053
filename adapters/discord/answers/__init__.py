"""Answers to what was asked outside of a thread: by commands and about messages."""
