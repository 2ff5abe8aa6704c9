from __future__ import annotations

from msgspec.structs import replace

from reports.overview import DayBefore, DayPart, IncidentShown, Overview, Span, figures_of
from reports.tally import Pile, counted
from tests.widgets.letters.test_weekly import BEFORE, BUSY, week
from widgets.reports.by_day import day_chart, days_of, wait_chart

ZONE = "America/New_York"
QUIET = counted("offered", 5) + counted("answered", 5)


def overview(*incidents: IncidentShown, compared: bool = True) -> Overview:
    """Figures of a Tuesday and a Thursday."""
    return replace(
        week(BUSY, BEFORE).overview,
        compared=Span("2026-11-09", "2026-11-16") if compared else None,
        by_day=[DayPart("2026-11-17", figures_of(BUSY)), DayPart("2026-11-19", figures_of(QUIET))],
        before_by_day=[DayBefore("2026-11-10", 50, 90)] if compared else [],
        incidents=list(incidents),
    )


def test_days_are_those_of_weekdays_with_chats_each_beside_its_day_of_the_period_before() -> None:
    found = days_of(overview(), ZONE)
    assert [(day.iso, day.figures is not None, day.before is not None) for day in found] == [
        ("2026-11-17", True, True),
        ("2026-11-19", True, False),
    ]
    drawn = str(day_chart(found))
    assert "Nov\u00a017: 60 offered, 6 lost, 50 in the period before" in drawn
    assert "Nov\u00a019: 5 offered, 0 lost, 0 in the period before" in drawn
    assert "in the period before" not in str(day_chart(days_of(overview(compared=False), ZONE)))


def test_day_of_a_whole_month_without_a_matching_day_has_no_mark() -> None:
    """October 1 has September 3 beside it, the first Thursday. September has no fifth Thursday."""
    found = replace(
        overview(),
        period=Span("2026-10-01", "2026-11-01"),
        compared=Span("2026-09-01", "2026-10-01"),
        by_day=[DayPart("2026-10-01", figures_of(BUSY))],
        before_by_day=[DayBefore("2026-09-03", 50, 90)],
    )
    days = days_of(found, ZONE)
    assert [(day.iso, day.compared, day.before is not None) for day in (days[0], days[-1])] == [
        ("2026-10-01", True, True),
        ("2026-10-29", False, False),
    ]
    drawn = str(day_chart(days))
    assert "Oct\u00a022: 0 offered, 0 lost, 0 in the period before" in drawn
    assert "Oct\u00a029: 0 offered, 0 lost<" in drawn


def test_incidents_are_remarks_of_the_day_on_which_they_began_in_the_zone_of_the_desk() -> None:
    found = days_of(
        overview(
            IncidentShown("CFILE late", "2026-11-17T15:40:00.000Z", "2026-11-17T18:15:00.000Z"),
            IncidentShown("x" * 60, "2026-11-20T04:59:00.000Z", "2026-11-20T08:00:00.000Z"),
            IncidentShown("Slow", "2026-11-17T20:00:00.000Z", None),
        ),
        ZONE,
    )
    assert [list(day.remarks) for day in found] == [
        ["CFILE late, 10:40 to 13:15", "Slow, 15:00, it still lasts"],
        [f"{'x' * 39}…, 23:59 to Nov\u00a020, 03:00"],
    ]


def test_goal_is_in_the_chart_of_waits_only_if_all_teams_have_the_same() -> None:
    days = days_of(overview(), ZONE)
    assert 'class="tgt"' in wait_chart(overview(), days, [120, 120])
    assert 'class="tgt"' not in wait_chart(overview(), days, [120, 60])
    assert 'class="tgt"' not in wait_chart(overview(), days, [])


def test_no_chart_of_waits_if_nobody_waited() -> None:
    nobody = replace(overview(), figures=figures_of(Pile().tally))
    assert wait_chart(nobody, [], [120]) == ""
