"""When a rule with a time is due."""

from __future__ import annotations

import pytest

from automations.timing import HOUR_MS, Handled, Moment, Since, Time, due_of, fault_of, is_new


def opened(began: int, wait: int) -> int | None:
    """A team that opens every second hour."""
    return began + 2 * wait


def test_rule_is_due_after_clock_hours_or_opened_hours() -> None:
    assert due_of(Time("created", 3), 1_000, None) == 1_000 + 3 * HOUR_MS
    assert due_of(Time("created", 3, business=True), 1_000, opened) == 1_000 + 6 * HOUR_MS
    # The team does not open.
    assert due_of(Time("created", 3, business=True), 1_000, lambda *_: None) is None
    assert due_of(Time("created", 3, business=True), 1_000, None) is None


def test_rule_before_a_target_is_due_hours_before_it() -> None:
    assert due_of(Time("sla_due", 2), 10 * HOUR_MS, None) == 8 * HOUR_MS
    assert due_of(Time("sla_due", 0), 10 * HOUR_MS, None) == 10 * HOUR_MS


@pytest.mark.parametrize(
    ("since", "handled", "new"),
    [
        ("waiting", None, True),
        ("waiting", Handled(None, 3), True),
        ("waiting", Handled(7, 1), False),
        ("waiting", Handled(5, 1), True),
        ("sla_due", Handled(5, 1), False),
        ("sla_due", Handled(None, 1), True),
    ],
)
def test_rule_is_new_for_a_time_that_began_anew(since: Since, handled: Handled | None, new: bool) -> None:
    assert is_new(Time(since, 2), Moment(7, 7), handled) is new


@pytest.mark.parametrize(
    ("time", "needed"),
    [
        (None, True),
        (Time("created", 3), False),
        (Time("created", 0), True),
        (Time("created", -1), True),
        (Time("created", 2_161), True),
        (Time("sla_due", 2, business=True), True),
    ],
)
def test_time_that_makes_no_sense_is_a_fault(time: Time | None, needed: bool) -> None:
    assert fault_of(time, needed=needed)


def test_time_of_a_rule_that_needs_one_is_no_fault() -> None:
    assert fault_of(Time("sla_due", 0), needed=True) is None
    assert fault_of(None, needed=False) is None
