"""Signed Message-IDs, and the addresses for replies and bounces. Pure.

The signatures and the tokens in the addresses are derived from one key, which is derived from SECRET. The database
keeps only hashes of the tokens, so nobody can forge an address from a copy of the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_BYTES = 16
"""Length of a token in bytes: 128 bits."""
_SIGNED = re.compile(r"<([a-z0-9-]+)\.([a-z2-7]{26})@([^<>@\s]+)>")


def fingerprint(token: str) -> str:
    """The hash of a token. The database stores the hash in place of the token. Tokens are long and random, so a plain
    SHA-256 is safe."""
    return hashlib.sha256(token.encode()).hexdigest()


class Identifiers:
    """`domain` is the host of Message-IDs. Reply and bounce addresses exist if `receives` is true."""

    def __init__(self, secret: bytes, domain: str, *, receives: bool) -> None:
        self._key = hmac.digest(secret, b"switchboard mail\0", hashlib.sha256)
        self._domain = domain
        self.receives = receives

    def message_id(self, name: str) -> str:
        """The Message-ID of the letter with this unique name."""
        return f"<{name}.{self._token('message', name)}@{self._domain}>"

    def thread_id(self, ticket: int) -> str:
        """An id that all letters about the ticket refer to, so that mail programs show them together."""
        return self.message_id(f"ticket-{ticket}")

    def is_ours(self, message_id: str) -> bool:
        """True if this desk made the Message-ID. The domain in it is not checked, because the desk may have had another
        domain before."""
        found = _SIGNED.fullmatch(message_id)
        return found is not None and hmac.compare_digest(self._token("message", found[1]), found[2])

    def bounce_token(self, message_id: str) -> str:
        return self._token("bounce", message_id)

    def reply_token(self, ticket: int, address: str, generation: int) -> str:
        """The token in the address to which this recipient answers about this ticket."""
        return self._token("reply", f"{ticket}\0{address}\0{generation}")

    def bounce_address(self, message_id: str) -> str:
        return f"bounce+{self.bounce_token(message_id)}@{self._domain}"

    def reply_address(self, ticket: int, address: str, generation: int) -> str:
        return f"reply+{self.reply_token(ticket, address, generation)}@{self._domain}"

    def _token(self, purpose: str, text: str) -> str:
        # Base 32 in lower case: mail servers may ignore the case of an address.
        mac = hmac.digest(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256)[:_BYTES]
        return base64.b32encode(mac).decode().rstrip("=").lower()
