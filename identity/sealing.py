"""Encryption of stored secrets that must be readable again (JWE, A256GCM).

The key is derived from SECRET, so the database alone reveals nothing. A sealed secret can only be opened with the id of
its owner.
"""

from __future__ import annotations

import hashlib
import hmac

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_ALGORITHMS = ["dir", "A256GCM"]


class Sealer:
    """Seals and opens secrets with the key for one `purpose`."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._key = OctKey.import_key(hmac.digest(secret, f"switchboard {purpose}\0".encode(), hashlib.sha256))

    def seal(self, owner: str, text: str) -> str:
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM", "kid": owner}, text, self._key, _ALGORITHMS)

    def open(self, owner: str, sealed: str) -> str | None:
        """The secret in `sealed`; None if `sealed` was changed, was sealed for another owner, or was sealed with
        another SECRET."""
        try:
            opened = jwe.decrypt_compact(sealed, self._key, _ALGORITHMS)
        except (JoseError, ValueError):
            return None
        if opened.headers().get("kid") != owner or opened.plaintext is None:
            return None
        return opened.plaintext.decode()
