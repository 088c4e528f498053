"""What people do beside writing: buttons, dialogs, the App Home, the pane, invitations."""
