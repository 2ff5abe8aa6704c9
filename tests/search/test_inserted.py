from __future__ import annotations

from search.inserted import DAY_MS, GIVEN_UP_MS, STAYS_MS, judged


def test_judged_ticket_stayed_solved_has_helped() -> None:
    assert judged(0, DAY_MS, DAY_MS + STAYS_MS) == ("helped", DAY_MS + STAYS_MS)


def test_judged_ticket_solved_lately_is_checked_when_the_time_is_over() -> None:
    assert judged(0, DAY_MS, DAY_MS + STAYS_MS - 1) == ("waiting", DAY_MS + STAYS_MS)


def test_judged_ticket_solved_before_the_insertion_counts_from_the_insertion() -> None:
    assert judged(DAY_MS, 0, STAYS_MS) == ("waiting", DAY_MS + STAYS_MS)


def test_judged_ticket_not_solved_waits_a_day_until_it_is_given_up() -> None:
    assert judged(0, None, GIVEN_UP_MS - 1) == ("waiting", GIVEN_UP_MS - 1 + DAY_MS)
    assert judged(0, None, GIVEN_UP_MS) == ("not_helped", GIVEN_UP_MS)
