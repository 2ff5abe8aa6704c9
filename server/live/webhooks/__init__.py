"""Webhooks: the events that cause messages, and the delivery of messages."""
