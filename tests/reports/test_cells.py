"""Every split adds up to the total, and a difference turns one count into the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from random import Random

import pytest

from reports.cells import DIMENSIONS, Cell, Dimension, cells_of, difference, shares_of
from reports.facts import ChatFact, Interval, StepFact, TicketFacts
from reports.overview import figures_of, hour_parts, told_parts
from reports.periods import Period, pieces_of
from reports.promises import is_kept
from reports.sums import Sums, added_shares
from reports.tally import Opened, count_of

TEAMS, AGENTS, PRODUCTS = ("media", "prod"), ("ana", "bo", ""), ("Lumina", "")


def chat(rng: Random, ticket: int) -> ChatFact:
    answered = rng.random() < 0.8
    return ChatFact(
        chat=f"chat {ticket}",
        ticket=ticket,
        day=739_000 + rng.randrange(70),
        hour=rng.randrange(168),
        team=rng.choice(TEAMS),
        agent=rng.choice(AGENTS[:2]) if answered else "",
        answered_team=rng.choice(TEAMS),
        answered_by=rng.choice(AGENTS[:2]) if answered else "",
        product=rng.choice(PRODUCTS),
        outcome="answered" if answered else rng.choice(("abandoned", "missed")),
        void=rng.random() < 0.1,
        queued_at=0,
        closed_at=0,
        wait_ms=rng.randrange(400_000) if answered else None,
        told_s=rng.choice((None, rng.randrange(900))) if answered else None,
        wait_goal_s=120,
        first_ms=rng.randrange(400_000) if answered else None,
        first_goal_s=180,
        next_ms=tuple(rng.randrange(400_000) for _ in range(rng.randrange(4))),
        handle_ms=rng.randrange(4_000_000) if answered else None,
        rating=rng.choice((None, 1, 5)),
    )


def ticket(rng: Random, number: int) -> TicketFacts:
    step = StepFact(
        ticket=number,
        place=0,
        kind=rng.choice(("created", "solved", "reopened")),
        at=0,
        day=739_000 + rng.randrange(70),
        team=rng.choice(TEAMS),
        agent=rng.choice(AGENTS),
        product=rng.choice(PRODUCTS),
        channel=rng.choice(("chat", "email")),
        code="",
        client="",
    )
    step = (
        replace(step, code=rng.choice(("set_up", "void", "duplicate", "no_issue"))) if step.kind == "solved" else step
    )
    intervals = tuple(stay(rng, number, place) for place in range(rng.randrange(4)))
    return TicketFacts(number=number, version=1, chats=(chat(rng, number),), steps=(step,), intervals=intervals)


def stay(rng: Random, number: int, place: int) -> Interval:
    ended = rng.random() < 0.8
    return Interval(
        ticket=number,
        place=place,
        chat=rng.choice(("", "", f"chat {number}")),
        kind=rng.choice(("open", "with_product", "awaiting_reply", "fixed_pending_rca")),
        team=rng.choice(TEAMS),
        holder=rng.choice(AGENTS),
        began=0,
        ended=1 if ended else None,
        day=739_000 + rng.randrange(70) if ended else None,
        product=rng.choice(PRODUCTS),
        channel=rng.choice(("chat", "email")),
        open_ms=rng.randrange(100_000_000) if ended else 0,
    )


def added(cells: dict[Cell, int], period: Period) -> Sums:
    """The sums of a period, from the cells of its days and pieces."""
    sums = Sums()
    for cell, tally in cells.items():
        if (cell.grain, cell.dimension) == ("day", "team") and period.first <= cell.period < period.after:
            sums.add_day(cell, tally)
            sums.add_team(cell, tally)
        for piece in pieces_of(period):
            if cell.dimension != "team" and cell.grain == piece.grain and piece.first <= cell.period < piece.after:
                sums.add(cell, piece.sign * tally)
    for tallies in sums.keys.values():
        for key in [key for key, tally in tallies.items() if not tally]:
            del tallies[key]
    return sums


@pytest.mark.parametrize("seed", range(20))
def test_cells_of_any_period_add_up_to_the_facts_of_its_days(seed: int) -> None:
    rng = Random(seed)
    shares = [share for number in range(40) for share in shares_of(ticket(rng, number))]
    first, after = sorted(rng.sample(range(738_990, 739_080), 2))
    found = added(cells_of(shares), Period(first, after))
    expected = added_shares((share for share in shares if first <= share.day < after), DIMENSIONS)
    assert (found.days, found.teams, found.hours) == (expected.days, expected.teams, expected.hours)
    assert {key: tallies for key, tallies in found.keys.items() if tallies} == expected.keys
    days = sum(piece.after - piece.first for piece in pieces_of(Period(first, after)) if piece.grain == "day")
    assert days <= 30


@pytest.mark.parametrize("seed", range(5))
def test_days_months_teams_and_agents_add_up_to_the_plain_count(seed: int) -> None:
    tickets = [ticket(Random(seed * 1000 + number), number) for number in range(200)]
    shares = [share for one in tickets for share in shares_of(one)]
    sums = added(cells_of(shares), Period(739_000, 739_070))
    assert sum(sums.days.values()) == sums.total
    for dimension in ("agent", "product", "channel"):
        assert sum(sums.keys[dimension].values()) == sums.total, dimension
    chats = [one.chats[0] for one in tickets]
    assert count_of(sums.total, "offered") == len(chats)
    total = Opened(sums.total)
    assert total.sum("wait") == sum(one.wait_ms or 0 for one in chats if not one.void)
    assert total.sum("next") == sum(sum(one.next_ms) for one in chats if not one.void)
    stays = [each for one in tickets for each in one.intervals if not each.chat and each.ended is not None]
    figures = figures_of(sums.total)
    for status in ("open", "with_product", "awaiting_reply", "fixed_pending_rca"):
        found = getattr(figures.time_in_status, status)
        assert found.count == sum(one.kind == status for one in stays)
        assert found.seconds == sum(one.open_ms for one in stays if one.kind == status) // 1000
    told = [one for one in chats if one.told_s is not None and not one.void]
    assert figures.promised_wait.count == len(told)
    assert total.sum("told") == sum((one.told_s or 0) * 1000 for one in told)
    assert sum(part.promised.count for part in told_parts(sums)) == len(told)
    assert count_of(sums.total, "promises_kept") == sum(is_kept(one.told_s or 0, one.wait_ms or 0) for one in told)
    for code in ("duplicates", "no_issue"):
        wanted = {"duplicates": "duplicate"}.get(code, code)
        assert getattr(figures, code) == sum(one.steps[0].code == wanted for one in tickets)
    assert figures.offered == figures.answered + figures.abandoned + figures.missed
    assert figures.solved == sum(one.steps[0].kind == "solved" for one in tickets)
    assert sum(count_of(tally, "solved") for tally in sums.keys["code"].values()) == figures.solved
    hours = hour_parts(sums)
    assert [(one.weekday * 24 + one.hour, one.offered, one.answered) for one in hours] == sorted(
        (hour, len(of_hour), sum(one.outcome == "answered" for one in of_hour))
        for hour in {one.hour for one in chats}
        if (of_hour := [one for one in chats if one.hour == hour])
    )
    assert added_shares(shares, DIMENSIONS) == sums
    codes: tuple[Dimension, ...] = ("code",)
    assert [*added_shares(shares, codes).keys] == ["code"]


@pytest.mark.parametrize("seed", range(5))
def test_difference_turns_one_count_into_the_other(seed: int) -> None:
    before, after = (ticket(Random(seed * 2 + place), 1) for place in (0, 1))
    found: dict[Cell, int] = defaultdict(int, difference(None, before))
    for cell, tally in difference(before, after).items():
        found[cell] += tally
    assert {cell: tally for cell, tally in found.items() if tally} == difference(None, after)
