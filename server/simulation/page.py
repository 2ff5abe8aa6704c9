"""A simulated day as one HTML page that needs nothing else, and its plots as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from routing.simulation.day import Day
from routing.simulation.figures import Goal, Report
from routing.simulation.staffing import Needed
from server.simulation import words
from server.simulation.plots import STYLE, drawn, hours_said, legend, plots, swatch

PAGE = "index.html"
Staffing = tuple[Sequence[Needed], Needed]
"""What each team needs, and what all chats together do."""


def write(folder: Path, day: Day, report: Report, goal: Goal, staffing: Staffing | None) -> None:
    """Write page and plots into a folder, which is made where there is none. OSError where that cannot be."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [drawn(plot, day, report) for plot in plots(goal)]
    for picture in pictures:
        (folder / f"{picture.plot.file}.svg").write_text(picture.whole, "utf-8")
    page = (
        _environment()
        .get_template("day.html")
        .render(
            title=words.title(day),
            goal=goal,
            all=report.of(),
            percent=words.percent,
            seconds=words.seconds,
            verdict=words.verdict(day, report, goal),
            tables=[
                (name, rows)
                for name, rows in (
                    ("By team", words.by_team(day, report, goal)),
                    ("By kind", words.by_kind(report, goal)),
                )
                if rows
            ],
            remarks=words.remarks(day, report),
            style=STYLE,
            pictures=[
                (
                    picture.plot.title,
                    [
                        (None if kind == "–" else swatch(kind), said)
                        for kind, said in legend(picture.plot, dashes=picture.dashes)
                    ],
                    picture.panels,
                )
                for picture in pictures
            ],
            hours_said=hours_said(day),
            hours=report.hours,
            by_hour=[
                (
                    figure.format(goal=goal),
                    [
                        (name, [shown(report.of(team, hour), goal) for hour in report.hours])
                        for team, name in words.names(day, report)
                    ],
                )
                for figure, shown in words.BY_HOUR
            ],
            needs=_needs(day, staffing),
        )
    )
    (folder / PAGE).write_text(page, "utf-8")


def _needs(day: Day, staffing: Staffing | None) -> list[tuple[str, Needed]]:
    if staffing is None:
        return []
    teams, together = staffing
    each = [(day.desk.teams[one.team].name, one) for one in teams if one.team is not None]
    return [*each, (words.EACH, words.sum_of(teams)), (words.TOGETHER, together)]


def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).with_name("templates"))
    return Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
