"""The figures of a day, compared with days small enough to compute by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from routing.desk import Team
from routing.simulation.day import Day, Shift
from routing.simulation.figures import ClosingTimeFigures, Figures, Overflowed, Overtime, Report, report, told
from routing.simulation.outcomes import End, Outcome, Seating
from tests.routing.desks import desk_of

H = 3_600_000
DAY = Day(
    date(2026, 11, 24),
    desk_of(
        Team(key="media", name="Media", schedule="standard"),
        Team(key="prod", name="Prod", schedule="standard"),
        Team(key="tech", name="Tech", schedule="standard"),
    ),
    {},
    (),
)
ADA = Shift("ada", "Early", frozenset({"media", "prod"}), 2, ((DAY.begins + 9 * H, DAY.begins + 11 * H),))


def outcome(at: float, wait_s: float, end: End = "answered", team: str = "media") -> Outcome:
    """A chat that arrived at this hour of the day."""
    came = DAY.begins + round(at * H)
    return Outcome(team, came, end, came + round(wait_s * 1000))


def seating(begins: float, ends: float) -> Seating:
    """A seat of Ada taken between two hours of the day."""
    return Seating("ada", DAY.begins + round(begins * H), DAY.begins + round(ends * H))


def reported(*outcomes: Outcome, seatings: tuple[Seating, ...] = (), shift: Shift = ADA) -> Report:
    """The figures of a day with Ada."""
    return report(DAY, [shift], outcomes, seatings)


def test_chats_count_in_their_hour_of_arrival() -> None:
    found = reported(
        outcome(9.5, 0),
        outcome(9.9, 900),
        outcome(10.1, 10, "left"),
        outcome(10.2, 5, "missed", team="prod"),
        outcome(10.3, 0, "closed", team="prod"),
        outcome(10.4, 0, "full", team="prod"),
    )
    nine = found.of("media", 9)
    assert (nine.came, nine.answered, nine.wait_s(50), nine.wait_s(90)) == (2, 2, 0, 900)
    assert (found.of("media").came, found.of("media").left, found.of(None, 10).came, found.of().came) == (3, 1, 3, 5)
    assert (found.of("prod").missed, found.of("prod").closed, found.of("prod").full) == (1, 1, 1)
    assert found.of("media").abandonment == pytest.approx(1 / 3)
    assert (found.teams, found.hours) == (("media", "prod"), (9, 10))


def test_kinds_and_offers_are_counted() -> None:
    """A transferred chat arrived once and waited twice."""
    found = reported(
        replace(outcome(9.5, 5), vip=True, offers=2, declined=1),
        replace(outcome(9.75, 20, team="prod"), vip=True, why="handed_on"),
        replace(outcome(9.8, 7), why="agent_gone"),
        replace(outcome(9.9, 900), offers=1),
    )
    assert {kind: figures.waits_ms for kind, figures in found.kinds.items()} == {
        "vip": [5_000],
        "handed_on": [20_000],
        "agent_gone": [7_000],
        "other": [900_000],
    }
    assert (found.of().came, found.of("prod").came) == (2, 0)
    assert (found.offers, found.declined) == (3, 1)


def test_occupancy_is_taken_over_present_seat_time() -> None:
    """Time after the shift does not count."""
    found = reported(seatings=(seating(9.5, 10.5), seating(10.75, 12)))
    assert found.of("media", 9).occupancy == found.of("prod", 9).occupancy == pytest.approx(0.25)
    assert found.of("media", 10).occupancy == pytest.approx(0.25 + 0.125)
    assert found.of().occupancy == pytest.approx(1.25 / 4)
    assert found.of("media", 11).occupancy is None


def test_disconnected_agent_is_not_present() -> None:
    gone = replace(ADA, gone=((DAY.begins + round(9.5 * H), DAY.begins + round(9.75 * H)),))
    found = reported(seatings=(seating(9, 10),), shift=gone)
    assert found.of("media", 9).present_ms == 1.5 * H
    assert found.of("media", 9).occupancy == pytest.approx(0.5)
    assert found.vanished == 1


def test_overflow_is_counted_by_team_and_target() -> None:
    over = replace(outcome(9.5, 40), flowed_to="prod")
    found = reported(outcome(9.5, 0), over, replace(over, end="left"), replace(over, team="tech", flowed_to="media"))
    assert found.overflows == (Overflowed("media", "prod", 2, 1), Overflowed("tech", "media", 1, 1))
    assert (found.of("media").flowed, found.of("prod").flowed, found.of("prod").came) == (2, 0, 0)


def test_closing_counts_choices_and_outcomes() -> None:
    asked = replace(outcome(10.5, 30), at_closing="nothing")
    stay, ticket = replace(asked, at_closing="stay"), replace(asked, at_closing="ticket", end="missed")
    found = reported(outcome(10, 1), asked, replace(asked, end="missed"), stay, stay, replace(stay, end="left"), ticket)
    assert found.closing == ClosingTimeFigures(
        asked=6, tickets=1, stayed=3, stayed_answered=2, answered=3, missed=1, left=1
    )
    assert reported(outcome(10, 1)).closing is None


def test_overtime_is_the_time_past_the_shift() -> None:
    others = [replace(ADA, staff=name) for name in ("bo", "cleo")]
    seats = (seating(9, 11.5), replace(seating(10, 12), staff="bo"), replace(seating(9, 11), staff="cleo"))
    assert report(DAY, [ADA, *others], [], seats).overtime == Overtime(2, 1800, 3600, 5400)
    assert reported(seatings=(seating(9, 10),)).overtime is None


def test_within_counts_everybody_who_came() -> None:
    """Arrivals at a closed team do not count."""
    figures = Figures(waits_ms=[0, 60_000, 60_001], left=1, closed=5)
    assert figures.within(60) == pytest.approx(2 / 4)
    assert (Figures().within(60), Figures().abandonment, Figures().wait_s(50)) == (None, None, None)


def test_accuracy_of_announced_waits() -> None:
    def waited(wait_s: int, told_s: int | None, end: End = "answered") -> Outcome:
        return Outcome("media", 0, end, wait_s * 1000, told_s)

    found = told(
        [waited(29, 500), waited(90, 60), waited(91, 60), waited(100, 100), waited(60, None), waited(99, 1, "left")], 30
    )
    assert found is not None
    assert (found.chats, found.error_s) == (3, 30)
    assert (found.within, found.error) == pytest.approx((2 / 3, 1 / 3))
    assert told([waited(29, 500)], 30) is None


def test_repeated_hour_counts_as_one() -> None:
    day = Day(
        date(2026, 11, 1),
        type(DAY.desk)("America/New_York", DAY.desk.teams, DAY.desk.schedules, DAY.desk.days_off),
        {},
        (),
    )
    night = Shift("ada", "Night", frozenset({"media"}), 1, ((day.begins, day.begins + 25 * H),))
    found = report(day, [night], [], [])
    assert found.of("media", 1).present_ms == 2 * H
    assert found.hours == tuple(range(24))
