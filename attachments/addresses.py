"""Download addresses, signed and short-lived.

The key in an address is the base64url of two parts: the moment at which the key expires (6 bytes, ms), and the first 16
bytes of an HMAC-SHA256 over this moment and the file's id. Browsers load a file without a session. So anybody who has
the address can read the file until the key expires.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from refusals import Refused

SIGNED_MS = 5 * 60_000
"""Time in ms for which a download address is valid."""
_PURPOSE = b"switchboard file address\0"
_EXPIRES, _MAC = 6, 16


class Addresses:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, id_: str, now: int) -> tuple[str, int]:
        """A download address of the file, as a path on this server, and the moment at which it expires."""
        expires_at = now + SIGNED_MS
        expires = expires_at.to_bytes(_EXPIRES, "big")
        key = urlsafe_b64encode(expires + self._mac(id_, expires)).decode().rstrip("=")
        return f"/api/files/{id_}/content?key={key}", expires_at

    def check(self, id_: str, key: str, now: int) -> None:
        """Check the key of a download address. Raises Refused(forbidden) if the key has expired or is not for this
        file."""
        try:
            raw = urlsafe_b64decode(key + "=" * (-len(key) % 4))
        except ValueError:
            raw = b""
        expires, mac = raw[:_EXPIRES], raw[_EXPIRES:]
        if len(mac) != _MAC or not hmac.compare_digest(mac, self._mac(id_, expires)):
            raise Refused("forbidden", "This address is not valid. Ask for the file at /api/files/ID.")
        if int.from_bytes(expires, "big") < now:
            raise Refused("forbidden", "This address has expired. Ask for the file at /api/files/ID again.")

    def _mac(self, id_: str, expires: bytes) -> bytes:
        return hmac.digest(self._secret, _PURPOSE + id_.encode() + b"\0" + expires, "sha256")[:_MAC]
