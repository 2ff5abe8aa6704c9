"""Redraws pictures without metadata, in separate processes."""
