"""Which tracebacks are logged."""

from __future__ import annotations

import pytest

from clock import from_rfc3339
from server.operations.traceback_sampling import ELSEWHERE, MINUTE_MS, OURS, PLACES_MAX, TracebackSampler, place_of
from tests.rules.house import PACKAGES


class Steady:
    """A steady clock that is set."""

    now = 5_000

    def __call__(self) -> int:
        return self.now


def caught(sort: type[Exception] = KeyError) -> Exception:
    """An error with a traceback, always of one place."""
    with pytest.raises(sort) as raised:
        raise sort("what a stranger sent")
    return raised.value


def test_repeated_fault_is_logged_once_a_minute_and_counted() -> None:
    """Whatever its message. Another kind of error, or another event, counts separately."""
    clock = Steady()
    tracebacks = TracebackSampler(clock)
    assert [tracebacks.is_first("command_failed", caught()) for _ in range(4)] == [True, False, False, False]
    assert tracebacks.is_first("command_failed", caught(ValueError)) and tracebacks.is_first("request_failed", caught())
    ((event, place, many),) = tracebacks.left_out()
    assert (event, many) == ("command_failed", 3) and place.startswith("KeyError ") and "stranger" not in place
    assert tracebacks.left_out() == []
    clock.now += MINUTE_MS - 1
    assert not tracebacks.is_first("command_failed", caught())
    clock.now += 1
    assert tracebacks.is_first("command_failed", caught())
    assert [many for _, _, many in tracebacks.left_out()] == [1]


def test_faults_of_too_many_places_are_counted_together() -> None:
    """After a minute the first ones make room for others."""
    clock = Steady()
    tracebacks = TracebackSampler(clock)
    sorts: list[type[Exception]] = [type(f"Error{n}", (Exception,), {}) for n in range(2 * PLACES_MAX)]
    assert sum(tracebacks.is_first("command_failed", caught(sort)) for sort in sorts) == PLACES_MAX
    assert tracebacks.left_out() == [("command_failed", ELSEWHERE, PLACES_MAX)]
    clock.now += MINUTE_MS
    assert all(tracebacks.is_first("command_failed", caught(sort)) for sort in sorts[PLACES_MAX:])


def test_place_of_a_fault_is_in_our_code() -> None:
    """A fault of ours is one place, wherever in a library it fails."""
    with pytest.raises(ValueError, match="rubbish") as ours:
        from_rfc3339("rubbish")
    assert " clock.moments:" in place_of(ours.value)
    assert place_of(KeyError()) == "KeyError "


def test_every_package_of_the_product_is_ours() -> None:
    assert set(PACKAGES) - {"bench", "migrations"} == OURS
