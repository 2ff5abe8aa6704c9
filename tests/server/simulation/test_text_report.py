"""The text report of a simulated day."""

from __future__ import annotations

from dataclasses import replace

from routing.desk import Team
from routing.hours import Span
from routing.simulation.day import Group
from routing.simulation.figures import ClosingTimeFigures, Goal, Overflowed, Overtime
from server.simulation.text_report import WIDE, by_kind, by_team, remarks, truth, vanished, verdict, wrapped
from tests.routing.desks import desk_of
from tests.server.simulation.days import DAY, HOSTILE, KINDS, NINE, REPORT


def test_remarks_mention_only_events_that_happened() -> None:
    """Each has its sentence, with numbers that add up."""
    assert remarks(DAY, replace(REPORT, offers=0)) == [truth(REPORT)]
    teams = [Team(key=key, name=key.title(), schedule="standard") for key in ("media", "prod")]
    early = Group("Early", 7, ("media",), (Span(540, 1020),), 3)
    found = replace(
        REPORT,
        kinds={**KINDS, "agent_gone": NINE},
        overflows=(Overflowed("media", "prod", 1, 0),),
        closing=ClosingTimeFigures(asked=9, tickets=2, stayed=4, stayed_answered=3, answered=5, missed=1, left=1),
        vanished=1,
        overtime=Overtime(3, 90, 5400, 9000),
    )
    assert remarks(replace(DAY, desk=desk_of(*teams), groups=(early,)), found)[1:5] == [
        "1 chat overflowed from Media to Prod: 0 were answered there.",
        "Agents lost their connection 1 time: 4 chats were requeued at the front, and 9 of 10 of those answered "
        "again waited at most 90 s.",
        "At closing time 9 were waiting: 5 were answered, 2 left a ticket immediately, 1 became a ticket "
        "unanswered and 1 left the queue. 4 chose to keep waiting: 3 of them were answered.",
        "3 of 7 agents stayed past their shift to finish their chats: half of them for at most 90 s, the "
        "longest for 90 min, 2.5 h in all.",
    ]
    assert "reconnected in time for all" in vanished(replace(REPORT, vanished=2))


def test_columns_without_values_are_left_out() -> None:
    """Such as that of the full queue. The table by kind has no occupancy."""
    full = replace(NINE, full=3)
    more = replace(REPORT, parts={**REPORT.parts, ("media", None): full}, overflows=(Overflowed("a", "b", 1, 1),))
    plain, (head, media, _) = by_team(DAY, REPORT, Goal()), by_team(DAY, more, Goal())
    assert set(head) - set(plain[0]) == {"queue full", "overflow"}
    assert media[head.index("queue full")] == "3" and media[head.index("chats")] == "7"
    assert plain[0][-1] == "occupancy" and "occupancy" not in by_kind(REPORT, Goal())[0]


def test_goal_is_judged_by_team() -> None:
    """By each team's own share."""
    assert verdict(DAY, REPORT, Goal(50, 60)) == "50 % within 60 s: reached by every team."
    assert verdict(DAY, REPORT, Goal()) == f"80 % within 60 s: not reached by {HOSTILE} (50.0 %); reached by none."


def test_unit_is_not_separated_from_its_number() -> None:
    """Lines are wrapped only between words."""
    filler = "x" * (WIDE - 10)
    assert list(wrapped(f"{filler} was 20.1 % of all")) == [f"{filler} was", "20.1 % of all"]
    assert list(wrapped(f"{filler} and 1,234 s.")) == [f"{filler} and", "1,234 s."]
    assert list(wrapped("short: 3 h in all")) == ["short: 3 h in all"]
