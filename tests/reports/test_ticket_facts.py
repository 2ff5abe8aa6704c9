"""Time in status, compared with a plain count of each minute of random histories."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from reports import buckets
from reports.cells import shares_of
from reports.overview import figures_of
from reports.sources import Calendar, Goals, TargetEnd, TicketLine, TicketNow
from reports.tally import DURATIONS, Opened, Pile, counted
from reports.ticket_facts import facts_of

ZONE = "America/New_York"
MINUTE_MS = 60_000
BEGINS = int(datetime(2026, 10, 30, 12, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
"""The Friday before the end of daylight saving time."""
BEGINS_DAY = date(2026, 10, 30).toordinal()
LANES_BEFORE_TARGETS = 28 + len(DURATIONS) * (1 + buckets.COUNT)
STATUSES = ("open", "awaiting_reply", "fixed_pending_rca", "solved")


def is_open(team: str, at: int) -> bool:
    """Media is open from 9 to 18 local time, Prod always."""
    return team == "prod" or 9 <= datetime.fromtimestamp(at / 1000, ZoneInfo(ZONE)).hour < 18


def open_ms(team: str, start: int, end: int) -> int:
    return sum(MINUTE_MS for at in range(start, end, MINUTE_MS) if is_open(team, at))


CALENDAR = Calendar(ZONE, lambda team: Goals(120, 180), open_ms)


def history(rng: Random) -> tuple[TicketNow, Counter[tuple[str, str]], int]:
    """A ticket with a random history, its minutes by status and team in business time, and how often it was
    reopened."""
    state = {"status": "open", "with": "support", "team": "media", "assignee": "", "product": "", "resolution": ""}
    at, lines, minutes, reopened = BEGINS, [], Counter[tuple[str, str]](), 0
    for _ in range(rng.randrange(1, 12)):
        until = at + rng.randrange(1, 2_000) * MINUTE_MS
        kind = "with_product" if (state["status"], state["with"]) == ("open", "product") else state["status"]
        if kind != "solved":
            minutes[kind, state["team"]] += open_ms(state["team"], at, until) // MINUTE_MS
        at = until
        field = rng.choice(("status", "status", "with", "team", "assignee", "product"))
        values = {"status": STATUSES, "with": ("support", "product"), "team": ("media", "prod")}
        value = rng.choice(values.get(field, ("", "ana", "bo")))
        reopened += field == "status" and state["status"] == "solved" and value != "solved"
        lines.append(TicketLine(at, field, state[field], value, "ana"))
        state[field] = value
    # The last interval lasts, and is not counted.
    ticket = TicketNow(
        number=1,
        version=1,
        status=state["status"],
        with_product=state["with"] == "product",
        team=state["team"],
        product=state["product"],
        channel="email",
        assignee=state["assignee"],
        client="",
        code="",
        rating=None,
        void_reviewed=False,
        created_at=BEGINS,
        lines=tuple(lines),
    )
    return ticket, minutes, reopened


@pytest.mark.parametrize("seed", range(40))
def test_time_in_status_is_the_business_time_of_each_minute_and_adds_up_over_teams(seed: int) -> None:
    ticket, minutes, reopened = history(Random(seed))
    facts = facts_of(ticket, [], CALENDAR, {})
    lasting = [one for one in facts.intervals if one.ended is None]
    assert len(lasting) <= 1
    shares = list(shares_of(facts))
    if lasting:
        # What the ticket has spent in its present state is not counted yet.
        minutes[lasting[0].kind, lasting[0].team] -= since(ticket, lasting[0].began)
    for team in ("media", "prod"):
        found = figures_of(sum(share.pile.tally for share in shares if share.team == team)).time_in_status
        for status in ("open", "with_product", "awaiting_reply", "fixed_pending_rca"):
            assert getattr(found, status).seconds == 60 * minutes[status, team], (status, team)
    assert figures_of(sum(share.pile.tally for share in shares)).reopened == reopened


def since(ticket: TicketNow, began: int) -> int:
    """The business minutes from `began` until the last line of the history."""
    return open_ms(ticket.team, began, ticket.lines[-1].at) // MINUTE_MS


def test_clock_change_within_an_interval_counts_the_repeated_hour_once_per_hour_that_passed() -> None:
    """Prod is open for all 25 hours of the day on which the clocks go back."""
    begins = int(datetime(2026, 11, 1, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
    ends = int(datetime(2026, 11, 2, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
    ticket = TicketNow(
        number=1,
        version=1,
        status="solved",
        with_product=False,
        team="prod",
        product="",
        channel="email",
        assignee="",
        client="",
        code="set_up",
        rating=None,
        void_reviewed=False,
        created_at=begins,
        lines=(TicketLine(ends, "status", "open", "solved", "a"), TicketLine(ends, "resolution", "", "set_up", "a")),
    )
    (interval,) = facts_of(ticket, [], CALENDAR, {}).intervals
    assert interval.open_ms == 25 * 3_600_000
    assert interval.day == date(2026, 11, 2).toordinal()


def test_targets_count_for_the_day_and_team_at_which_they_ended() -> None:
    day_ms = 24 * 60 * MINUTE_MS
    ticket, _, _ = history(Random(1))
    ends = (
        TargetEnd(BEGINS, "first_reply", False, "media", "ana"),
        TargetEnd(BEGINS + day_ms, "next_reply", True, "prod", ""),
        TargetEnd(BEGINS + day_ms, "resolution", True, "prod", "bo"),
    )
    facts = facts_of(replace(ticket, targets=ends), [], CALENDAR, {})
    assert [step.place for step in facts.steps] == list(range(len(facts.steps)))
    found = [(share.day - BEGINS_DAY, share.team, share.agent, share.pile.tally) for share in shares_of(facts)]
    assert [one for one in found if figures_of(one[3]).service_levels.count] == [
        (0, "media", "ana", counted("first_reply_met")),
        (1, "prod", "", counted("next_reply_missed")),
        (1, "prod", "bo", counted("resolution_missed")),
    ]
    total = figures_of(sum(share.pile.tally for share in shares_of(facts))).service_levels
    assert (total.first_reply.share, total.next_reply.share, total.resolution.missed) == (1.0, 0.0, 1)


@pytest.mark.parametrize(
    ("rating", "reviewed", "counted_ends"), [(None, False, 0), (5, False, 1), (5, True, 0)], ids=str
)
def test_targets_of_void_tickets_are_left_out(rating: int | None, reviewed: bool, counted_ends: int) -> None:
    ticket, _, _ = history(Random(1))
    ends = (TargetEnd(BEGINS, "resolution", False, "media", "ana"),)
    void = replace(ticket, code="void", rating=rating, void_reviewed=reviewed, targets=ends)
    facts = facts_of(void, [], CALENDAR, {})
    assert sum(step.kind == "resolution_met" for step in facts.steps) == counted_ends


def test_resolution_of_a_duplicate_is_left_out_and_its_answers_count() -> None:
    """It is solved once more later, with another code."""
    lines = (
        TicketLine(BEGINS, "status", "open", "solved", "ana"),
        TicketLine(BEGINS, "resolution", "", "duplicate", "ana"),
        TicketLine(BEGINS + 1, "status", "solved", "open", "ana"),
        TicketLine(BEGINS + 1, "resolution", "duplicate", "", "ana"),
        TicketLine(BEGINS + 2, "status", "open", "solved", "bo"),
        TicketLine(BEGINS + 2, "resolution", "", "set_up", "bo"),
    )
    ends = (
        TargetEnd(BEGINS, "first_reply", False, "media", "ana"),
        TargetEnd(BEGINS, "resolution", False, "media", "ana"),
        TargetEnd(BEGINS + 2, "resolution", True, "media", "bo"),
    )
    known, _, _ = history(Random(1))
    ticket = replace(known, status="solved", code="set_up", lines=lines, targets=ends, rating=None)
    kinds = [step.kind for step in facts_of(ticket, [], CALENDAR, {}).steps]
    assert kinds == ["created", "solved", "reopened", "solved", "first_reply_met", "resolution_missed"]


def test_tallies_that_were_stored_before_add_up_with_those_of_targets() -> None:
    """The lanes of the earlier counters and durations have not moved."""
    pile = Pile()
    pile.last("told", 1_000)
    assert pile.tally.bit_length() <= 64 * LANES_BEFORE_TARGETS
    # A newer program may have added further lanes.
    both = Opened(pile.tally + counted("resolution_met", 3) + (7 << 100_000))
    assert (both.sum("told"), sum(both.spread("told")), both.count("resolution_met")) == (1_000, 1, 3)
