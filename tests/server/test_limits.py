"""Token buckets: a burst goes through, a flood does not, and nobody pays for somebody else."""

from __future__ import annotations

from typing import Any, cast

import pytest

from chat.frames import ChatStart, Ping
from identity.actor import Actor
from server.limits import PEOPLE_AN_ADDRESS, SocketLimits, network_of
from server.settings import Limits

PING = Ping("1")
START = ChatStart("1", "media", "Hi")


class Somebody:
    """What the limits look at of a connection."""

    def __init__(self, person: str, address: str = "192.0.2.1", *, staff: bool = False, verified: bool = False) -> None:
        self.person = person
        self.address = address
        self.staff = staff
        self.actor = Actor(kind="customer", id=person, verified=verified) if person else None


class Limited:
    """Limits whose clock is moved by hand."""

    def __init__(self, **rates: Any) -> None:
        self.now = 0.0
        self._limits = SocketLimits(Limits(**rates), lambda: self.now)

    def refused(self, somebody: Somebody, command: Any = PING) -> float | None:
        """None where it is allowed, else the seconds to wait."""
        refusal = self._limits.allow(cast("Any", somebody), command)
        return None if refusal is None else refusal.retry_after_s


def test_a_burst_goes_through_and_then_the_rate_counts() -> None:
    """Twice the ten seconds' worth at once; then one as often as the rate has it, and the wait told is right."""
    limited, one = Limited(commands_per_10s=10), Somebody("v")
    assert [limited.refused(one) for _ in range(20)] == [None] * 20
    wait = limited.refused(one) or 0.0
    assert wait == pytest.approx(1.05, abs=0.06)
    limited.now += wait
    assert limited.refused(one) is None
    assert limited.refused(one) is not None


def test_people_do_not_pay_for_each_other_until_their_address_does() -> None:
    """Each has a bucket of their own; one address twenty times as much."""
    limited = Limited(commands_per_10s=1)
    allowed = sum(limited.refused(Somebody(f"v{n}")) is None for n in range(100))
    assert allowed == 2 * PEOPLE_AN_ADDRESS
    assert limited.refused(Somebody("elsewhere", "198.51.100.7")) is None


def test_staff_and_the_verified_are_not_counted_by_address() -> None:
    """A company sits behind one."""
    limited = Limited(commands_per_10s=1)
    assert all(limited.refused(Somebody(f"a{n}", staff=True)) is None for n in range(100))
    assert all(limited.refused(Somebody(f"b{n}", verified=True)) is None for n in range(100))


def test_new_chats_have_a_limit_of_their_own() -> None:
    """Two an hour, however many commands are left."""
    limited, one = Limited(chats_per_hour=2), Somebody("v")
    assert [limited.refused(one, START) for _ in range(2)] == [None, None]
    assert limited.refused(one, START) == pytest.approx(1800, abs=1)
    assert limited.refused(one) is None


def test_off_is_off() -> None:
    """For load tests."""
    limited = Limited(off=True, commands_per_10s=1)
    assert all(limited.refused(Somebody("v")) is None for _ in range(1000))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    """An IPv6 customer has a whole /64 to come from."""
    assert network_of(address) == network
