"""When a rule with a time is due."""

from __future__ import annotations

import pytest

from automations.timing import (
    HOUR_MS,
    Handled,
    Moment,
    Time,
    due_of,
    fault_of,
    is_new,
    of_targets,
    still_handled,
)


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


FIRST = Moment(20, 10, ("first_reply", 5))
LAST = Moment(30, 10, ("resolution", 5))
NEXT = Moment(40, 35, ("first_reply", 35))
"""Another question than FIRST."""


@pytest.mark.parametrize(
    ("moment", "handled", "new"),
    [
        (Moment(7, 7), None, True),
        (Moment(7, 7), Handled(None, 3), True),
        (Moment(7, 7), Handled(7, 1), False),
        (Moment(7, 7), Handled(5, 1), True),
        (FIRST, of_targets({"first_reply": 5}, 1), False),
        (LAST, of_targets({"first_reply": 5}, 1), True),
        (NEXT, of_targets({"first_reply": 5}, 1), True),
    ],
)
def test_rule_is_new_for_a_time_that_began_anew(moment: Moment, handled: Handled | None, new: bool) -> None:
    assert is_new(moment, handled) is new


BOTH = of_targets({"first_reply": 5, "resolution": 5}, 2)


@pytest.mark.parametrize(
    ("handled", "due", "still"),
    [
        (BOTH, [FIRST, LAST], BOTH),
        # The first one was met, or got more time.
        (BOTH, [LAST], of_targets({"resolution": 5}, 2)),
        (BOTH, [], Handled(None, 2)),
        # As the program before this one marks the target that is due next, and as it begins anew.
        (Handled(21, 1), [FIRST, LAST], of_targets({"first_reply": 5}, 1)),
        (Handled(21, 1, {"resolution": 5}), [FIRST, LAST], of_targets({"first_reply": 5}, 1)),
        (Handled(21, 1), [LAST], Handled(None, 1)),
        (Handled(None, 1, {"first_reply": 5}), [FIRST], Handled(None, 1)),
    ],
)
def test_rule_has_run_for_the_targets_that_are_still_due(handled: Handled, due: list[Moment], still: Handled) -> None:
    assert still_handled(handled, [LAST, FIRST], due) == still


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
