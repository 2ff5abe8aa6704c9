"""The cost of new chats and requests, by network."""

from __future__ import annotations

from itertools import product

import pytest

from routing.admission import (
    BITS_MAX,
    BITS_MIN,
    FREE,
    FREE_FILLING,
    REQUEST_MS,
    REQUESTS_MS_MAX,
    Admission,
    Crowd,
    admission,
    bits_of_request,
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
def test_admission_of_a_network_gets_harder_with_its_chats(
    held: int, queue_max: int | None, expected: Admission
) -> None:
    """Free, then work that doubles every five chats, then refused."""
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
def test_admission_of_a_site_gets_harder_with_its_chats(site: int, queue_max: int | None, expected: Admission) -> None:
    """However few belong to the network."""
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
def test_filling_queue_has_fewer_free_chats_then_none(team: int, free: int, bits: int) -> None:
    """`bits` is for a network without chats."""
    assert free_chats(team, 100) == free
    assert admission(Crowd(team=team), 100) == Admission(bits=bits)
    assert admission(Crowd(network=free, team=team), 100).bits == max(bits, BITS_MIN)


def test_unlimited_queue_is_always_free() -> None:
    assert admission(Crowd(team=10_000), None) == Admission()
    assert admission(Crowd(team=3), 0).bits == BITS_MAX


def test_admission_never_gets_easier_with_more_chats() -> None:
    """Of the network, site or team."""
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


def test_requests_beyond_the_free_ones_cost_work() -> None:
    """More with every five. With time they get free again, one by one."""
    costs = [bits_of_request(number * REQUEST_MS) for number in range(1, FREE + 12)]
    assert costs == [0] * FREE + [BITS_MIN] * 5 + [BITS_MIN + 1] * 5 + [BITS_MIN + 2]
    assert bits_of_request(REQUESTS_MS_MAX) == BITS_MAX
    assert bits_of_request(REQUESTS_MS_MAX - 3 * 3_600_000 + REQUEST_MS) == 0 and REQUEST_MS * 20 == 3_600_000


def test_operator_can_raise_the_free_chats() -> None:
    assert admission(Crowd(network=30), 100, 40) == Admission()
    assert admission(Crowd(network=40), 400, 40) == Admission(bits=BITS_MIN)
    assert admission(Crowd(site=159), 1_000, 40) == Admission()
    assert admission(Crowd(site=160), 1_000, 40) == Admission(bits=BITS_MIN)
