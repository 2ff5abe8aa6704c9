"""Presence: connections, activity, status and access of people."""
