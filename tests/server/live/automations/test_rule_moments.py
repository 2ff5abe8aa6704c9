"""From when on the times of rules count."""

from __future__ import annotations

from automations.timing import Moment
from server.live.automations.rule_moments import targets_of
from tests.ticketing.test_rules import ticket
from ticketing.targets import Running, Service


def test_each_target_that_runs_has_a_time() -> None:
    paused = Running(metric="resolution", target=50, began=1)
    first = Running(metric="first_reply", target=20, began=10, since=10, due=30)
    later = Running(metric="next_reply", target=20, began=15, since=16, due=35)
    running = targets_of(ticket(service=Service(running=(paused, later, first))))
    assert running == [Moment(35, 16, ("next_reply", 15)), Moment(30, 10, ("first_reply", 10))]
    assert targets_of(ticket(service=Service(running=(paused,)))) == []


def test_late_target_that_is_computed_anew_was_late_before() -> None:
    """Otherwise a rule that leaves late tickets alone would run on all of them after a change of the hours."""
    late = Running(metric="first_reply", target=20, began=10, spent=25, since=90, due=30, breached=True)
    assert targets_of(ticket(service=Service(running=(late,)))) == [Moment(30, 30, ("first_reply", 10))]
