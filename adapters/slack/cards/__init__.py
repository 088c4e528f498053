"""A code review as one Slack message with buttons: its pages, what a button knows. Pure."""
