"""Secret addresses of registrations, and of the dates of one person."""

from __future__ import annotations

import hashlib
import hmac
import re

_TOKEN = re.compile(r"([A-Za-z0-9-]{1,64})\.([0-9a-f]{32})")


class SessionLinks:
    """Makes and reads the addresses. They are derived from SECRET, so the database has none of them."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of_registration(self, id_: int) -> str:
        return self._signed("registration", str(id_))

    def registration(self, token: str) -> int | None:
        """The id of the registration with this secret address. None if there is none."""
        known = self._read("registration", token)
        return int(known) if known is not None and known.isascii() and known.isdecimal() and len(known) < 16 else None

    def of_person(self, person: str) -> str:
        return self._signed("dates", person)

    def person(self, token: str) -> str | None:
        return self._read("dates", token)

    def _read(self, purpose: str, token: str) -> str | None:
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._signed(purpose, found[1]), token):
            return None
        return found[1]

    def _signed(self, purpose: str, text: str) -> str:
        key = hmac.digest(self._secret, f"switchboard live sessions {purpose}\0".encode(), hashlib.sha256)
        return f"{text}.{hmac.digest(key, text.encode(), hashlib.sha256).hex()[:32]}"
