"""Simulates waits in hours in which a team is newly open, with different numbers of agents.

`python -m server.simulation.opened_hours` reads questions as JSON from its input, and writes the answers as JSON. It
runs as a process of its own, because it computes for seconds.
"""

from __future__ import annotations

import os
import random
import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil, floor

from msgspec import Struct, json

from routing.desk import Desk, Team
from routing.hours import Schedule, Span
from routing.simulation.customers import drawn
from routing.simulation.day import Day, Duration, Group, Traffic, shifts
from routing.simulation.figures import Goal
from routing.simulation.outcomes import Outcome
from server.simulation.day import chances, run

RUNS_MAX = 200
RUNS_MIN = 10
CHATS_MAX = 2_000
"""Chats that are simulated for each number of agents, unless `RUNS_MIN` runs have more."""
GOAL_PERCENT = Goal().percent
TRIED_MAX = 6
"""Numbers of agents that are tried until the goal is reached."""
CPU_MAX_S = 20
AGENTS = "agents"


class Question(Struct, frozen=True, kw_only=True):
    """A span of a day in which a team is newly open.

    `start` and `end` are minutes of the day. `counts` has the number of requests by hour of the day, for each past day.
    `service_s` and `patience_s` are means. `capacity` is the number of chats that an agent has at once.
    """

    day: date
    zone: str
    start: int
    end: int
    counts: list[dict[int, int]]
    service_s: float
    service_median_s: float | None
    patience_s: float | None
    capacity: int
    goal_s: int
    assign: str
    offer_s: int
    wrap_up_s: int
    queue_max: int | None


class Staffing(Struct, frozen=True):
    """Waits with `agents` agents, in seconds: half of the answered chats wait at most `half_s`, and 9 in 10 at most
    `nine_in_ten_s`. In nine of ten runs, the latter is between `low_s` and `high_s`. None if no chat was answered.

    `within` is the share of chats that are answered within the goal.
    """

    agents: int
    half_s: float | None
    nine_in_ten_s: float | None
    low_s: float | None
    high_s: float | None
    within: float


class Answer(Struct, frozen=True):
    """The waits by number of agents, rising. The goal is reached with the last number but one, or with none."""

    runs: int
    staffing: list[Staffing]


def answered(question: Question) -> Answer:
    """Simulate the span with rising numbers of agents, until the goal is reached."""
    runs, mean_h = _runs(question)
    day = _day(question)
    load = mean_h * (question.service_s + question.wrap_up_s) / 3600 / question.capacity
    first = agents = max(1, floor(load))
    step, tried = max(1, ceil(load / 10)), dict[int, Staffing]()
    while len(tried) < TRIED_MAX:
        tried[agents] = _staffing(question, day, agents, runs)
        if tried[agents].within * 100 >= GOAL_PERCENT:
            break
        agents += step
    if agents == first and first > step:
        tried[first - step] = _staffing(question, day, first - step, runs)
    more = max(tried) + step
    tried[more] = _staffing(question, day, more, runs)
    return Answer(runs, [tried[number] for number in sorted(tried)][-3:])


def _runs(question: Question) -> tuple[int, float]:
    """The number of runs, and the mean number of chats in an hour."""
    chats = sum(sum(counts.values()) for counts in question.counts) / len(question.counts)
    hours = len({hour for counts in question.counts for hour in counts}) or 1
    return max(RUNS_MIN, min(RUNS_MAX, round(CHATS_MAX / max(chats, 1)))), chats / hours


def _staffing(question: Question, day: Day, agents: int, runs: int) -> Staffing:
    waits, ninths, came, within = list[int](), list[int](), 0, 0
    for number in range(runs):
        ended = _run(question, day, agents, number)
        came += len(ended)
        own = sorted(one.waited_ms for one in ended if one.end == "answered")
        within += sum(wait <= 1000 * question.goal_s for wait in own)
        waits += own
        if own:
            ninths.append(_rank(own, 90))
    waits.sort()
    ninths.sort()
    ranks = [_rank(waits, 50), _rank(waits, 90), _rank(ninths, 5), _rank(ninths, 95)] if waits else [None] * 4
    half, ninth, low, high = (None if rank is None else rank / 1000 for rank in ranks)
    return Staffing(agents, half, ninth, low, high, within / came if came else 1.0)


def _rank(rising: Sequence[int], percent: int) -> int:
    return rising[max(0, ceil(len(rising) * percent / 100) - 1)]


def _run(question: Question, day: Day, agents: int, number: int) -> list[Outcome]:
    traffic = {team: replace(one, arrivals=_counts(question, number)) for team, one in day.traffic.items()}
    begins, ends = day.moment(question.start), day.moment(question.end)
    customers = drawn(replace(day, traffic=traffic), random.Random(number))
    staff = shifts(day, chances(number), {AGENTS: agents})
    return list(run([one for one in customers if begins <= one.at < ends], staff, day.desk).outcomes())


def _counts(question: Question, number: int) -> Mapping[int, int]:
    return question.counts[number % len(question.counts)]


def _day(question: Question) -> Day:
    span = Span(question.start, question.end)
    schedule = Schedule("opened", ((span,),) * 7)
    team = Team(
        key="team",
        name="Team",
        schedule="opened",
        assign="offer" if question.assign == "offer" else "auto",
        offer_s=question.offer_s,
        wrap_up_s=question.wrap_up_s,
        queue_max=question.queue_max,
        wait_target_s=question.goal_s,
    )
    desk = Desk(question.zone, {team.key: team}, {schedule.key: schedule}, lambda calendar, year: frozenset())
    service = Duration(question.service_s, question.service_median_s)
    patience = None if question.patience_s is None else Duration(question.patience_s)
    group = Group(AGENTS, 1, (team.key,), (span,), question.capacity)
    return Day(question.day, desk, {team.key: Traffic(_counts(question, 0), service, patience)}, (group,))


def main() -> None:
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
    questions = json.decode(sys.stdin.buffer.read(), type=list[Question])
    sys.stdout.buffer.write(json.encode([answered(question) for question in questions]))


if __name__ == "__main__":
    main()
