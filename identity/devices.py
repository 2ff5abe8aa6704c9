"""Device cookies. A device cookie proves that somebody has signed in with an email address in this browser before.
Pure.

The value is unpadded base64url of: a version byte, a random id (16 bytes), the moment of issue (6 bytes, big-endian)
and the first 128 bits of an HMAC-SHA256 over these and the address. So the cookie is valid for that email address only.
Source: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

DAY_MS = 86_400_000
VALID_MS = 180 * DAY_MS

_PURPOSE = b"switchboard device cookie\0"
_VERSION = b"\x01"
_SIGNED = 1 + 16 + 6
_MAC = 16
_AHEAD_MS = DAY_MS
"""Maximum time in ms that a moment of issue may be in the future, because clocks are sometimes set back."""


def issue(secret: bytes, email: str, device: UUID, now: int) -> str:
    """The cookie for a browser in which `email` has just signed in. `device` is a new random id."""
    signed = _VERSION + device.bytes + now.to_bytes(6, "big")
    return urlsafe_b64encode(signed + _mac(secret, signed, email)).decode()


def open(secret: bytes, value: str, email: str, now: int) -> str | None:
    """The device id in a cookie; None if the cookie is damaged, forged, too old, or was issued for another address."""
    try:
        raw = urlsafe_b64decode(value)
    except ValueError:
        return None
    if len(raw) != _SIGNED + _MAC or raw[:1] != _VERSION or urlsafe_b64encode(raw).decode() != value:
        return None
    signed, mac = raw[:_SIGNED], raw[_SIGNED:]
    if not hmac.compare_digest(mac, _mac(secret, signed, email)):
        return None
    issued_at = int.from_bytes(signed[17:], "big")
    return str(UUID(bytes=signed[1:17])) if now - VALID_MS < issued_at <= now + _AHEAD_MS else None


def _mac(secret: bytes, signed: bytes, email: str) -> bytes:
    return hmac.digest(secret, _PURPOSE + signed + email.encode(errors="surrogatepass"), hashlib.sha256)[:_MAC]
