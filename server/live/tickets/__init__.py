"""Tickets while the desk is open: their clock, followers and index."""
