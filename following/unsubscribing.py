"""The tokens of links with which followers stop letters without signing in. Pure.

A token names the follows that it ends. Its signature is derived from SECRET, so that nobody can make a token for
somebody else's follow. It is stored nowhere, does not expire, and works any number of times.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

FOLLOWS_MAX = 50
"""The most follows that one token names."""
_BYTES = 16
"""Length of the signature in bytes: 128 bits."""
_TOKEN = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18}){0,49})-([A-Za-z0-9_-]{22})", re.ASCII)


class UnsubscribeTokens:
    def __init__(self, secret: bytes) -> None:
        """`secret` is the setting SECRET."""
        self._key = hmac.digest(secret, b"switchboard unsubscribe\0", hashlib.sha256)

    def of(self, follows: Sequence[int]) -> str:
        """The token that ends these follows. It names only the first FOLLOWS_MAX of them."""
        named = ".".join(str(follow) for follow in list(dict.fromkeys(follows))[:FOLLOWS_MAX])
        return f"{named}-{self._signature(named)}"

    def follows(self, token: str) -> list[int]:
        """The follows that a token names. An empty list if the token was not made with this SECRET."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._signature(found[1]), found[2]):
            return []
        return [int(follow) for follow in found[1].split(".")]

    def _signature(self, named: str) -> str:
        mac = hmac.digest(self._key, named.encode(), hashlib.sha256)[:_BYTES]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")
