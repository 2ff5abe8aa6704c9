"""Proofs of work: who they hold for, and for how long."""

from __future__ import annotations

import hashlib

import pytest

from identity import work

SECRET = b"a secret of the tests"
NOW = 1_800_000_000_000
BITS = 8


def solved(bits: int = BITS, network: str = "192.0.2.7", person: str = "vic", now: int = NOW) -> str:
    return work.solve(work.issue(SECRET, network, person, bits, now), bits)


def test_a_solved_challenge_holds_for_its_person_and_network() -> None:
    """And for nobody else, nowhere else."""
    proof = solved()
    assert work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW)
    assert not work.is_solved(SECRET, proof, "192.0.2.8", "vic", NOW)
    assert not work.is_solved(SECRET, proof, "192.0.2.7", "eve", NOW)
    assert not work.is_solved(b"another secret", proof, "192.0.2.7", "vic", NOW)


def test_a_challenge_expires() -> None:
    """After its time, and when it comes from the future."""
    proof = solved()
    assert work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW + work.VALID_MS - 1)
    assert not work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW + work.VALID_MS)
    assert not work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW - 120_000)


def test_the_difficulty_cannot_be_lowered() -> None:
    """It is signed: a challenge of 30 bits with another first byte is none of ours."""
    challenge = work.issue(SECRET, "192.0.2.7", "vic", 30, NOW)
    easier = work.issue(b"another secret", "192.0.2.7", "vic", 1, NOW)[:2] + challenge[2:]
    assert not work.is_solved(SECRET, work.solve(easier, 1), "192.0.2.7", "vic", NOW)


def test_an_answer_that_is_not_enough_is_refused() -> None:
    """The hash must begin with all of the zeros."""
    challenge = work.issue(SECRET, "192.0.2.7", "vic", 24, NOW)
    assert not work.is_solved(SECRET, f"{challenge}:1", "192.0.2.7", "vic", NOW)


@pytest.mark.parametrize(
    "proof", ["", ":", "x", "x" * 32 + ":1", "x" * 32 + ":", "\N{SNOWMAN}" * 32 + ":1", "1" * 2_600]
)
def test_rubbish_is_no_proof(proof: str) -> None:
    """Whatever it is, nothing is raised."""
    assert not work.is_solved(SECRET, proof, "192.0.2.7", "vic", NOW)


def test_a_proof_is_one_block_of_sha_256() -> None:
    """So that a solver needs one round a try: 55 bytes are the most."""
    proof = solved()
    assert len(proof.split(":")[0]) == 32 and len("x" * 32 + ":" + "9" * 12) <= 55
    assert hashlib.sha256(proof.encode()).digest()[0] == 0
