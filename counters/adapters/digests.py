"""Digests in place of keys, because keys contain network and email addresses."""

from __future__ import annotations

from hashlib import blake2b


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
