"""Which connections an address may hold, and which one makes room for another."""

from __future__ import annotations

import resource
from ipaddress import ip_network

import pytest
from structlog.testing import capture_logs

from server.edge.connections import RESERVE_MAX, RESERVE_MIN, Connections, Standing, most_connections

ONE, TWO, THREE = "192.0.2.1", "192.0.2.2", "192.0.2.3"


class Somebody:
    """A connection that is closed at once where it is to be."""

    def __init__(self, connections: Connections, standing: Standing = "idle") -> None:
        self.standing: Standing = standing
        self.dropped = False
        self._connections = connections

    def drop(self) -> None:
        self.dropped = True
        self._connections.went(self)


def held(connections: Connections, count: int, address: str, standing: Standing = "idle") -> list[Somebody]:
    """So many more connections of an address; those that were not let in are left out."""
    came = [Somebody(connections, standing) for _ in range(count)]
    return [one for one in came if connections.came(one, address)]


def test_idle_connection_over_the_limit_closes_the_oldest() -> None:
    """Of the same address. Others are not affected."""
    connections = Connections(idle=3)
    other = held(connections, 1, TWO)
    first = held(connections, 5, ONE)
    assert [one.dropped for one in first] == [True, True, False, False, False]
    assert not other[0].dropped and connections.count == 4


def test_busy_and_identified_connections_do_not_count_as_idle() -> None:
    """However many there are. An idle connection never closes one of them."""
    connections = Connections(idle=3)
    asking = held(connections, 10, ONE, "asking")
    proven = held(connections, 10, ONE, "proven")
    idle = held(connections, 20, ONE)
    assert not any(one.dropped for one in asking + proven)
    assert sum(not one.dropped for one in idle) <= 2 * 3
    for one in asking:
        connections.went(one)
    more = held(connections, 10, ONE)
    assert sum(not one.dropped for one in idle + more) == 3


def proven(connections: Connections, count: int, person: str, standing: Standing = "proven_idle") -> list[Somebody]:
    """So many connections of a person, each from an address of its own."""
    came = []
    for number in range(count):
        address = f"198.51.100.{number}"
        came += held(connections, 1, address)
        came[-1].standing = standing
        connections.proven(came[-1], address, person)
    return came


def test_person_over_the_limit_loses_the_least_recently_used_connection() -> None:
    """Busy connections and those of other people stay. If all are busy, the new one is closed. Closed ones do not
    count."""
    connections = Connections(idle=256, of_a_person=3)
    other = proven(connections, 3, "bea")
    asking, *idle = proven(connections, 3, "ana")
    asking.standing = "proven"
    connections.proven(idle[0], "198.51.100.1", "ana")
    more = proven(connections, 2, "ana", "proven")
    assert [one.dropped for one in (asking, *idle, *more)] == [False, True, True, False, False]
    (refused,) = proven(connections, 1, "ana")
    assert refused.dropped and not any(one.dropped for one in (asking, *more, *other))
    connections.went(asking)
    (taken,) = proven(connections, 1, "ana")
    assert not taken.dropped


def test_full_server_closes_idle_connections_of_the_person_with_most() -> None:
    """One signed-in person cannot take everybody's place. Their WebSockets and running requests stay, and so do people
    with few connections."""
    connections = Connections(idle=256, most=20, of_a_person=100)
    little, much = proven(connections, 2, "bea"), proven(connections, 10, "ana")
    much[0].standing = "proven"
    socket = Somebody(connections, "proven")
    connections.became(much[1], socket)
    held(connections, 8, ONE, "asking")
    assert connections.count == 20
    assert len(held(connections, 5, TWO, "asking")) == 5
    assert [one.dropped for one in much] == [False] * 2 + [True] * 5 + [False] * 3
    assert not socket.dropped and not any(one.dropped for one in little)


def test_people_behind_a_trusted_proxy_are_not_limited() -> None:
    """Without limits nobody's connections are counted either."""
    for connections in (
        Connections(idle=256, of_a_person=1, trusted=[ip_network("198.51.100.0/24")]),
        Connections(of_a_person=1),
    ):
        assert not any(one.dropped for one in proven(connections, 5, "ana"))


class Slow:
    """A peer that leaves so many bytes in our memory."""

    def __init__(self, unsent: int) -> None:
        self.unsent = unsent
        self.is_cut = False

    def cut(self) -> None:
        self.is_cut = True


def test_unsent_data_of_an_address_is_bounded() -> None:
    """The connections blocked for longest are closed, as many as needed, but never the last one and none of other
    addresses."""
    connections = Connections(unsent_max=10)
    other, slow = Slow(10), [Slow(4), Slow(4), Slow(3), Slow(9), Slow(50)]
    connections.blocked(other, TWO)
    cut = []
    for each in slow:
        connections.blocked(each, ONE)
        cut.append([one.is_cut for one in slow].count(True))
    assert cut == [0, 0, 1, 3, 4]
    assert not slow[-1].is_cut and not other.is_cut


