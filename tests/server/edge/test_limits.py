"""Token buckets: a burst goes through, a flood does not, and nobody pays for somebody else."""

from __future__ import annotations

from typing import Any, cast

import pytest

from chat.frames.commands import Ping, Typing
from chat.frames.customer_commands import ChatStart
from identity.actor import Actor
from server.edge.allowances import ALLOWANCES
from server.edge.limits import FLOOD, SocketLimits
from server.settings import Limits

PEOPLE_AN_ADDRESS = ALLOWANCES.people_an_address
REPLAY_BYTES, REPLAY_BYTES_PER_S = ALLOWANCES.replay_bytes, ALLOWANCES.replay_bytes_per_s
PING = Ping("1")
START = ChatStart("1", "media", "Hi")


class Somebody:
    """What the limits look at of a connection."""

    def __init__(self, person: str, address: str = "192.0.2.1", *, staff: bool = False, verified: bool = False) -> None:
        self.person = person
        self.address = address
        self.staff = staff
        self.actor = Actor(kind="customer", id=person, verified=verified) if person else None
        self.closed_with: int | None = None

    def close(self, code: int, reason: str) -> None:
        self.closed_with = code


class Limited:
    """Limits whose clock is moved by hand."""

    def __init__(self, **rates: Any) -> None:
        self.now = 0.0
        self.limits: Any = SocketLimits(Limits(**rates), lambda: self.now, forget_above=100, buckets_max=1_000)

    def refused(self, somebody: Somebody, command: Any = PING) -> float | None:
        refusal = self.limits.allow(cast("Any", somebody), command)
        return None if refusal is None else refusal.retry_after_s

    def replay_refused(self, somebody: Somebody, size: int) -> float | None:
        """Likewise for a chat's past of so many bytes."""
        refusal = self.limits.allow_replay(somebody, size)
        return None if refusal is None else refusal.retry_after_s


def test_commands_after_a_burst_are_limited_to_the_rate() -> None:
    """Twice the number of ten seconds at once, then single commands at the rate. The stated wait is right."""
    limited, one = Limited(commands_per_10s=10), Somebody("v")
    assert [limited.refused(one) for _ in range(20)] == [None] * 20
    wait = limited.refused(one) or 0.0
    assert wait == pytest.approx(1.05, abs=0.06)
    limited.now += wait
    assert limited.refused(one) is None
    assert limited.refused(one) is not None


def test_limits_are_per_person_and_per_address() -> None:
    """An address has room for twenty people, or handshakes. Staff and verified people do not count for it, because a
    whole company may share it."""
    limited = Limited(commands_per_10s=1)
    assert sum(limited.refused(Somebody(f"v{n}")) is None for n in range(100)) == 2 * PEOPLE_AN_ADDRESS
    assert sum(limited.limits.may_knock("192.0.2.1") for _ in range(100)) == 2 * PEOPLE_AN_ADDRESS
    assert limited.refused(Somebody("elsewhere", "198.51.100.7")) is None and limited.limits.may_knock("192.0.2.2")
    assert all(limited.refused(Somebody(f"a{n}", staff=True)) is None for n in range(100))
    assert all(limited.refused(Somebody(f"b{n}", verified=True)) is None for n in range(100))


def test_account_in_many_browsers_counts_as_one_person() -> None:
    """Visitors with the same signed identity share one bucket, for commands and for replays."""
    limited = Limited(commands_per_10s=10)
    browsers = [Somebody(f"v{n}", verified=True) for n in range(30)]
    for browser in browsers:
        browser.actor = Actor(kind="customer", id=browser.person, account="ana", verified=True)
    assert sum(limited.refused(browser) is None for browser in browsers) == 20
    assert sum(limited.replay_refused(browser, REPLAY_BYTES) is None for browser in browsers) == 1


def test_start_of_a_chat_and_everything_else_count_as_commands() -> None:
    limited, one = Limited(commands_per_10s=3), Somebody("v")
    assert [limited.refused(one, command) for command in (START, Typing("c", on=True), PING) * 2] == [None] * 6
    assert "commands" in limited.limits.allow(one, START).message


