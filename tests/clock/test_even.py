from __future__ import annotations

import pytest

from clock import EvenClock

HOUR = 3_600_000


class Times:
    """A wall clock and a steady clock that the test moves."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_800_000_000_000, 5_000

    def pass_ms(self, ms: int) -> None:
        self.wall += ms
        self.steady += ms


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def clock(times: Times) -> EvenClock:
    return EvenClock(lambda: times.wall, lambda: times.steady)


def test_without_jump_is_the_wall_time(times: Times, clock: EvenClock) -> None:
    for _ in range(3):
        times.pass_ms(HOUR)
        assert (clock(), clock.jumped()) == (times.wall, 0)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_jump_is_hidden_until_followed(times: Times, clock: EvenClock, jump: int) -> None:
    """Forward or back."""
    before = clock()
    times.wall += jump
    times.pass_ms(1_000)
    assert (clock(), clock.jumped()) == (before + 1_000, jump)
    times.pass_ms(1_000)
    assert (clock(), clock.jumped()) == (before + 2_000, jump)
    clock.follow()
    assert (clock(), clock.jumped()) == (before + 2_000 + jump, 0)
    times.pass_ms(1_000)
    assert clock() == times.wall


def test_jump_undone_before_a_read_leaves_no_trace(times: Times, clock: EvenClock) -> None:
    """The wall clock is set wrong, then right again."""
    before = clock()
    times.wall += HOUR
    assert clock() == before
    times.wall -= HOUR
    assert (clock(), clock.jumped()) == (before, 0)


def test_small_corrections_are_followed_at_once(times: Times, clock: EvenClock) -> None:
    """A time server makes many of them: they do not add up to a jump."""
    for _ in range(10):
        times.wall += 1_500
        times.pass_ms(60_000)
        assert (clock(), clock.jumped()) == (times.wall, 0)


def test_pause_between_two_clock_reads_is_no_jump(times: Times) -> None:
    """The process pauses after reading the wall clock and before reading the steady one."""
    held_up = [0, 10_000, 0]

    def steady() -> int:
        if held_up:
            times.pass_ms(held_up.pop(0))
        return times.steady

    clock = EvenClock(lambda: times.wall, steady)
    assert clock.jumped() == 0
