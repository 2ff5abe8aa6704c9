"""Visitor tokens: they prove themselves, so that a visitor needs no row. Pure.

A token is base64url, without padding, of: one byte of version, the visitor's id (a UUID, 16 bytes),
the moment of issue (6 bytes, big-endian) and the first 128 bits of an HMAC-SHA256 over all of that.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

DAY_MS = 86_400_000
VALID_MS = 30 * DAY_MS
"""A token is good for so long after its issue."""
RENEW_MS = DAY_MS
"""A token older than this is renewed at hello."""

_VERSION = b"\x01"
_PURPOSE = b"switchboard visitor token\0"
_SIGNED = 1 + 16 + 6
_SIZE = _SIGNED + 16
_AHEAD_MS = DAY_MS
"""How far a token may come from the future, since clocks are put back."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom a token names, and when it was issued (ms since the epoch, UTC)."""

    id: str
    issued_at: int


def issue(secret: bytes, visitor: str, now: int) -> str:
    """A new token for that visitor. ValueError where the id is not a UUID."""
    signed = _VERSION + UUID(visitor).bytes + now.to_bytes(6, "big")
    return urlsafe_b64encode(signed + _mac(secret, signed)).decode()


def open(secret: bytes, token: str, now: int) -> Visitor | None:
    """Whom the token names; None where it is not ours, damaged, or too old."""
    try:
        raw = urlsafe_b64decode(token)
    except ValueError:
        return None
    if len(raw) != _SIZE or raw[:1] != _VERSION or urlsafe_b64encode(raw).decode() != token:
        return None
    signed, mac = raw[:_SIGNED], raw[_SIGNED:]
    if not hmac.compare_digest(mac, _mac(secret, signed)):
        return None
    issued_at = int.from_bytes(signed[17:], "big")
    if not now - VALID_MS < issued_at <= now + _AHEAD_MS:
        return None
    return Visitor(str(UUID(bytes=signed[1:17])), issued_at)


def renew(secret: bytes, token: str | None, visitor: str, now: int) -> str:
    """The token for this visitor to keep from now on: the same where it is good and young, else a new one."""
    known = open(secret, token, now) if token is not None else None
    if token is not None and known is not None and known.id == visitor and now - known.issued_at < RENEW_MS:
        return token
    return issue(secret, visitor, now)


def _mac(secret: bytes, signed: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + signed, hashlib.sha256)[:16]
