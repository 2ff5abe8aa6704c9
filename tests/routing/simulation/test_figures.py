"""What is reckoned of a day that is over: compared with days small enough to reckon by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from routing.desk import Team
from routing.simulation.day import Day, Shift
from routing.simulation.figures import Figures, report, told
from routing.simulation.run import End, Outcome
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


def outcome(
    at: float, wait_s: float, end: End = "answered", until: float | None = None, team: str = "media"
) -> Outcome:
    """A chat that came at such an hour of the day, and was with Ada until another."""
    came = DAY.begins + round(at * H)
    staff = "ada" if end == "answered" else None
    released = None if until is None else DAY.begins + round(until * H)
    return Outcome(team, came, end, came + round(wait_s * 1000), None, staff, released)


def test_chats_count_in_the_hour_in_which_they_came() -> None:
    """By team and hour, by team, by hour, and in all."""
    found = report(
        DAY,
        [ADA],
        [
            outcome(9.5, 0, until=9.75),
            outcome(9.9, 900, until=10.5),
            outcome(10.1, 10, "left"),
            outcome(10.2, 5, "missed", team="prod"),
            outcome(10.3, 0, "closed", team="prod"),
        ],
    )
    nine = found.of("media", 9)
    assert (nine.came, nine.answered, nine.wait_s(50), nine.wait_s(90)) == (2, 2, 0, 900)
    assert (found.of("media").came, found.of("media").left, found.of(None, 10).came, found.of().came) == (3, 1, 2, 4)
    assert (found.of("prod").missed, found.of("prod").closed) == (1, 1)
    assert found.of("media").abandonment == pytest.approx(1 / 3)
    assert (found.teams, found.hours) == (("media", "prod"), (9, 10))


def test_kinds_of_chats_and_offers() -> None:
    """VIP clients' and all others'; a chat that is handed on came once, and waits once more."""
    found = report(
        DAY,
        [ADA],
        [
            replace(outcome(9.5, 5, until=9.75), vip=True, offers=2, passed=1),
            replace(outcome(9.75, 20, until=9.8, team="prod"), vip=True, again=True),
            replace(outcome(9.9, 900, until=10.5), offers=1),
        ],
    )
    assert {kind: figures.waits_ms for kind, figures in found.kinds.items()} == {
        "vip": [5_000],
        "again": [20_000],
        "other": [900_000],
    }
    assert (found.of().came, found.of("prod").came) == (2, 0)
    assert (found.offers, found.passed) == (3, 1)
    busy = found.of("prod", 9).busy_ms
    assert busy == pytest.approx(0.25 * H - 5_000 + 0.05 * H - 20_000)


def test_occupancy_is_seats_taken_over_seats_present() -> None:
    """Of Ada's two seats one is taken from 9:30 to 10:30: a quarter of each hour, for each of her teams; what she still
    holds after her shift counts neither way."""
    found = report(DAY, [ADA], [outcome(9.5, 0, until=10.5), outcome(10.75, 0, until=12, team="prod")])
    assert found.of("media", 9).occupancy == found.of("prod", 9).occupancy == pytest.approx(0.25)
    assert found.of("media", 10).occupancy == pytest.approx(0.25 + 0.125)
    assert found.of().occupancy == pytest.approx(1.25 / 4)
    assert found.of("media", 11).occupancy is None


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
    found = report(day, [night], [])
    assert found.of("media", 1).present_ms == 2 * H
    assert found.hours == tuple(range(24))
