"""Secrets that people carry: bearer tokens and session cookies, of which only the SHA-256 is stored, and what an
authenticator app makes codes from."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from typing import Literal, get_args

Scope = Literal["read", "write", "export"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

PREFIX = "sb_"
LABEL_LENGTH = 9
"""Characters of a token that are kept as they are, to tell it by in lists."""

_TOKEN = re.compile(r"sb_[A-Za-z0-9_-]{43}")
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """A bearer token of 256 bits."""
    return PREFIX + secrets.token_urlsafe(32)


def new_cookie() -> str:
    """The value of a session cookie, of 256 bits."""
    return secrets.token_urlsafe(32)


def new_authenticator_secret() -> str:
    """What an authenticator app makes codes from: 160 bits in base32, as apps want it."""
    return base32(20)


def base32(size: int) -> str:
    """So many random bytes, a multiple of five, in capitals and the digits 2 to 7."""
    return base64.b32encode(secrets.token_bytes(size)).decode()


def looks_like_token(text: str) -> bool:
    """Could this be a bearer token of a user? Anything else need not be looked up."""
    return _TOKEN.fullmatch(text) is not None


def looks_like_cookie(text: str) -> bool:
    """Could this be the value of a session cookie?"""
    return _COOKIE.fullmatch(text) is not None


def fingerprint(secret: str) -> str:
    """What is stored of a secret. It is long and random, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def label(token: str) -> str:
    """The part of a token that people may see."""
    return token[:LABEL_LENGTH]


def scopes_of(stored: str) -> frozenset[Scope]:
    """The scopes as they are stored, comma-separated."""
    return frozenset(scope for scope in SCOPES if scope in stored.split(","))
