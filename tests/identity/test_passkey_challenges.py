from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from identity.passkey_challenges import RANDOM, VALID_MS, expires_at, issue

SECRET = b"a secret of the tests, long enough for it"
NOW = 1_764_000_000_000
CHALLENGE = issue(SECRET, "sign_in", "browser", bytes(RANDOM), NOW)


def test_challenge_is_valid_for_ten_minutes_in_its_browser() -> None:
    until = NOW + VALID_MS
    assert expires_at(SECRET, CHALLENGE, "sign_in", "browser", NOW) == until
    assert expires_at(SECRET, CHALLENGE, "sign_in", "browser", until - 1) == until
    assert expires_at(SECRET, CHALLENGE, "sign_in", "browser", until) is None
    assert expires_at(SECRET, CHALLENGE, "sign_in", "browser", NOW - 60_000) == until
    assert expires_at(SECRET, CHALLENGE, "sign_in", "browser", NOW - 60_001) is None


def test_challenge_of_another_purpose_browser_or_desk_is_not_valid() -> None:
    assert expires_at(SECRET, CHALLENGE, "add", "browser", NOW) is None
    assert expires_at(SECRET, CHALLENGE, "sign_in", "other", NOW) is None
    assert expires_at(b"another" + SECRET, CHALLENGE, "sign_in", "browser", NOW) is None


@given(at=some.integers(0, len(CHALLENGE) - 1), bit=some.integers(0, 7))
def test_changed_challenge_is_not_valid(at: int, bit: int) -> None:
    raw = bytearray(CHALLENGE)
    raw[at] ^= 1 << bit
    assert expires_at(SECRET, bytes(raw), "sign_in", "browser", NOW) is None


@given(raw=some.binary(max_size=80))
def test_other_bytes_are_no_challenge(raw: bytes) -> None:
    assert expires_at(SECRET, raw, "sign_in", "browser", NOW) is None
