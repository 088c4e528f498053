"""Many workspaces: how the bot is installed in them, and their sealed tokens."""
