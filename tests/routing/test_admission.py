"""What a further chat of a network costs."""

from __future__ import annotations

import pytest

from routing.admission import BITS_MAX, BITS_MIN, FREE, Admission, Allowance, admission


@pytest.mark.parametrize(
    ("waiting", "queue_max", "expected"),
    [
        (0, 100, Admission()),
        (FREE - 1, 100, Admission()),
        (FREE, 100, Admission(bits=BITS_MIN)),
        (9, 100, Admission(bits=BITS_MIN)),
        (10, 100, Admission(bits=BITS_MIN + 1)),
        (24, 100, Admission(bits=BITS_MIN + 3)),
        (25, 100, Admission(refused=True)),
        (200, 100, Admission(refused=True)),
        (200, None, Admission(bits=BITS_MAX)),
        (25, 101, Admission(bits=BITS_MAX)),
        # A short queue still has room for the free ones.
        (FREE - 1, 8, Admission()),
        (FREE, 8, Admission(refused=True)),
    ],
)
def test_admission_of_a_network_rises_with_those_that_wait(
    waiting: int, queue_max: int | None, expected: Admission
) -> None:
    """Free, then work that doubles with each five, then no place."""
    assert admission(waiting, queue_max) == expected


def test_admission_without_an_end_never_asks_for_less() -> None:
    """One more that waits never makes the next one cheaper."""
    bits = [admission(waiting, None).bits for waiting in range(100)]
    assert bits == sorted(bits)


def test_requests_of_a_network_cost_work_beyond_the_free_ones() -> None:
    """Five at once, then each costs, more with each five; with time they are free again, one by one."""
    allowance, costs = Allowance(0.0), []
    for _ in range(FREE + 11):
        costs.append(allowance.bits(0.0))
        allowance.take()
    assert costs == [0] * FREE + [BITS_MIN] * 5 + [BITS_MIN + 1] * 5 + [BITS_MIN + 2]
    assert allowance.bits(3600.0) == 0
    for _ in range(100):
        allowance.take()
    assert allowance.bits(3600.0) == BITS_MAX
    assert allowance.bits(3600.0 + 2 * 3600) == 0


def test_twenty_requests_an_hour_cost_nothing() -> None:
    """However long it goes on."""
    allowance = Allowance(0.0)
    for number in range(200):
        assert allowance.bits(number * 180.0) == 0
        allowance.take()
