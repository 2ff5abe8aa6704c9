from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from identity.visitors import DAY_MS, Visitor, issue, open, renew

SECRET = b"a secret of the tests, long enough for it"
ID = str(uuid4())
NOW = 1_764_000_000_000


def test_token_is_valid_for_30_days_after_the_last_use() -> None:
    """Also if that use was too early for a renewal, and after the clock was set back."""
    token = issue(SECRET, ID, NOW)
    last_use = NOW + DAY_MS - 1
    assert renew(SECRET, token, ID, last_use) == token
    assert open(SECRET, token, last_use + 30 * DAY_MS) == Visitor(ID, NOW)
    assert open(SECRET, token, NOW + 31 * DAY_MS) is None
    assert open(SECRET, token, NOW - 3_600_000) == Visitor(ID, NOW)
    assert open(SECRET, token, NOW - 2 * DAY_MS) is None


def test_token_of_another_desk_is_invalid() -> None:
    assert open(b"another secret", issue(SECRET, ID, NOW), NOW) is None


@given(some.integers(0, 51), some.sampled_from("AZaz09-_=+/ \né"))
def test_changed_token_is_invalid(place: int, character: str) -> None:
    token = issue(SECRET, ID, NOW)
    other = token[:place] + character + token[place + 1 :]
    assert (open(SECRET, other, NOW) is not None) == (other == token)


@pytest.mark.parametrize("token", ["", "x", "sb_" + "a" * 43, "A" * 52, "A" * 10_000, "\0", "é"])
def test_other_text_is_no_token(token: str) -> None:
    assert open(SECRET, token, NOW) is None


def test_token_is_renewed_after_a_day() -> None:
    """For another visitor or without a token, a new one is issued."""
    token = issue(SECRET, ID, NOW)
    assert renew(SECRET, token, ID, NOW + DAY_MS - 1) == token
    assert open(SECRET, renew(SECRET, token, ID, NOW + DAY_MS), NOW + DAY_MS) == Visitor(ID, NOW + DAY_MS)
    other = str(uuid4())
    assert open(SECRET, renew(SECRET, token, other, NOW), NOW) == Visitor(other, NOW)
    assert open(SECRET, renew(SECRET, None, ID, NOW), NOW) == Visitor(ID, NOW)
