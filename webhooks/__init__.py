"""Webhooks: signed messages to other programs, by the scheme of Standard Webhooks."""
