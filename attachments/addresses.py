"""Download addresses, signed and short-lived.

A key is base64url of: when it expires (6 bytes, ms), a digest of the reader it was made for (8 bytes), and the first
16 bytes of an HMAC-SHA256 over both and the file's id. The reader's digest is not checked: browsers load the address
without a session.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from refusals import Refused

SIGNED_MS = 5 * 60_000
"""How long an address is valid."""
_PURPOSE = b"switchboard file address\0"
_EXPIRES, _READER, _MAC = 6, 8, 16


class Addresses:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, id_: str, reader: str, now: int) -> tuple[str, int]:
        """A path on this server, and when it expires."""
        expires_at = now + SIGNED_MS
        digest = hmac.digest(self._secret, _PURPOSE + b"reader\0" + reader.encode(), "sha256")[:_READER]
        signed = expires_at.to_bytes(_EXPIRES, "big") + digest
        key = urlsafe_b64encode(signed + self._mac(id_, signed)).decode().rstrip("=")
        return f"/api/files/{id_}/content?key={key}", expires_at

    def check(self, id_: str, key: str, now: int) -> None:
        """Raises Refused(forbidden) for a key that was not made here for this file, or has expired."""
        try:
            raw = urlsafe_b64decode(key + "=" * (-len(key) % 4))
        except ValueError:
            raw = b""
        signed, mac = raw[: _EXPIRES + _READER], raw[_EXPIRES + _READER :]
        if len(mac) != _MAC or not hmac.compare_digest(mac, self._mac(id_, signed)):
            raise Refused("forbidden", "This address was not signed here. Ask for the file at /api/files/ID.")
        if int.from_bytes(signed[:_EXPIRES], "big") < now:
            raise Refused("forbidden", "This address has expired. Ask for the file at /api/files/ID again.")

    def _mac(self, id_: str, signed: bytes) -> bytes:
        return hmac.digest(self._secret, _PURPOSE + id_.encode() + b"\0" + signed, "sha256")[:_MAC]
