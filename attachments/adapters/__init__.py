"""Adapters of attachments: the database, the disk, processes that redraw pictures."""
