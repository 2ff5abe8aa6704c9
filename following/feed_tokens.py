"""The tokens in the addresses of private feeds. Pure.

A token names a feed by its random id. Its signature is derived from SECRET, so the database alone opens no feed. It
works until the feed is revoked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

ID_BYTES = 16
"""Length of the random id of a feed in bytes."""
_BYTES = 16
"""Length of the signature in bytes: 128 bits."""
_TOKEN = re.compile(r"([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})", re.ASCII)


class FeedTokens:
    def __init__(self, secret: bytes) -> None:
        """`secret` is the setting SECRET."""
        self._key = hmac.digest(secret, b"switchboard private feeds\0", hashlib.sha256)

    def of(self, feed: str) -> str:
        return f"{feed}.{self._signature(feed)}"

    def feed(self, token: str) -> str | None:
        """The id of the feed that a token names. None if the token was not made with this SECRET."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._signature(found[1]), found[2]):
            return None
        return found[1]

    def _signature(self, feed: str) -> str:
        mac = hmac.digest(self._key, feed.encode(), hashlib.sha256)[:_BYTES]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")
