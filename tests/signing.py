"""A host site in tests: it shares a secret with the desk and signs who its user is."""

from __future__ import annotations

import warnings
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, TypedDict

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeyFlexible, OctKey
from msgspec import json

DESK = "https://support.desk.example"
"""The desk's address in tests about identities: the `aud` of what is signed."""
SECRET = "a secret of a host site, long enough for it"


class HostSettings(TypedDict, total=False):
    """Settings of a desk whose customers come from a host site."""

    base_url: str
    identity_secret: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site whose users are customers of the desk. `kid` None where the secret has no name."""

    secret: str = SECRET
    kid: str | None = None
    audience: str = DESK

    def claims(self, user: str, now: int, **others: Any) -> dict[str, Any]:
        """What is said of a user, at `now` (ms since the epoch, UTC); `others` in place of it, None for not at all."""
        seconds = now // 1000
        said = {
            "sub": user,
            "aud": self.audience,
            "iat": seconds,
            "exp": seconds + 300,
            "email": f"{user}@northlake.example",
            "email_verified": True,
            "name": user.title(),
            **others,
        }
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, user: str, now: int, **others: Any) -> str:
        """An identity as it should be, but for `others`."""
        header = {"alg": "HS256", **({"kid": self.kid} if self.kid is not None else {})}
        return signed(header, self.claims(user, now, **others), self.secret)


def signed(header: dict[str, Any], claims: dict[str, Any], secret: str | KeyFlexible) -> str:
    """A JWT, of whatever sort."""
    key = OctKey.import_key(secret) if isinstance(secret, str) else secret
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def unsigned(header: Any, claims: Any, signature: str = "") -> str:
    """What looks like a JWT, with a signature of one's own."""
    parts = (urlsafe_b64encode(json.encode(part)).rstrip(b"=").decode() for part in (header, claims))
    return ".".join([*parts, signature])