def test_unsent_data_of_all_addresses_is_bounded() -> None:
    """The longest blocked connection of the address with most unsent data is closed, even if it is the only one there,
    but never the last one of all."""
    connections = Connections(unsent_max=10, unsent_all_max=20)
    slow = [Slow(6), Slow(3), Slow(8), Slow(3)]
    for each, address in zip(slow, (ONE, ONE, TWO, THREE), strict=True):
        connections.blocked(each, address)
    assert not any(each.is_cut for each in slow)
    connections.blocked(Slow(2), "192.0.2.4")
    assert [each.is_cut for each in slow] == [True, False, False, False]
    connections.blocked(Slow(5), "192.0.2.5")
    assert [each.is_cut for each in slow] == [True, False, True, False]
    large, alone = Slow(50), Connections(unsent_max=10, unsent_all_max=20)
    connections.blocked(large, THREE)
    assert [each.is_cut for each in (*slow, large)] == [True, False, True, True, True]
    only = Slow(50)
    alone.blocked(only, THREE)
    assert not only.is_cut


def test_answer_counts_in_full_until_all_of_it_is_sent() -> None:
    """Its memory is not freed earlier, so a peer that reads most of it and stops still holds all of it."""
    connections = Connections(unsent_max=10)
    first, second = Slow(8), Slow(8)
    connections.blocked(first, ONE)
    first.unsent = 1
    connections.blocked(second, ONE)
    assert first.is_cut and not second.is_cut


def test_unblocked_and_closed_peers_no_longer_count() -> None:
    """Trusted proxies never count, because they serve many people."""
    connections = Connections(unsent_max=10, trusted=[ip_network("192.0.2.3/32")])
    first, second, third = Slow(8), Slow(8), Slow(8)
    connections.blocked(first, ONE)
    connections.unblocked(first, ONE)
    connections.unblocked(first, ONE)
    connections.blocked(second, ONE)
    assert not first.is_cut and not second.is_cut
    connections.blocked(third, ONE)
    assert second.is_cut and not third.is_cut
    proxied = [Slow(8), Slow(8)]
    for each in proxied:
        connections.blocked(each, THREE)
    assert not any(each.is_cut for each in proxied)


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    """Otherwise each of its addresses could hold the full number."""
    connections = Connections(idle=3)
    came = [one for number in range(9) for one in held(connections, 1, f"2001:db8::{number}")]
    assert sum(not one.dropped for one in came) == 3


def test_address_over_its_share_is_refused_and_logged() -> None:
    """Even if all its connections are busy. The log has one line per minute, and other addresses are still accepted."""
    now = 0.0
    connections = Connections(idle=256, most=20, seconds=lambda: now)
    with capture_logs() as lines:
        assert len(held(connections, 30, ONE, "asking")) == 10
        now = 61.0
        assert not held(connections, 30, ONE, "asking")
    assert [(line["event"], line["network"]) for line in lines] == [("connections_refused", ONE)] * 2
    assert len(held(connections, 5, TWO)) == 5


def test_full_server_closes_idle_connections_of_the_address_with_most() -> None:
    """So that a newcomer gets in. If nobody is idle, or nobody has more connections, the newcomer is refused."""
    connections = Connections(idle=256, most=20)
    most, others = held(connections, 10, ONE), held(connections, 10, TWO, "asking")
    assert len(held(connections, 5, THREE)) == 5
    assert [one.dropped for one in most] == [True] * 5 + [False] * 5
    assert not any(one.dropped for one in others)
    connections = Connections(idle=256, most=2)
    for address in (ONE, TWO):
        held(connections, 1, address, "asking")
    assert not held(connections, 1, THREE)


def test_trusted_proxies_and_unknown_addresses_are_not_limited() -> None:
    """They serve many people."""
    connections = Connections(idle=3, trusted=[ip_network("192.0.2.0/31"), ip_network("2001:db8::/64")])
    for address in ("192.0.2.1", "2001:db8::1", ""):
        assert not any(one.dropped for one in held(connections, 50, address))
    assert sum(not one.dropped for one in held(connections, 50, "192.0.2.2")) == 3


def test_limits_off_leaves_only_the_limit_of_the_process() -> None:
    """RATE_LIMITS=off lifts only the limit per address."""
    connections = Connections(most=100)
    assert len(held(connections, 200, ONE)) == 200
    assert connections.count == 100


def test_connection_upgraded_to_a_websocket_keeps_its_place() -> None:
    """The place is freed once, whichever of the two ends first."""
    connections = Connections(idle=3)
    before, after = Somebody(connections), Somebody(connections)
    connections.came(before, ONE)
    connections.became(before, after)
    connections.went(before)
    assert connections.count == 1
    connections.went(after)
    connections.went(after)
    connections.became(before, after)
    assert connections.count == 0


@pytest.mark.parametrize(("files", "most"), [(512, 427), (100, 36), (1 << 20, (1 << 20) - RESERVE_MAX), (20, 1)])
def test_connection_limit_reserves_files_for_the_server(monkeypatch: pytest.MonkeyPatch, files: int, most: int) -> None:
    """One sixth of all, within bounds. Without a limit on files there is none on connections."""
    # Patched, because it is the operating system's.
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert most_connections() == most
    assert files - most >= RESERVE_MIN or most == 1
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert most_connections() is None
