"""From when on the times of rules count."""

from __future__ import annotations

from automations.timing import Moment
from server.live.automations.rule_moments import target_of
from tests.ticketing.test_rules import ticket
from ticketing.targets import Running, Service


def test_next_target_is_the_first_one_that_runs() -> None:
    paused = Running(metric="resolution", target=50, began=1)
    first = Running(metric="first_reply", target=20, began=10, since=10, due=30)
    later = Running(metric="next_reply", target=20, began=15, since=15, due=35)
    assert target_of(ticket(service=Service(running=(paused, later, first)))) == Moment(30, 10)
    assert target_of(ticket(service=Service(running=(paused,)))) is None


def test_late_target_that_is_computed_anew_was_late_before() -> None:
    """Otherwise a rule that leaves late tickets alone would run on all of them after a change of the hours."""
    late = Running(metric="first_reply", target=20, began=10, spent=25, since=90, due=30, breached=True)
    assert target_of(ticket(service=Service(running=(late,)))) == Moment(30, 30)
