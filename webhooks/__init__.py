"""Webhooks: messages to other programs, signed as Standard Webhooks specifies."""
