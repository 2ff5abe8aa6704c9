"""Secrets that must be had back, kept so that the database alone gives them away to nobody: encrypted with a key that
comes from SECRET (JWE, A256GCM), and each for one owner only.
"""

from __future__ import annotations

import hashlib
import hmac

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_ALGORITHMS = ["dir", "A256GCM"]


class Sealer:
    """Seals and opens what is kept for one `purpose`. Who knows SECRET, and nobody else, can open it."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._key = OctKey.import_key(hmac.digest(secret, f"switchboard {purpose}\0".encode(), hashlib.sha256))

    def seal(self, owner: str, text: str) -> str:
        """The text as it may be stored for `owner`."""
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM", "kid": owner}, text, self._key, _ALGORITHMS)

    def open(self, owner: str, sealed: str) -> str | None:
        """The text; None where it was sealed under another SECRET, for another owner, or was changed."""
        try:
            opened = jwe.decrypt_compact(sealed, self._key, _ALGORITHMS)
        except (JoseError, ValueError):
            return None
        if opened.headers().get("kid") != owner or opened.plaintext is None:
            return None
        return opened.plaintext.decode()
