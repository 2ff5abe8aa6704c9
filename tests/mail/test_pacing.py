from __future__ import annotations

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
    assert Turns().next(HOUR, 3) == HOUR
    assert Turns(2, HOUR - 1).next(HOUR, 3) == HOUR


def test_letters_of_an_origin_over_its_limit_are_due_one_after_the_other() -> None:
    assert Turns(3, HOUR).next(HOUR, 3) == HOUR + HOUR // 3
    assert Turns(4, 2 * HOUR).next(HOUR, 3) == 2 * HOUR + HOUR // 3


def test_letter_of_an_origin_never_overtakes_one_that_waits() -> None:
    assert Turns(1, 2 * HOUR).next(HOUR, 3) == 2 * HOUR + HOUR // 3
