"""Visitor tokens. They are signed, so a visitor needs no database row. Pure.

A token is unpadded base64url of: a version byte, the visitor's id (a UUID, 16 bytes), the moment of issue (6 bytes,
big-endian) and the first 128 bits of an HMAC-SHA256 over these. A *bound* token is issued for a proven account, and has
version 2. Two more fields follow the moment of issue: the account's id (16 bytes), and the moment until which HTTP
accepts the token as proof (6 bytes). Its HMAC has 144 bits.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

DAY_MS = 86_400_000
VALID_MS = 31 * DAY_MS
"""Lifetime of a token in ms. It is 31 days so that a token works for at least 30 days after its last use: a use on the
token's first day does not renew it."""
RENEW_MS = DAY_MS
"""Age in ms at which `hello` renews a token."""

PROVEN_MS = 12 * 3_600_000
"""Time in ms for which a bound token proves the account over HTTP. It covers a working day with the page open."""

_PURPOSE = b"switchboard visitor token\0"
_UNBOUND, _BOUND = b"\x01", b"\x02"
_SIGNED = {_UNBOUND: 1 + 16 + 6, _BOUND: 1 + 16 + 6 + 16 + 6}
"""Number of signed bytes in a token, by version."""
_MAC = {_UNBOUND: 16, _BOUND: 18}
"""Number of bytes of the HMAC, by version. With either number, the token in base64 has no padding."""
_AHEAD_MS = DAY_MS
"""Maximum time in ms that a moment of issue may be in the future, because clocks are sometimes set back."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The content of a token. `account` is the account that was proven when the token was issued. HTTP accepts this
    proof until `proven_until`."""

    id: str
    issued_at: int
    account: str | None = None
    proven_until: int = 0


def issue(secret: bytes, visitor: str, now: int, account: str | None = None) -> str:
    """A new token, bound to `account` if given. Raises ValueError if an id is not a UUID."""
    signed = UUID(visitor).bytes + now.to_bytes(6, "big")
    if account is None:
        return _signed(secret, _UNBOUND, signed)
    return _signed(secret, _BOUND, signed + UUID(account).bytes + (now + PROVEN_MS).to_bytes(6, "big"))


def open(secret: bytes, token: str, now: int) -> Visitor | None:
    """The content of a token; None if the token is damaged, forged or too old."""
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
    """The token for a visitor without an account: `token` if it is a valid, unbound token of this visitor and younger
    than RENEW_MS, or else a new one."""
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
    """True if a token was issued after the last sign-out of its visitor or account."""
    return signed_out_at is None or token.issued_at > signed_out_at


def goes_on(bound: str | None, account: str | None) -> bool:
    """True if a browser that now has the account `account` may remain the same visitor.

    `bound` is the account to which the visitor is bound. Either argument is None if there is no account. If the result
    is False, because of a sign-out or another account, the browser becomes a new visitor.
    """
    return bound is None or bound == account


def _signed(secret: bytes, version: bytes, content: bytes) -> str:
    signed = version + content
    return urlsafe_b64encode(signed + _mac(secret, signed, _MAC[version])).decode()


def _mac(secret: bytes, signed: bytes, size: int) -> bytes:
    return hmac.digest(secret, _PURPOSE + signed, hashlib.sha256)[:size]
