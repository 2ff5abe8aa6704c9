"""Built-in proof of work: signed challenges that need no storage. Pure.

A challenge is base64url of: a difficulty byte, the moment of issue (6 bytes, big-endian) and the first 136 bits of an
HMAC-SHA256 over these, the network and the person. A proof is a text `CHALLENGE:ANSWER` whose SHA-256 begins with at
least as many zero bits as the difficulty. A proof fits into one SHA-256 block.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

VALID_MS = 300_000
"""Lifetime of a challenge in ms."""
_AHEAD_MS = 60_000
_PURPOSE = b"switchboard proof of work\0"
_SIGNED = 7
_MAC = 17
_PROOF = re.compile(r"([A-Za-z0-9_-]{32}):([0-9]{1,12})")


def issue(secret: bytes, network: str, person: str, bits: int, now: int) -> str:
    """A challenge for this person at this network. The SHA-256 of a proof must begin with `bits` zero bits."""
    signed = bytes((bits,)) + now.to_bytes(6, "big")
    return urlsafe_b64encode(signed + _mac(secret, signed, network, person)).decode()


def challenge_in(proof: str) -> str | None:
    """The challenge in a proof; None if the text is not a proof of work."""
    found = _PROOF.fullmatch(proof)
    return found[1] if found else None


def is_solved(secret: bytes, proof: str, network: str, person: str, now: int) -> bool:
    """True if `proof` solves a valid challenge issued to this person at this network."""
    challenge = challenge_in(proof)
    if challenge is None:
        return False
    raw = urlsafe_b64decode(challenge)
    signed, mac = raw[:_SIGNED], raw[_SIGNED:]
    if not hmac.compare_digest(mac, _mac(secret, signed, network, person)):
        return False
    if not now - VALID_MS < int.from_bytes(signed[1:], "big") <= now + _AHEAD_MS:
        return False
    return zero_bits(proof) >= signed[0]


def zero_bits(proof: str) -> int:
    """The number of leading zero bits of the SHA-256 of `proof`."""
    return 256 - int.from_bytes(hashlib.sha256(proof.encode()).digest(), "big").bit_length()


def solve(challenge: str, bits: int) -> str:
    """Find a proof by brute force. This takes 2^bits hashes on average. For programs and tests."""
    start = hashlib.sha256(f"{challenge}:".encode())
    limit = 1 << (256 - bits)
    answer = 0
    while True:
        attempt = start.copy()
        attempt.update(str(answer).encode())
        if int.from_bytes(attempt.digest(), "big") < limit:
            return f"{challenge}:{answer}"
        answer += 1


def _mac(secret: bytes, signed: bytes, network: str, person: str) -> bytes:
    message = _PURPOSE + signed + network.encode() + b"\0" + person.encode()
    return hmac.digest(secret, message, hashlib.sha256)[:_MAC]
