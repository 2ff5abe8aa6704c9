"""Symmetric signatures of Standard Webhooks 1.0 (`v1`: HMAC-SHA256). Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
ID = "webhook-id"
"""The header with the id of a message."""


def secret_of(key: bytes) -> str:
    """The secret for this key, in the form in which it is entered at the receiver."""
    return PREFIX + base64.b64encode(key).decode()


def headers(id: str, at_s: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of one attempt, with one signature for each secret. `at_s` is the time of the attempt, in seconds."""
    signed = b".".join((id.encode(), str(at_s).encode(), body))
    return {
        "Content-Type": "application/json",
        ID: id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
