from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learning.reminders import applies, due_step, key_of
from learning.seats import LAST_MS, OFFER_MS, may_take, offer_until, to_offer
from learning.sessions import HOUR_MS, Seats

START = 100 * HOUR_MS


def test_offer_lasts_a_day_but_ends_two_hours_before_the_start() -> None:
    assert offer_until(0, START) == OFFER_MS
    assert offer_until(START - 5 * HOUR_MS, START) == START - LAST_MS
    assert offer_until(START - LAST_MS, START) is None


def test_free_place_goes_to_those_who_wait_until_the_last_two_hours() -> None:
    freed = Seats(capacity=10, taken=9, waiting=3)
    assert not may_take(freed, START - LAST_MS - 1, START)
    assert may_take(freed, START - LAST_MS, START)
    assert (to_offer(freed, 0, START), to_offer(freed, START - LAST_MS, START)) == (1, 0)
    assert may_take(Seats(10, 9), 0, START) and not may_take(Seats(10, 10), START - 1, START)


@given(st.integers(1, 50), st.integers(0, 60), st.integers(0, 60), st.integers(0, START))
def test_offers_never_exceed_the_places_that_are_free(capacity: int, taken: int, waiting: int, now: int) -> None:
    seats = Seats(capacity, taken, waiting)
    count = to_offer(seats, now, START)
    assert 0 <= count <= waiting and taken + count <= max(capacity, taken)
    if may_take(seats, now, START):
        assert seats.left > 0 and count == 0


def test_reminder_is_due_a_day_and_an_hour_before_and_not_when_over() -> None:
    day = START - 24 * HOUR_MS
    assert due_step(day - 1, START) is None
    assert due_step(day, START) == "day" and due_step(START - HOUR_MS - 1, START) == "day"
    assert due_step(START - HOUR_MS, START) == "hour" and due_step(START - 1, START) == "hour"
    assert due_step(START, START) is None


def test_reminder_is_left_out_for_those_who_registered_after_it() -> None:
    assert applies("day", START, START - 25 * HOUR_MS)
    assert not applies("day", START, START - 24 * HOUR_MS)
    assert applies("hour", START, START - 2 * HOUR_MS)
    assert key_of("day", START) != key_of("day", START + 1)
