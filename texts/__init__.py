"""Checks of text that people type. Pure."""
