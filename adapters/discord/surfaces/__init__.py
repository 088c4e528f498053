"""What people do beside writing: commands' choices, buttons, dialogs, invitations."""
