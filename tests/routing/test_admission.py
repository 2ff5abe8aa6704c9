"""What a further chat of a network costs."""

from __future__ import annotations

from itertools import product

import pytest

from routing.admission import (
    BITS_MAX,
    BITS_MIN,
    FREE,
    FREE_FILLING,
    Admission,
    Allowance,
    Crowd,
    admission,
    free_chats,
)

FREE_AT_SITE = 20


@pytest.mark.parametrize(
    ("held", "queue_max", "expected"),
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
def test_admission_of_a_network_rises_with_those_that_it_holds(
    held: int, queue_max: int | None, expected: Admission
) -> None:
    """Free, then work that doubles with each five, then no place."""
    assert admission(Crowd(held), queue_max) == expected


@pytest.mark.parametrize(
    ("site", "queue_max", "expected"),
    [
        (FREE_AT_SITE - 1, 100, Admission()),
        (FREE_AT_SITE, 100, Admission(bits=BITS_MIN)),
        (24, 100, Admission(bits=BITS_MIN)),
        (25, 100, Admission(refused=True)),
        (200, None, Admission(bits=BITS_MAX)),
        (6, 24, Admission(refused=True)),
    ],
)
def test_admission_of_a_site_rises_with_those_that_it_holds(
    site: int, queue_max: int | None, expected: Admission
) -> None:
    """However few of them are of the network that asks."""
    assert admission(Crowd(network=1, site=site), queue_max) == expected


@pytest.mark.parametrize(
    ("team", "free", "bits"),
    [
        (0, FREE, 0),
        (25, FREE, 0),
        (26, FREE_FILLING, 0),
        (50, FREE_FILLING, 0),
        (51, 0, BITS_MIN),
        (59, 0, BITS_MIN),
        (60, 0, BITS_MIN + 1),
        (90, 0, BITS_MAX),
        (200, 0, BITS_MAX),
    ],
)
def test_admission_to_a_filling_queue_has_fewer_free_places_then_none(team: int, free: int, bits: int) -> None:
    """`bits` for a network that holds none yet."""
    assert free_chats(team, 100) == free
    assert admission(Crowd(team=team), 100) == Admission(bits=bits)
    assert admission(Crowd(network=free, team=team), 100).bits == max(bits, BITS_MIN)


def test_admission_to_a_queue_without_an_end_is_free_however_many_wait() -> None:
    """Nobody can fill it."""
    assert admission(Crowd(team=10_000), None) == Admission()
    assert admission(Crowd(team=3), 0).bits == BITS_MAX


def test_admission_never_asks_for_less_where_more_are_there() -> None:
    """One more of a network, a site or a team never makes the next one cheaper."""
    for queue_max in (None, 0, 1, 2, 7, 24, 100, 1000):
        for network, site, team in product(range(0, 60, 3), range(0, 60, 4), range(0, 110, 3)):
            cost = _cost(Crowd(network, site, team), queue_max)
            for more in (
                Crowd(network + 1, site, team),
                Crowd(network, site + 1, team),
                Crowd(network, site, team + 1),
            ):
                assert _cost(more, queue_max) >= cost


def _cost(crowd: Crowd, queue_max: int | None) -> int:
    found = admission(crowd, queue_max)
    return 100 if found.refused else found.bits


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


def test_admission_with_more_free_asks_later() -> None:
    """Where an operator lets more chats of a network wait for nothing."""
    assert admission(Crowd(network=30), 100, 40) == Admission()
    assert admission(Crowd(network=40), 400, 40) == Admission(bits=BITS_MIN)
    assert admission(Crowd(site=159), 1_000, 40) == Admission()
    assert admission(Crowd(site=160), 1_000, 40) == Admission(bits=BITS_MIN)