def test_processes_share_what_was_taken_from_a_bucket() -> None:
    """Somebody who goes from one process to the next gets at most an eighth of a burst more from each. A little is not
    shared at all."""
    processes, one = [Limited(commands_per_10s=40) for _ in range(2)], Somebody("v", verified=True)
    shared = dict.fromkeys([("commands", "v")], 0)

    def share() -> None:
        for process in processes:
            due = process.limits.due()
            for key, charge in due.items():
                shared[key] = min(charge.most_ms, shared[key] + charge.cost_ms)
            process.limits.learn({key: shared[key] for key in due})

    assert [processes[0].refused(one) for _ in range(9)] == [None] * 9
    assert processes[0].limits.due() == {}
    assert [processes[0].refused(one) for _ in range(71)] == [None] * 71
    share()
    assert [processes[1].refused(one) for _ in range(10)] == [None] * 10
    share()
    assert processes[1].refused(one) == pytest.approx(2.8, abs=0.1)
    processes[1].now += 3
    assert processes[1].refused(one) is None


def test_flood_of_refused_commands_closes_the_connection() -> None:
    """Each refusal costs an answer. An accepted command in between resets the count."""
    limited, one = Limited(commands_per_10s=1), Somebody("v")
    for _ in range(2):
        while limited.refused(one) is None:
            pass
        for _ in range(FLOOD - 2):
            limited.refused(one)
        assert one.closed_with is None
        limited.now += 10
    while limited.refused(one) is None:
        pass
    for _ in range(FLOOD):
        limited.refused(one)
    assert one.closed_with == 4101


def test_replay_is_limited_by_bytes() -> None:
    """A client that resumes from 0 in a loop has to wait. A replay larger than the budget is possible, but delays the
    next one."""
    limited, one = Limited(), Somebody("v")
    assert [limited.replay_refused(one, REPLAY_BYTES // 4) for _ in range(4)] == [None] * 4
    wait = limited.replay_refused(one, 1) or 0.0
    assert 0 < wait < 1
    limited.now += wait
    assert limited.replay_refused(one, 100 * REPLAY_BYTES) is None
    assert limited.replay_refused(one, 1) == pytest.approx(REPLAY_BYTES / REPLAY_BYTES_PER_S, abs=1)
    limited.now += REPLAY_BYTES / REPLAY_BYTES_PER_S + 1
    assert limited.replay_refused(one, 1) is None


def test_replay_bytes_of_unverified_people_are_limited_per_address() -> None:
    """New visitors from one address cannot get around the limit. Verified people are not affected."""
    limited = Limited()
    allowed = sum(limited.replay_refused(Somebody(f"v{n}"), REPLAY_BYTES) is None for n in range(100))
    assert allowed == PEOPLE_AN_ADDRESS
    assert all(limited.replay_refused(Somebody(f"a{n}", verified=True), REPLAY_BYTES) is None for n in range(100))


def test_connections_count_for_their_address_until_verified() -> None:
    """An address has room for twenty unverified people, and for any number of verified ones."""
    limited = Limited(connections=2)
    strangers = [Somebody(f"v{n}") for n in range(2 * PEOPLE_AN_ADDRESS)]
    for stranger in strangers:
        assert limited.limits.has_room_at("192.0.2.1")
        limited.limits.came(stranger)
    assert not limited.limits.has_room_at("192.0.2.1")
    assert limited.limits.has_room_at("192.0.2.2")
    strangers[0].actor = Actor(kind="customer", id="v0", verified=True)
    assert limited.refused(strangers[0]) is None
    assert limited.limits.has_room_at("192.0.2.1")
    limited.limits.went(strangers[0])
    for stranger in strangers:
        limited.limits.went(stranger)
        limited.limits.went(stranger)
    # The bucket of the one command.
    assert limited.limits.remembered == 1


def test_memory_of_limits_is_bounded() -> None:
    """Full buckets are forgotten first, then the oldest, so that an endless series of visitors does not fill the
    memory."""
    limited = Limited()
    for n in range(5_000):
        limited.refused(Somebody(f"v{n}", f"2001:db8:0:{n:x}::1"))
        assert limited.limits.remembered <= 1_001
    limited.now += 60
    for n in range(1_000):
        limited.refused(Somebody("w", f"2001:db8:1:{n:x}::1"))
        limited.now += 60
    assert limited.limits.remembered <= 101


def test_limits_off_refuse_nothing() -> None:
    limited = Limited(off=True, commands_per_10s=1, connections=1)
    assert all(limited.refused(Somebody("v")) is None for _ in range(1000))
    assert all(limited.replay_refused(Somebody("v"), REPLAY_BYTES) is None for _ in range(1000))
    assert all(limited.limits.may_knock("192.0.2.1") for _ in range(1000))
    for n in range(100):
        limited.limits.came(Somebody(f"v{n}"))
    assert limited.limits.has_room_at("192.0.2.1") and limited.limits.has_room_for(100)
