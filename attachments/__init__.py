"""Uploaded files: accepted types, storage, and access."""
