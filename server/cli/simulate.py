"""`switchboard simulate`: a day on a virtual clock, by the rules that serve real ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import fail, faults_said

if TYPE_CHECKING:
    from routing.simulation.day import Day
    from routing.simulation.figures import Figures, Goal, Report


def simulate(
    file: Annotated[
        Path | None,
        typer.Argument(help="The day; without it the sample, 20,000 chats and 200 agents.", show_default=False),
    ] = None,
    goal: Annotated[str, typer.Option(help="How many percent are to be answered within how many seconds.")] = "80/60",
    seed: Annotated[int, typer.Option(help="Another one makes other customers of the same kind.")] = 1,
) -> None:
    """Let a day pass on a virtual clock: who waits how long, who leaves, how busy the agents are."""
    from routing.adapters.day_file import SAMPLE, load

    aim = _goal(goal)
    day = faults_said(lambda: load(SAMPLE if file is None else file))
    report = _passed(day, seed)
    print("\n".join(_lines(day, report, aim, seed)))


def _goal(text: str) -> Goal:
    from routing.simulation.figures import Goal

    match = re.fullmatch(r"(\d{1,2})/(\d{1,5})", text, re.ASCII)
    if match is None or not int(match[1]):
        fail(f"--goal {text!r}: percent from 1 to 99 and seconds, like 80/60")
    return Goal(int(match[1]), int(match[2]))


def _passed(day: Day, seed: int) -> Report:
    """The day, gone by once, with a bar while it lasts where a person looks on."""
    import random
    import sys

    from routing.adapters.queue_memory import MemoryFloor
    from routing.simulation.customers import drawn
    from routing.simulation.day import shifts
    from routing.simulation.figures import report
    from routing.simulation.run import Run

    customers, agents = drawn(day, random.Random(seed)), shifts(day)
    run = Run(customers, agents, day.desk, MemoryFloor())
    with typer.progressbar(
        run.outcomes(),
        length=len(customers),
        label="The day",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        update_min_steps=200,
    ) as passing:
        return report(day, agents, list(passing))


def _lines(day: Day, report: Report, goal: Goal, seed: int) -> list[str]:
    date = f"{day.date:%A} {day.date.day} {day.date:%B} {day.date.year}"
    lines = [f"{date}: {day.chats:,} chats, {day.agents} agents (seed {seed})", ""]
    head = ["", "chats", "answered", f"in {goal.within_s} s", "left", "missed", "half wait", "9 of 10", "occupancy"]
    rows = [_row(name, report.of(team), goal) for team, name in _named(day, report)]
    lines += _table([head, *rows])
    for title, figure in _BY_HOUR:
        lines += ["", title.format(within_s=goal.within_s)]
        head = ["", *(f"{hour:02d}" for hour in report.hours)]
        rows = [
            [name, *(figure(report.of(team, hour), goal) for hour in report.hours)]
            for team, name in _named(day, report)
        ]
        lines += _table([head, *rows])
    return lines


def _named(day: Day, report: Report) -> list[tuple[str | None, str]]:
    return [*((team, day.desk.teams[team].name) for team in report.teams), (None, "All")]


def _row(name: str, figures: Figures, goal: Goal) -> list[str]:
    return [
        name,
        f"{figures.came:,}",
        f"{figures.answered:,}",
        _percent(figures.within(goal.within_s)),
        _percent(figures.abandonment),
        f"{figures.missed:,}",
        _seconds(figures.wait_s(50)),
        _seconds(figures.wait_s(90)),
        _percent(figures.occupancy),
    ]


_BY_HOUR: tuple[tuple[str, Callable[[Figures, Goal], str]], ...] = (
    ("Answered within {within_s} s, in %", lambda figures, goal: _bare(figures.within(goal.within_s))),
    ("9 of 10 of those answered waited at most, in s", lambda figures, goal: _whole(figures.wait_s(90))),
    ("Left the queue, in %", lambda figures, goal: _bare(figures.abandonment)),
    ("Seats taken, in % of those present", lambda figures, goal: _bare(figures.occupancy)),
)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.0f} s"


def _bare(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}"


def _whole(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.0f}"


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
