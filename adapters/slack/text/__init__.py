"""What people and models write, from and to the forms in which Slack shows it. Pure."""
