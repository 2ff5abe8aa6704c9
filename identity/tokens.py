"""Random secrets: bearer tokens, session cookies, authenticator secrets. Tokens and cookies are stored as SHA-256."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from typing import Literal, get_args

Scope = Literal["read", "write", "export", "monitor", "scim"]
"""`monitor`: nothing but reports of monitors about system availability (`report` in `identity.permissions`).
`scim`: nothing but the management of staff by an identity provider (`provision`)."""
SCOPES: tuple[Scope, ...] = get_args(Scope)

PREFIX = "sb_"
LABEL_LENGTH = 9
"""Number of characters of a token that are stored unhashed, so that people recognize the token in lists."""

_TOKEN = re.compile(r"sb_[A-Za-z0-9_-]{43}")
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """A bearer token of 256 bits."""
    return PREFIX + secrets.token_urlsafe(32)


def new_cookie() -> str:
    """A random secret of 256 bits, for a session cookie or a link in a letter."""
    return secrets.token_urlsafe(32)


def new_authenticator_secret() -> str:
    """The secret for an authenticator app: 160 bits in base32."""
    return base32(20)


def base32(size: int) -> str:
    """`size` random bytes in base32. `size` is a multiple of five."""
    return base64.b32encode(secrets.token_bytes(size)).decode()


def looks_like_token(text: str) -> bool:
    """True if `text` has the form of a token. Callers refuse other texts without a query."""
    return _TOKEN.fullmatch(text) is not None


def looks_like_cookie(text: str) -> bool:
    return _COOKIE.fullmatch(text) is not None


def fingerprint(secret: str) -> str:
    """The hash that is stored in place of the secret. The secret is long and random, so a plain SHA-256 is safe."""
    return hashlib.sha256(secret.encode()).hexdigest()


def label(token: str) -> str:
    """The part of a token that is safe to show."""
    return token[:LABEL_LENGTH]


def scopes_of(stored: str) -> frozenset[Scope]:
    """The scopes in the stored, comma-separated text."""
    return frozenset(scope for scope in SCOPES if scope in stored.split(","))
