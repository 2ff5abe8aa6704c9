"""Limits of HTTP requests: for a person, for an address, for new tickets, and a memory that has an end."""

from __future__ import annotations

from typing import Any

from starlette.requests import HTTPConnection

from counters.adapters.memory import MemoryCounters
from identity.actor import Actor
from refusals import Refused
from server.edge.allowances import ALLOWANCES
from server.edge.http_limits import READS_A_COMMAND, Asked, HttpLimits, Kind
from server.edge.limits import BURST
from server.settings import Limits

PEOPLE_AN_ADDRESS = ALLOWANCES.people_an_address
VISITOR = Actor(kind="customer", id="v")


class Limited:
    """Limits whose clock is moved by hand. It stands at the start of a window."""

    def __init__(self, **rates: Any) -> None:
        self.now = 3_600_000.0
        counters = MemoryCounters(lambda: int(self.now * 1000))
        self._limits = HttpLimits(Limits(**rates), counters, lambda: self.now)

    async def refused(self, actor: Actor | None, kind: Kind = "write", address: str = "192.0.2.1") -> float | None:
        try:
            await self._limits.check(HTTPConnection({"type": "http", "client": (address, 1)}), actor, kind)
        except Refused as refused:
            return refused.retry_after_s
        return None

    async def of_line(self, line: str, kind: Asked = "write") -> bool:
        try:
            await self._limits.check_line(line, kind)
        except Refused:
            return False
        return True

    async def left(self, actor: Actor) -> tuple[int, int] | None:
        return await self._limits.left(actor, "write")

    async def allowed(self, actor: Actor | None, kind: Kind = "write", address: str = "192.0.2.1") -> int:
        count = 0
        while await self.refused(actor, kind, address) is None:
            count += 1
            assert count < 100_000
        return count


async def test_reads_have_a_larger_limit_than_writes() -> None:
    """Writes have the limit of socket commands, and reading does not use it up."""
    limited = Limited(commands_per_10s=3)
    assert await limited.allowed(VISITOR, "write") == 3 * BURST
    assert await limited.allowed(VISITOR, "read") == 3 * BURST * READS_A_COMMAND


async def test_person_is_told_how_many_requests_are_left() -> None:
    limited = Limited(commands_per_10s=3)
    assert await limited.refused(VISITOR) is None
    assert await limited.left(VISITOR) == (3 * BURST, 3 * BURST - 1)


async def test_sign_ups_and_requests_for_help_count_apart() -> None:
    """A burst of one does not stop the other, from the same network."""
    limited = Limited()
    assert await limited.allowed(None, "sign_ups") == 10
    assert await limited.allowed(VISITOR, "letters") == 10
    assert await limited.allowed(VISITOR, "opt_ins") == 30
    limited = Limited()
    assert await limited.allowed(VISITOR, "letters") == 10 and await limited.allowed(VISITOR, "chats") > 0
    assert await limited.refused(None, "sign_ups") is None


async def test_questions_to_the_assistant_are_limited_for_each_person() -> None:
    """Colleagues of the same network have limits of their own."""
    limited, agents = Limited(), [Actor(kind="staff", id=name, role="agent") for name in ("priya", "mateo")]
    assert [await limited.allowed(agent, "assist") for agent in agents] == [ALLOWANCES.assisted_an_hour] * 2
    assert await limited.refused(agents[0]) is None


async def test_waiting_as_stated_gets_a_request_through() -> None:
    limited = Limited(commands_per_10s=3)
    await limited.allowed(VISITOR)
    for _ in range(20):
        wait = await limited.refused(VISITOR)
        if wait is None:
            break
        assert 0 < wait <= 40
        limited.now += wait
    else:
        raise AssertionError("it never came through")


async def test_new_tickets_are_limited_for_customers_only() -> None:
    """Ten an hour by default. An agent on the phone may open any number."""
    limited = Limited()
    assert await limited.allowed(VISITOR, "chats") == 10
    limited.now += 7_200
    assert await limited.refused(VISITOR, "chats") is None
    agent = Actor(kind="staff", id="a", role="agent")
    assert [await limited.refused(agent, "chats") for _ in range(100)] == [None] * 100


async def test_verified_people_are_not_limited_by_their_address() -> None:
    """Unverified visitors share the limit of twenty people per address. Verified people have their own limits."""
    limited = Limited(commands_per_10s=1)
    strangers = [Actor(kind="customer", id=f"v{n}") for n in range(200)]
    through = sum([await limited.refused(stranger) is None for stranger in strangers])
    assert through == BURST * PEOPLE_AN_ADDRESS
    assert await limited.refused(None) is not None
    for n in range(200):
        assert await limited.refused(Actor(kind="customer", id=f"p{n}", verified=True)) is None
        assert await limited.refused(Actor(kind="staff", id=f"s{n}", role="agent")) is None


async def test_anonymous_requests_count_by_address_or_ipv6_network() -> None:
    """Another address of the same /64 network has no new budget, another network has."""
    limited = Limited(commands_per_10s=1)
    assert await limited.allowed(None, address="2001:db8:1:2::1") == BURST * PEOPLE_AN_ADDRESS
    assert await limited.refused(None, address="2001:db8:1:2:3::4") is not None
    assert await limited.refused(None, address="2001:db8:1:3::1") is None


async def test_polled_connection_has_its_own_limit() -> None:
    """With one request per frame, one window's worth of commands gets through. A polled connection uses up nothing of
    another one, of a person or of an address."""
    limited = Limited(commands_per_10s=3)
    for line in ("a", "b"):
        assert [await limited.of_line(line) for _ in range(3 * BURST * 2 + 1)] == [True] * 3 * BURST * 2 + [False]
        reads = 3 * BURST * READS_A_COMMAND
        assert [await limited.of_line(line, "read") for _ in range(reads + 1)] == [True] * reads + [False]
    assert await limited.allowed(VISITOR) == 3 * BURST
    assert await limited.allowed(None) == 3 * BURST * (PEOPLE_AN_ADDRESS - 1)
    limited.now += 41
    assert await limited.of_line("a")
    off = Limited(off=True, commands_per_10s=1)
    assert all([await off.of_line("a") for _ in range(100)])


async def test_limits_off_refuse_nothing() -> None:
    limited = Limited(off=True, commands_per_10s=1)
    assert [await limited.refused(VISITOR) for _ in range(1_000)] == [None] * 1_000


async def test_new_colors_are_limited_per_address_and_in_total() -> None:
    """20 a minute per address, whatever its number of connections, and 600 in total. Waits are bounded."""
    now = 3_600_000.0
    limits = HttpLimits(Limits(), MemoryCounters(lambda: 0), lambda: now)

    async def had(address: str) -> int:
        waits = [await limits.color_wait(HTTPConnection({"type": "http", "client": (address, 1)})) for _ in range(25)]
        assert all(0 <= wait <= 120 for wait in waits)
        return waits.count(0.0)

    assert await had("192.0.2.1") == 20 and await had("192.0.2.1") == 0
    assert sum([await had(f"198.51.100.{number}") for number in range(40)]) == 580
    now += 120
    assert await had("192.0.2.1") == 20
