"""Attachments and the world: the database, the disk, processes that redraw pictures."""
