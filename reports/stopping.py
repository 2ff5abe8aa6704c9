"""Tokens of the links with which supervisors stop the weekly mail without signing in. Pure.

A token names the person. Its signature is derived from SECRET, so nobody can make a token for somebody else. It is
stored nowhere, does not expire, and works any number of times.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_BYTES = 16
"""Length of the signature in bytes: 128 bits."""
_TOKEN = re.compile(r"([0-9A-Za-z-]{1,64})\.([A-Za-z0-9_-]{22})", re.ASCII)


class StopTokens:
    def __init__(self, secret: bytes) -> None:
        """`secret` is the setting SECRET."""
        self._key = hmac.digest(secret, b"switchboard weekly reports\0", hashlib.sha256)

    def of(self, person: str) -> str:
        return f"{person}.{self._signature(person)}"

    def person(self, token: str) -> str | None:
        """The person that a token names. None if the token was not made with this SECRET."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._signature(found[1]), found[2]):
            return None
        return found[1]

    def _signature(self, person: str) -> str:
        mac = hmac.digest(self._key, person.encode(), hashlib.sha256)[:_BYTES]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")
