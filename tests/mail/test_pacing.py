from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from mail.pacing import ATTEMPTS, PAUSES_MS, Turns, due_if_bare, next_attempt

HOUR = 3_600_000


def test_pauses_grow_and_last_about_a_day() -> None:
    assert list(PAUSES_MS) == sorted(PAUSES_MS)
    assert 23 * HOUR < sum(PAUSES_MS) < 24 * HOUR


def test_letter_is_given_up_after_the_last_attempt() -> None:
    assert next_attempt(1, 1_000) == 1_000 + PAUSES_MS[0]
    assert next_attempt(ATTEMPTS - 1, 0) == PAUSES_MS[-1]
    assert next_attempt(ATTEMPTS, 0) is None


def test_second_letter_to_an_unconfirmed_address_waits_for_its_hour() -> None:
    assert due_if_bare(None, 5) == 5
    assert due_if_bare(10 * HOUR, 10 * HOUR + 1) == 11 * HOUR
    assert due_if_bare(10 * HOUR, 12 * HOUR) == 12 * HOUR


def test_letters_of_an_origin_within_its_limit_are_due_at_once() -> None:
    assert Turns().next(HOUR, 6) == HOUR
    assert Turns(2, HOUR - 1).next(HOUR, 6) == HOUR


def test_letters_of_an_origin_over_its_limit_are_due_one_after_the_other() -> None:
    assert Turns(3, HOUR).next(HOUR, 6) == HOUR + HOUR // 3
    assert Turns(4, 2 * HOUR).next(HOUR, 6) == 2 * HOUR + HOUR // 3


def test_letter_of_an_origin_never_overtakes_one_that_waits() -> None:
    assert Turns(1, 2 * HOUR).next(HOUR, 6) == 2 * HOUR + HOUR // 3


@given(st.lists(st.integers(0, HOUR // 2), max_size=60), st.integers(2, 20))
def test_letters_of_an_origin_in_any_hour_are_within_its_limit(gaps: list[int], most: int) -> None:
    """Whenever they come."""
    due: list[int] = []
    for now in accumulate(gaps):
        known = [at for at in due if at > now - HOUR]
        due.append(Turns(len(known), max(known, default=None)).next(now, most))
    assert all(sum(at <= other < at + HOUR for other in due) <= most for at in due)
