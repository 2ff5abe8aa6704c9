"""Visitor tokens: they prove themselves, so that a visitor needs no row. Pure.

A token is base64url, without padding, of: one byte of version, the visitor's id (a UUID, 16 bytes),
the moment of issue (6 bytes, big-endian) and the first 128 bits of an HMAC-SHA256 over all of that.
One that was issued under a proof is *bound*: it has version 2, and before an HMAC of 144 bits also the
account's id (16 bytes) and the moment until which HTTP takes it for that proof (6 bytes).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

DAY_MS = 86_400_000
VALID_MS = 31 * DAY_MS
"""A token is good for so long after its issue: 30 days from its last use, which may have been on its first day, without
a renewal."""
RENEW_MS = DAY_MS
"""A token older than this is renewed at hello."""

PROVEN_MS = 12 * 3_600_000
"""For so long after a proof its token stands for the account over HTTP: a working day with the page open."""

_PURPOSE = b"switchboard visitor token\0"
_UNBOUND, _BOUND = b"\x01", b"\x02"
_SIGNED = {_UNBOUND: 1 + 16 + 6, _BOUND: 1 + 16 + 6 + 16 + 6}
"""Bytes that are signed, by version."""
_MAC = {_UNBOUND: 16, _BOUND: 18}
"""Bytes of the HMAC, by version: both make a whole number of characters."""
_AHEAD_MS = DAY_MS
"""How far a token may come from the future, since clocks are put back."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom a token names, and when it was issued. `account` is whose it was proven to be at that time, and
    `proven_until` until when that counts over HTTP. Moments in ms since the epoch, UTC."""

    id: str
    issued_at: int
    account: str | None = None
    proven_until: int = 0


def issue(secret: bytes, visitor: str, now: int, account: str | None = None) -> str:
    """A new token for that visitor, bound to the account that they prove just now. ValueError where an id is
    not a UUID."""
    signed = UUID(visitor).bytes + now.to_bytes(6, "big")
    if account is None:
        return _signed(secret, _UNBOUND, signed)
    return _signed(secret, _BOUND, signed + UUID(account).bytes + (now + PROVEN_MS).to_bytes(6, "big"))


def open(secret: bytes, token: str, now: int) -> Visitor | None:
    """Whom the token names; None where it is not ours, damaged, or too old."""
    try:
        raw = urlsafe_b64decode(token)
    except ValueError:
        return None
    version = raw[:1]
    size = _SIGNED.get(version, 0)
    if not size or len(raw) != size + _MAC[version] or urlsafe_b64encode(raw).decode() != token:
        return None
    signed, mac = raw[:size], raw[size:]
    if not hmac.compare_digest(mac, _mac(secret, signed, _MAC[version])):
        return None
    issued_at = int.from_bytes(signed[17:23], "big")
    if not now - VALID_MS < issued_at <= now + _AHEAD_MS:
        return None
    visitor = str(UUID(bytes=signed[1:17]))
    if version == _UNBOUND:
        return Visitor(visitor, issued_at)
    return Visitor(visitor, issued_at, str(UUID(bytes=signed[23:39])), int.from_bytes(signed[39:], "big"))


def renew(secret: bytes, token: str | None, visitor: str, now: int) -> str:
    """The token for a visitor without an account to keep from now on: the same where it is good and young,
    else a new one."""
    known = open(secret, token, now) if token is not None else None
    if (
        token is not None
        and known is not None
        and known == Visitor(visitor, known.issued_at)
        and now - known.issued_at < RENEW_MS
    ):
        return token
    return issue(secret, visitor, now)


def holds(token: Visitor, signed_out_at: int | None) -> bool:
    """Was a token issued after its visitor or account last signed out?"""
    return signed_out_at is None or token.issued_at > signed_out_at


def goes_on(bound: str | None, account: str | None) -> bool:
    """Does a visitor who was proven to be `bound` (None: nobody yet) go on as the same visitor for who has
    proven `account` (None: nothing)? Who signed out, or is another, is a new visitor."""
    return bound is None or bound == account


def _signed(secret: bytes, version: bytes, content: bytes) -> str:
    signed = version + content
    return urlsafe_b64encode(signed + _mac(secret, signed, _MAC[version])).decode()


def _mac(secret: bytes, signed: bytes, size: int) -> bytes:
    return hmac.digest(secret, _PURPOSE + signed, hashlib.sha256)[:size]
