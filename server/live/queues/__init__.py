"""Queues: the dispatcher, offers and slots."""
