"""A passkey authenticator for tests: it answers the desk's options as a browser does, with keys of its own."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

import cbor2
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, SYNCABLE, ATTESTED = 0x01, 0x04, 0x08, 0x40


class Named(msgspec.Struct):
    id: str


class Creation(msgspec.Struct):
    """The used part of the options for a new passkey."""

    challenge: str
    rp: Named
    user: Named


class Request(msgspec.Struct, rename="camel"):
    """The used part of the options for a sign-in."""

    challenge: str
    rp_id: str


def text_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """Has one passkey. `counting` is False for those that always send 0 as their count of signatures. `synced` is True
    for those that copy the passkey to other devices."""

    origin: str
    flags: int = PRESENT | VERIFIED
    counting: bool = True
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0
    user: bytes = b""
    synced: bool = False

    def create(self, options: object, **client_data: object) -> dict[str, str]:
        """What the page's script sends after `navigator.credentials.create`."""
        asked = msgspec.convert(options, Creation)
        self.user = bytes_of(asked.user.id)
        numbers = self.key.public_key().public_numbers()
        public_key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(public_key)
        data = self._data(asked.rp.id, ATTESTED) + attested
        return {
            "id": text_of(self.credential),
            "client_data": text_of(self._client_data("webauthn.create", asked.challenge, client_data)),
            "attestation": text_of(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }

    def show(self, options: object, **client_data: object) -> dict[str, str]:
        """What the page's script sends after `navigator.credentials.get`."""
        asked = msgspec.convert(options, Request)
        self.count += 1
        data, said = self._data(asked.rp_id), self._client_data("webauthn.get", asked.challenge, client_data)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return {
            "id": text_of(self.credential),
            "client_data": text_of(said),
            "authenticator_data": text_of(data),
            "signature": text_of(signature),
            "user_handle": text_of(self.user),
        }

    def _data(self, rp: str, flags: int = 0) -> bytes:
        count = self.count if self.counting else 0
        return (
            hashlib.sha256(rp.encode()).digest()
            + bytes([self.flags | flags | (SYNCABLE if self.synced else 0)])
            + count.to_bytes(4, "big")
        )

    def _client_data(self, kind: str, challenge: str, more: Mapping[str, object]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **more}
        return json.dumps(said).encode()
