"""The weekly mail of reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec

from reports.backlog import BacklogPart
from reports.overview import Hints, Overview, Span, figures_of
from reports.periods import Period
from reports.tally import Pile, counted
from widgets.letters.html import html_text
from widgets.letters.plain import plain_text
from widgets.letters.weekly import WeekShown, weekly_report
from widgets.letters.words import Words

FIRST = date(2026, 11, 16).toordinal()
QUIET = counted("offered", 0)
TIMES = Pile()
for _ in range(54):
    TIMES.last("first", 20_000)
    TIMES.last("wait", 10_000)
BUSY = (
    counted("offered", 60)
    + counted("answered", 54)
    + counted("abandoned", 4)
    + counted("missed", 2)
    + counted("rating_4", 3)
    + counted("rating_5", 1)
    + counted("created", 1_070)
    + TIMES.tally
)
BEFORE = counted("offered", 50) + counted("answered", 40) + counted("abandoned", 8) + counted("created", 1_000)


def week(tally: int, before: int | None) -> WeekShown:
    overview = Overview(
        period=Span("2026-11-16", "2026-11-23"),
        compared=None,
        as_of="2026-11-23T13:00:00.000Z",
        counted_to="2026-11-23T13:00:00.000Z",
        figures=figures_of(tally),
        previous=None if before is None else figures_of(before),
        by_day=[],
        before_by_day=[],
        incidents=[],
        by_hour=[],
        by_seats=[],
        by_code=[],
        by_agent=[],
        by_team=[],
        before_by_team=[],
        by_product=[],
        by_channel=[],
        by_told=[],
        handle_by_10_min=[],
        hints=Hints([], []),
        backlog=[BacklogPart("open", [1, 2]), BacklogPart("with_product", [4])],
        late_now=[],
    )
    return WeekShown(
        week=Period(FIRST, FIRST + 7),
        overview=overview,
        teams=["Media", "<b>Finance</b>"],
        base="https://desk.example",
        brand="Northlake",
        host="desk.example",
    )


def text_of(shown: WeekShown) -> str:
    return " ".join(plain_text(weekly_report(shown, Words(None))).split())


def test_letter_compares_each_figure_with_the_week_before_by_the_name_of_its_definition() -> None:
    said = text_of(week(BUSY, BEFORE))
    for line in (
        "60 chats joined a queue, 90.0 % answered. The week before had 50.",
        "Offered 60; before: 50, ↑ 20.0 %",
        "Abandoned 4; before: 8, ↓ 50.0 %",
        "Missed 2; before: 0 ",
        "Wait time half by 0:10, 9 in 10 by 0:10; before: none",
        "First response half by 0:20, 9 in 10 by 0:20; before: none",
        "Rating 4.25 of 4; before: none given",
        "Created 1,070; before: 1,000, ↑ 7.0 %",
        "Not solved 7 now",
        "https://desk.example/reports?from=2026-11-16&last=2026-11-22",
        "Stop the weekly mail: https://desk.example/reports#weekly",
        "The figures are of Media, <b>Finance</b>.",
    ):
        assert line in said, line


def test_subject_is_the_week_in_plain_spaces() -> None:
    assert weekly_report(week(BUSY, BEFORE), Words(None)).subject == "Reports, Nov 16 – Nov 22, 2026"


def test_html_part_has_the_figures_of_the_text_part_and_no_markup_of_names() -> None:
    page = html_text(weekly_report(week(BUSY, BEFORE), Words(None)), "mark").replace("\u00a0", " ")
    assert "<b>Finance" not in page and "60; before: 50, ↑ 20.0" in page
    assert 'href="https://desk.example/reports#weekly"' in page


def test_week_that_cannot_be_compared_says_why_and_has_only_its_own_figures() -> None:
    said = text_of(week(counted("offered", 3) + counted("answered", 3), None))
    assert "3 chats joined a queue, 100.0 % answered. A week with fewer than 30 chats is not compared" in said
    assert "before" not in said


def test_week_without_anything_says_so_and_has_only_the_backlog() -> None:
    shown = replace(week(QUIET, None), teams=None)
    said = text_of(shown)
    assert "There is nothing to report: no chat joined a queue, and no ticket was created or solved." in said
    assert "Not solved 7 now" in said and "Offered" not in said and "all teams" in said


def test_week_with_tickets_only_is_not_called_empty() -> None:
    shown = week(QUIET, None)
    figures = msgspec.structs.replace(shown.overview.figures, created=2)
    said = text_of(replace(shown, overview=msgspec.structs.replace(shown.overview, figures=figures)))
    assert "No chat joined a queue." in said and "Created 2" in said
