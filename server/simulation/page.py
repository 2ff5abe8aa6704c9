"""A simulated day as a self-contained HTML page, and its plots as SVG files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from routing.simulation.day import Day
from routing.simulation.figures import Goal, Report
from routing.simulation.staffing import Needed
from server.simulation import text_report
from server.simulation.plots import STYLE, Picture, drawn, hours_said, legend, plots, swatch

PAGE = "index.html"
Staffing = tuple[Sequence[Needed], Needed]
"""Agents that each team needs by itself, and that all teams need together."""


def write(folder: Path, day: Day, report: Report, goal: Goal, staffing: Staffing | None) -> None:
    """Create the folder, and write the page and the plots into it. Raises OSError if something cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [drawn(plot, day, report) for plot in plots(goal)]
    for picture in pictures:
        (folder / f"{picture.plot.file}.svg").write_text(picture.whole, "utf-8")
    tables = [("By team", text_report.by_team(day, report, goal)), ("By kind", text_report.by_kind(report, goal))]
    page = (
        _environment()
        .get_template("day.html")
        .render(
            title=text_report.title(day),
            goal=goal,
            all=report.of(),
            percent=text_report.percent,
            seconds=text_report.seconds,
            verdict=text_report.verdict(day, report, goal),
            tables=[(name, rows) for name, rows in tables if rows],
            remarks=text_report.remarks(day, report),
            style=STYLE,
            pictures=[(picture.plot.title, _legend(picture), picture.panels) for picture in pictures],
            hours_said=hours_said(day),
            hours=report.hours,
            by_hour=_by_hour(day, report, goal),
            needs=_needs(day, staffing),
        )
    )
    (folder / PAGE).write_text(page, "utf-8")


def _legend(picture: Picture) -> list[tuple[Markup | None, str]]:
    entries = legend(picture.plot, dashes=picture.dashes)
    return [(None if kind == "–" else swatch(kind), text) for kind, text in entries]


def _by_hour(day: Day, report: Report, goal: Goal) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """For each figure, its title and a row per team. A row has a value for each hour."""
    names = text_report.names(day, report)
    return [
        (
            figure.format(goal=goal),
            [(name, [shown(report.of(team, hour), goal) for hour in report.hours]) for team, name in names],
        )
        for figure, shown in text_report.BY_HOUR
    ]


def _needs(day: Day, staffing: Staffing | None) -> list[tuple[str, Needed]]:
    if staffing is None:
        return []
    teams, together = staffing
    each = [(day.desk.teams[one.team].name, one) for one in teams if one.team is not None]
    return [*each, (text_report.EACH, text_report.sum_of(teams)), (text_report.TOGETHER, together)]


def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).with_name("templates"))
    return Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
