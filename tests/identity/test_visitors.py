"""Visitor tokens."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from identity.visitors import DAY_MS, Visitor, issue, open, renew

SECRET = b"a secret of the tests, long enough for it"
ID = str(uuid4())
NOW = 1_764_000_000_000


def test_a_token_names_its_visitor_for_30_days_from_its_last_use() -> None:
    """However late on its first day, on which it is not renewed, that use was; and after a clock that was put back."""
    token = issue(SECRET, ID, NOW)
    last_use = NOW + DAY_MS - 1
    assert renew(SECRET, token, ID, last_use) == token
    assert open(SECRET, token, last_use + 30 * DAY_MS) == Visitor(ID, NOW)
    assert open(SECRET, token, NOW + 31 * DAY_MS) is None
    assert open(SECRET, token, NOW - 3_600_000) == Visitor(ID, NOW)
    assert open(SECRET, token, NOW - 2 * DAY_MS) is None


def test_a_token_of_another_desk_is_nothing() -> None:
    """Another secret opens nothing."""
    assert open(b"another secret", issue(SECRET, ID, NOW), NOW) is None


@given(some.integers(0, 51), some.sampled_from("AZaz09-_=+/ \né"))
def test_a_token_with_one_other_character_is_nothing(place: int, character: str) -> None:
    """No character can be changed, not even one that decodes to the same bytes."""
    token = issue(SECRET, ID, NOW)
    other = token[:place] + character + token[place + 1 :]
    assert (open(SECRET, other, NOW) is not None) == (other == token)


@pytest.mark.parametrize("token", ["", "x", "sb_" + "a" * 43, "A" * 52, "A" * 10_000, "\0", "é"])
def test_text_that_is_no_token_is_nothing(token: str) -> None:
    """Whatever is sent, there is an answer."""
    assert open(SECRET, token, NOW) is None


def test_a_token_is_renewed_once_a_day() -> None:
    """The same comes back on the day of its issue; then, or for another visitor, or for none, a new one."""
    token = issue(SECRET, ID, NOW)
    assert renew(SECRET, token, ID, NOW + DAY_MS - 1) == token
    assert open(SECRET, renew(SECRET, token, ID, NOW + DAY_MS), NOW + DAY_MS) == Visitor(ID, NOW + DAY_MS)
    other = str(uuid4())
    assert open(SECRET, renew(SECRET, token, other, NOW), NOW) == Visitor(other, NOW)
    assert open(SECRET, renew(SECRET, None, ID, NOW), NOW) == Visitor(ID, NOW)
