"""What is reckoned of a day that is over: compared with days small enough to reckon by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from routing.desk import Team
from routing.simulation.day import Day, Shift
from routing.simulation.figures import Closing, Figures, Overflowed, Overtime, Report, report, told
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
    """A chat that came at such an hour of the day."""
    came = DAY.begins + round(at * H)
    return Outcome(team, came, end, came + round(wait_s * 1000))


def seating(begins: float, ends: float) -> Seating:
    """A seat of Ada's that was taken from one hour of the day to another."""
    return Seating("ada", DAY.begins + round(begins * H), DAY.begins + round(ends * H))


def reported(*outcomes: Outcome, seatings: tuple[Seating, ...] = (), shift: Shift = ADA) -> Report:
    """The figures of a day on which Ada was there."""
    return report(DAY, [shift], outcomes, seatings)


def test_chats_count_in_the_hour_in_which_they_came() -> None:
    """By team and hour, by team, by hour, and in all."""
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


def test_kinds_of_chats_and_offers() -> None:
    """VIP clients' and all others'; a chat that is handed on came once, and waits once more."""
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


def test_occupancy_is_seats_taken_over_seats_present() -> None:
    """Of Ada's two seats one is taken from 9:30 to 10:30: a quarter of each hour, for each of her teams; what she still
    holds after her shift counts neither way."""
    found = reported(seatings=(seating(9.5, 10.5), seating(10.75, 12)))
    assert found.of("media", 9).occupancy == found.of("prod", 9).occupancy == pytest.approx(0.25)
    assert found.of("media", 10).occupancy == pytest.approx(0.25 + 0.125)
    assert found.of().occupancy == pytest.approx(1.25 / 4)
    assert found.of("media", 11).occupancy is None


def test_who_has_no_connection_is_not_there() -> None:
    """Her seats are not, and what they hold meanwhile counts neither way."""
    gone = replace(ADA, gone=((DAY.begins + round(9.5 * H), DAY.begins + round(9.75 * H)),))
    found = reported(seatings=(seating(9, 10),), shift=gone)
    assert found.of("media", 9).present_ms == 1.5 * H
    assert found.of("media", 9).occupancy == pytest.approx(0.5)
    assert found.vanished == 1


def test_what_flowed_over() -> None:
    """By where from and where to; the chats count with the team to which they came."""
    over = replace(outcome(9.5, 40), flowed_to="prod")
    found = reported(outcome(9.5, 0), over, replace(over, end="left"), replace(over, team="tech", flowed_to="media"))
    assert found.overflows == (Overflowed("media", "prod", 2, 1), Overflowed("tech", "media", 1, 1))
    assert (found.of("media").flowed, found.of("prod").flowed, found.of("prod").came) == (2, 0, 0)


def test_whom_closing_time_met() -> None:
    """A ticket by choice is told apart from one because nobody was free."""
    asked = replace(outcome(10.5, 30), at_closing="nothing")
    stay, ticket = replace(asked, at_closing="stay"), replace(asked, at_closing="ticket", end="missed")
    found = reported(outcome(10, 1), asked, replace(asked, end="missed"), stay, stay, replace(stay, end="left"), ticket)
    assert found.closing == Closing(asked=6, tickets=1, stayed=3, stayed_answered=2, answered=3, missed=1, left=1)
    assert reported(outcome(10, 1)).closing is None


def test_who_stays_past_their_shift() -> None:
    """From the end of the shift until the last chat is over; who is done by then did not stay."""
    others = [replace(ADA, staff=name) for name in ("bo", "cleo")]
    seats = (seating(9, 11.5), replace(seating(10, 12), staff="bo"), replace(seating(9, 11), staff="cleo"))
    assert report(DAY, [ADA, *others], [], seats).overtime == Overtime(2, 1800, 3600, 5400)
    assert reported(seatings=(seating(9, 10),)).overtime is None


def test_the_goal_counts_everybody_who_came() -> None:
    """Who left or was missed was not answered in time; who came while it was closed could not be."""
    figures = Figures(waits_ms=[0, 60_000, 60_001], left=1, closed=5)
    assert figures.within(60) == pytest.approx(2 / 4)
    assert (Figures().within(60), Figures().abandonment, Figures().wait_s(50)) == (None, None, None)


def test_how_true_the_waits_were() -> None:
    """Errors are taken over the chats that waited for long and were answered; half as long again is still within."""

    def waited(wait_s: int, told_s: int | None, end: End = "answered") -> Outcome:
        return Outcome("media", 0, end, wait_s * 1000, told_s)

    found = told(
        [waited(29, 500), waited(90, 60), waited(91, 60), waited(100, 100), waited(60, None), waited(99, 1, "left")], 30
    )
    assert found is not None
    assert (found.chats, found.error_s) == (3, 30)
    assert (found.within, found.error) == pytest.approx((2 / 3, 1 / 3))
    assert told([waited(29, 500)], 30) is None


def test_an_hour_that_the_clocks_repeat_is_one() -> None:
    """On the day on which the clocks go back an hour is two hours long."""
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
