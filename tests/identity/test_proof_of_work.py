from __future__ import annotations

import hashlib

import pytest

from identity import proof_of_work

SECRET = b"a secret of the tests"
NOW = 1_800_000_000_000
BITS = 8


def solved(bits: int = BITS, network: str = "192.0.2.7", person: str = "vic", now: int = NOW) -> str:
    return proof_of_work.solve(proof_of_work.issue(SECRET, network, person, bits, now), bits)


def test_proof_is_valid_for_its_person_and_network_only() -> None:
    proof = solved()
    assert proof_of_work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW)
    assert not proof_of_work.is_solved(SECRET, proof, "192.0.2.8", "vic", NOW)
    assert not proof_of_work.is_solved(SECRET, proof, "192.0.2.7", "eve", NOW)
    assert not proof_of_work.is_solved(b"another secret", proof, "192.0.2.7", "vic", NOW)


def test_challenge_expires() -> None:
    proof = solved()
    assert proof_of_work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW + proof_of_work.VALID_MS - 1)
    assert not proof_of_work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW + proof_of_work.VALID_MS)
    assert not proof_of_work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW - 120_000)


def test_difficulty_is_signed() -> None:
    challenge = proof_of_work.issue(SECRET, "192.0.2.7", "vic", 30, NOW)
    easier = proof_of_work.issue(b"another secret", "192.0.2.7", "vic", 1, NOW)[:2] + challenge[2:]
    assert not proof_of_work.is_solved(SECRET, proof_of_work.solve(easier, 1), "192.0.2.7", "vic", NOW)


def test_proof_with_too_few_zero_bits_is_refused() -> None:
    challenge = proof_of_work.issue(SECRET, "192.0.2.7", "vic", 24, NOW)
    assert not proof_of_work.is_solved(SECRET, f"{challenge}:1", "192.0.2.7", "vic", NOW)


@pytest.mark.parametrize(
    "proof", ["", ":", "x", "x" * 32 + ":1", "x" * 32 + ":", "\N{SNOWMAN}" * 32 + ":1", "1" * 2_600]
)
def test_other_text_is_no_proof(proof: str) -> None:
    assert not proof_of_work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW)


def test_proof_fits_into_one_sha_256_block() -> None:
    """At most 55 bytes, so a solver needs one round per try."""
    proof = solved()
    assert len(proof.split(":")[0]) == 32 and len("x" * 32 + ":" + "9" * 12) <= 55
    assert hashlib.sha256(proof.encode()).digest()[0] == 0
