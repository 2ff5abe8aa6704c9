"""Hours of teams as the pages show them."""

from __future__ import annotations

from datetime import date

from routing.hours import Exceptional, Hours, Schedule, Span
from widgets.portal.coverage import ahead, alike, days_not_counted, scale_of, week_of
from widgets.ports import TeamView

TODAY = date(2026, 11, 24)


def hours(start: int, end: int, days: int = 5, *exceptions: Exceptional) -> Hours:
    week = (*(((Span(60 * start, 60 * end),),) * days), *(((),) * (7 - days)))
    return Hours(Schedule("s", week, None, exceptions), "America/New_York", lambda calendar, year: frozenset())


def team(name: str, chat: Hours, mail: Hours) -> TeamView:
    return TeamView(name.lower(), name, name, {}, None, (), False, chat, mail)


MEDIA = team("Media", hours(9, 19), hours(8, 20))
PROD = team("Prod", hours(9, 19), hours(9, 19))
FINANCE = team("Finance", hours(9, 17), hours(9, 17))


def test_week_joins_days_with_the_same_hours() -> None:
    """A day on which only mail is read is a line of its own; closed days have none."""
    (days,) = week_of(MEDIA.chat, MEDIA.mail, TODAY)
    assert (days.first, days.last, days.chat, days.mail) == (0, 4, (Span(540, 1140),), (Span(480, 1200),))
    found = week_of(hours(9, 17), hours(9, 17, 6), TODAY)
    assert [(days.first, days.last, bool(days.chat)) for days in found] == [(0, 4, True), (5, 5, False)]


def test_days_that_do_not_count_are_closed_weekdays_after_today() -> None:
    """A short day counts. A weekend is no day that is left out."""
    off = [Exceptional(date(2026, 11, day), date(2026, 11, day), (), None) for day in (24, 26)]
    short = Exceptional(date(2026, 11, 27), date(2026, 11, 27), (Span(540, 780),), None)
    chat = hours(9, 17, 5, *off, short)
    assert days_not_counted(chat, TODAY, date(2026, 11, 26)) == [date(2026, 11, 26)]
    assert days_not_counted(chat, TODAY, date(2026, 12, 4)) == [date(2026, 11, 26)]
    assert days_not_counted(chat, TODAY, date(2026, 11, 25)) == []


def test_hours_around_the_clock_are_the_same_in_every_zone() -> None:
    """Not if one day of the week is closed."""
    (always,), (weekdays,) = (
        week_of(hours(0, 24, 7), hours(9, 17, 7), TODAY),
        week_of(hours(0, 24), hours(0, 24), TODAY),
    )
    assert [always.always(always.chat), always.always(always.mail)] == [True, False]
    assert not weekdays.always(weekdays.chat)


def test_teams_with_the_same_hours_for_chats_are_one_row() -> None:
    """Hours for mail do not matter there."""
    assert [one.names for one in alike([MEDIA, FINANCE, PROD], TODAY)] == [["Media", "Prod"], ["Finance"]]


def test_scale_holds_all_hours() -> None:
    """Usually it is 06 to 22; it grows by two hours at a time, and ends at midnight."""
    assert (scale_of([MEDIA], TODAY).start, scale_of([MEDIA], TODAY).end) == (360, 1320)
    night = scale_of([team("Night", hours(5, 24), hours(5, 24))], TODAY)
    assert (night.start, night.end) == (240, 1440)
    assert [scale_of([MEDIA], TODAY).share(minute) for minute in (0, 360, 840, 1440)] == [0, 0, 50, 100]


def test_other_hours_name_all_teams_concerned() -> None:
    """The earliest come first."""
    closed = Exceptional(date(2026, 11, 26), date(2026, 11, 26), (), "Thanksgiving")
    short = Exceptional(date(2026, 11, 25), date(2026, 11, 25), (Span(540, 780),), "Short day")
    teams = [
        team("Media", hours(9, 19, 5, closed), hours(9, 19)),
        team("Finance", hours(9, 17, 5, closed, short), hours(9, 17)),
    ]
    found = ahead(teams, TODAY, 30)
    assert [(one.hours.name, one.teams) for one in found] == [
        ("Short day", ["Finance"]),
        ("Thanksgiving", ["Media", "Finance"]),
    ]
