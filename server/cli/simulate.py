"""`switchboard simulate`."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import fail, faults_said

if TYPE_CHECKING:
    from routing.simulation.customers import Customer
    from routing.simulation.day import Day, Shift
    from routing.simulation.figures import Goal
    from routing.simulation.outcomes import Outcome, Seating
    from routing.simulation.staffing import Counts, Shares
    from server.simulation.page import Staffing


def simulate(
    file: Annotated[
        Path | None,
        typer.Argument(help="A day file. Default: the sample, with 20,000 chats and 200 agents.", show_default=False),
    ] = None,
    goal: Annotated[str, typer.Option(help="Percentage of chats to answer, and within how many seconds.")] = "80/60",
    staffing: Annotated[
        bool,
        typer.Option(
            "--staffing", help="Also find how many agents the goal needs. Takes about as long as 20 simulations."
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write a report with plots to this folder.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 1,
) -> None:
    """Simulate a day. Reports wait times, abandoned chats, and how busy agents are."""
    from routing.adapters.day_file import SAMPLE, load
    from routing.simulation.customers import drawn
    from routing.simulation.day import shifts
    from routing.simulation.figures import report
    from server.simulation import text_report
    from server.simulation.day import chances
    from server.simulation.page import PAGE, write

    aim = _goal(goal)
    day = faults_said(lambda: load(SAMPLE if file is None else file))
    customers, agents = drawn(day, random.Random(seed)), shifts(day, chances(seed))
    found = report(day, agents, *_passed(day, customers, agents, "Simulation"))
    print(f"{text_report.title(day)} (seed {seed})\n")
    print("\n".join(text_report.lines(day, found, aim)))
    needed = _needed(day, customers, seed, aim) if staffing else None
    if needed is not None:
        print("\n" + "\n".join(text_report.staffing(day, *needed, aim)))
    if out is not None:
        try:
            write(out, day, found, aim, needed)
        except OSError as error:
            fail(f"--out {out}: {error.strerror}: choose a folder that this user may write to")
        print(f"\n{out / PAGE}")


def _goal(text: str) -> Goal:
    from routing.simulation.figures import Goal

    match = re.fullmatch(r"(\d{1,2})/(\d{1,5})", text, re.ASCII)
    if match is None or not int(match[1]):
        fail(f"--goal {text!r}: a percentage from 1 to 99 and seconds, such as 80/60")
    return Goal(int(match[1]), int(match[2]))


def _passed(
    day: Day, customers: list[Customer], agents: list[Shift], label: str
) -> tuple[list[Outcome], list[Seating]]:
    """Run the simulation once. On a terminal, shows a progress bar."""
    from server.simulation.day import run

    passing = run(customers, agents, day.desk, day.answers)
    found: list[Outcome] = []
    with typer.progressbar(
        length=len(customers), label=label, file=sys.stderr, hidden=not sys.stderr.isatty(), update_min_steps=200
    ) as bar:
        for outcome in passing.outcomes():
            found.append(outcome)
            if outcome.why == "came":
                bar.update(1)
    return found, passing.seatings


def _needed(day: Day, customers: list[Customer], seed: int, goal: Goal) -> Staffing:
    from routing.simulation.day import shifts
    from routing.simulation.figures import report
    from routing.simulation.staffing import for_each_team, in_all
    from server.simulation.day import chances

    runs = 0

    def passes(counts: Counts) -> Shares:
        nonlocal runs
        runs += 1
        agents = shifts(day, chances(seed), counts)
        found = report(day, agents, *_passed(day, customers, agents, f"Other staffing, run {runs}"))
        return {team: found.of(team).within(goal.within_s) for team in (*found.teams, None)}

    return for_each_team(day, goal, passes), in_all(day, goal, passes)
