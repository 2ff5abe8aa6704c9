"""Uploaded files: which are accepted, where they are stored, who may read them."""
