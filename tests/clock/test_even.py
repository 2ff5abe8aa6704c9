"""The clock that does not jump."""

from __future__ import annotations

import pytest

from clock import EvenClock

HOUR = 3_600_000


class Times:
    """A wall and a steady clock beside it, both of which a test moves."""

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


def test_it_is_the_time_on_the_wall(times: Times, clock: EvenClock) -> None:
    """Hours go by, and nothing has jumped."""
    for _ in range(3):
        times.pass_ms(HOUR)
        assert (clock(), clock.jumped()) == (times.wall, 0)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_jump_is_held_back_until_it_is_followed(times: Times, clock: EvenClock, jump: int) -> None:
    """Ahead or back: until then time goes on as if nothing had happened; from then on it is that of the wall."""
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


def test_there_and_back_again(times: Times, clock: EvenClock) -> None:
    """Set wrongly and put right before anybody looked: nothing has happened."""
    before = clock()
    times.wall += HOUR
    assert clock() == before
    times.wall -= HOUR
    assert (clock(), clock.jumped()) == (before, 0)


def test_small_corrections_count_at_once(times: Times, clock: EvenClock) -> None:
    """As they come from a time server, however many there are of them: together they are no jump."""
    for _ in range(10):
        times.wall += 1_500
        times.pass_ms(60_000)
        assert (clock(), clock.jumped()) == (times.wall, 0)


def test_standing_still_between_two_looks_is_no_jump(times: Times) -> None:
    """A process that is held up just after it looked at the wall has not seen the wall jump."""
    held_up = [0, 10_000, 0]

    def steady() -> int:
        if held_up:
            times.pass_ms(held_up.pop(0))
        return times.steady

    clock = EvenClock(lambda: times.wall, steady)
    assert clock.jumped() == 0
