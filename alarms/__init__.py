"""Sends alarms of the floor to Slack, Microsoft Teams and mailboxes."""
