"""Challenges for passkeys. An authenticator signs the challenge, which proves that its answer is new. Pure.

A challenge is made of: a version byte, random bytes (16), the moment of issue (6 bytes, big-endian) and an HMAC-SHA256
over these, the purpose and the holder. So it is valid for one purpose and one browser only, and needs no database row
until it is used.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

VALID_MS = 600_000
"""Time in ms that a person has to use their passkey."""
RANDOM = 16

Purpose = Literal["add", "sign_in"]

_MAC_KEY = b"switchboard passkey challenge\0"
_VERSION = b"\x01"
_SIGNED = 1 + RANDOM + 6
_AHEAD_MS = 60_000
"""Maximum time in ms that a moment of issue may be in the future: the clocks of two processes may differ."""


def issue(secret: bytes, purpose: Purpose, holder: str, random: bytes, now: int) -> bytes:
    """A challenge for the browser `holder`. `random` must be RANDOM new random bytes."""
    signed = _VERSION + random + now.to_bytes(6, "big")
    return signed + _mac(secret, signed, purpose, holder)


def expires_at(secret: bytes, challenge: bytes, purpose: Purpose, holder: str, now: int) -> int | None:
    """The moment at which the challenge expires. None if it has expired, is forged, or was issued for another purpose
    or browser."""
    signed, mac = challenge[:_SIGNED], challenge[_SIGNED:]
    if len(signed) != _SIGNED or signed[:1] != _VERSION:
        return None
    if not hmac.compare_digest(mac, _mac(secret, signed, purpose, holder)):
        return None
    issued_at = int.from_bytes(signed[1 + RANDOM :], "big")
    return issued_at + VALID_MS if now - VALID_MS < issued_at <= now + _AHEAD_MS else None


def _mac(secret: bytes, signed: bytes, purpose: Purpose, holder: str) -> bytes:
    meant = f"{purpose}\0{holder}".encode(errors="surrogatepass")
    return hmac.digest(secret, _MAC_KEY + signed + meant, hashlib.sha256)
