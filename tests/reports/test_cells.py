"""Every split adds up to the total, and a difference turns one count into the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from random import Random

import pytest

from reports.cells import DIMENSIONS, Cell, Dimension, cells_of, difference, shares_of
from reports.facts import ChatFact, Interval, StepFact, TicketFacts
from reports.overview import added, added_shares, figures_of, told_parts
from reports.periods import Period, parts_of
from reports.promises import is_kept
from reports.tally import count_of, sum_of

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


@pytest.mark.parametrize("seed", range(5))
def test_days_months_teams_and_agents_add_up_to_the_plain_count(seed: int) -> None:
    tickets = [ticket(Random(seed * 1000 + number), number) for number in range(200)]
    cells = cells_of(share for one in tickets for share in shares_of(one))
    whole = Period(739_000, 739_070)
    days = [item for item in cells.items() if item[0].grain == "day" and item[0].dimension == "team"]
    rest = [
        item
        for grain, first, after in parts_of(whole)
        for item in cells.items()
        if item[0].grain == grain and first <= item[0].period < after and item[0].dimension != "team"
    ]
    sums = added(days, rest)
    assert sum(sums.teams.values()) == sums.total
    for dimension in ("agent", "product", "channel"):
        assert sum(sums.keys[dimension].values()) == sums.total, dimension
    chats = [one.chats[0] for one in tickets]
    assert count_of(sums.total, "offered") == len(chats)
    assert sum_of(sums.total, "wait") == sum(one.wait_ms or 0 for one in chats if not one.void)
    assert sum_of(sums.total, "next") == sum(sum(one.next_ms) for one in chats if not one.void)
    stays = [each for one in tickets for each in one.intervals if not each.chat and each.ended is not None]
    figures = figures_of(sums.total)
    for status in ("open", "with_product", "awaiting_reply", "fixed_pending_rca"):
        found = getattr(figures.time_in_status, status)
        assert found.count == sum(one.kind == status for one in stays)
        assert found.seconds == sum(one.open_ms for one in stays if one.kind == status) // 1000
    told = [one for one in chats if one.told_s is not None and not one.void]
    assert figures.promised_wait.count == len(told)
    assert sum_of(sums.total, "told") == sum((one.told_s or 0) * 1000 for one in told)
    assert sum(part.promised.count for part in told_parts(sums)) == len(told)
    assert count_of(sums.total, "promises_kept") == sum(is_kept(one.told_s or 0, one.wait_ms or 0) for one in told)
    for code in ("duplicates", "no_issue"):
        wanted = {"duplicates": "duplicate"}.get(code, code)
        assert getattr(figures, code) == sum(one.steps[0].code == wanted for one in tickets)
    assert figures.offered == figures.answered + figures.abandoned + figures.missed
    assert figures.solved == sum(one.steps[0].kind == "solved" for one in tickets)
    assert sum(count_of(tally, "solved") for tally in sums.keys["code"].values()) == figures.solved
    assert sum(count_of(tally, "offered") for tally in sums.keys["hour"].values()) == figures.offered
    shares = [share for one in tickets for share in shares_of(one)]
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
