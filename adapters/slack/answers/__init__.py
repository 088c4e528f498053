"""Answers to what was asked outside of a thread: by commands, dialogs and response URLs."""
