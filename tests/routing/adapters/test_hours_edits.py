"""Changes of hours in the text of an hours file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from refusals import Refused
from routing.adapters.hours_edits import changed
from routing.adapters.hours_file import parse
from routing.hours import Hours
from routing.hours_changes import (
    AddedSchedule,
    CalendarChange,
    CopiedVersion,
    DaysChange,
    HolidayChange,
    HoursChange,
    RemovedSchedule,
    RenamedSchedule,
    RestoredSchedule,
    TeamChange,
    WeekChange,
    span_texts,
)
from routing.hours_undo import undone

TODAY = date(2026, 11, 28)
FILE = """\
timezone: America/New_York
schedules:
  extended:
    mon: ["09:00-19:00"]  # a comment
    fri: ["09:00-19:00"]
    holidays: {country: US}
  standard: {mon: ["09:00-17:00"], except: [{date: 2026-12-24, spans: ["09:00-13:00"], name: Eve}]}
teams:
  media: {name: Media, schedule: extended}  # last
  spot: {name: Spot, schedule: standard}
"""
NEW_WEEK = [["09:00-12:00", "13:00-18:00"], *[[] for _ in range(6)]]


def hours(text: str, schedule: str = "standard") -> Hours:
    return parse(text, "h.yaml").hours[schedule]


def on(text: str, day: str, schedule: str = "standard") -> list[str]:
    return span_texts(hours(text, schedule).spans_on(date.fromisoformat(day)))


def test_new_week_holds_from_its_day_and_keeps_what_was_before() -> None:
    after = changed(FILE, [WeekChange("extended", "2026-12-07", NEW_WEEK)], TODAY)
    assert on(after, "2026-11-30", "extended") == ["09:00-19:00"] == on(after, "2026-12-04", "extended")
    assert on(after, "2026-12-07", "extended") == NEW_WEEK[0] and on(after, "2026-12-11", "extended") == []
    assert "# a comment" in after and "# last" in after
    assert hours(after, "extended").is_holiday(date(2026, 12, 25))


def test_new_week_of_a_day_that_has_a_version_replaces_its_week() -> None:
    once = changed(FILE, [WeekChange("standard", "2026-12-07", NEW_WEEK)], TODAY)
    twice = changed(once, [WeekChange("standard", "2026-12-07", [["10:00-11:00"]] * 7)], TODAY)
    assert len(parse(twice, "h").schedules["standard"].versions) == 2
    assert on(twice, "2026-12-12") == ["10:00-11:00"]


def test_week_between_two_versions_is_inserted_between_them() -> None:
    late = changed(FILE, [WeekChange("extended", "2027-02-01", NEW_WEEK)], TODAY)
    both = changed(late, [WeekChange("extended", "2026-12-07", [["10:00-11:00"]] * 7)], TODAY)
    assert [str(one.since) for one in parse(both, "h").schedules["extended"].later] == ["2026-12-07", "2027-02-01"]
    assert on(both, "2027-02-01", "extended") == NEW_WEEK[0]


def test_exception_is_added_replaced_and_removed() -> None:
    closed = changed(FILE, [DaysChange("standard", "2026-12-28", "2026-12-31", [], "Year end")], TODAY)
    assert on(closed, "2026-12-28") == [] and hours(closed).name_of(date(2026, 12, 31)) == "Year end"
    eve = changed(closed, [DaysChange("standard", "2026-12-24", "2026-12-24", ["10:00-11:00"])], TODAY)
    assert on(eve, "2026-12-24") == ["10:00-11:00"] and eve.count("2026-12-24") == 1
    gone = [
        DaysChange("standard", "2026-12-24", "2026-12-24", None),
        DaysChange("standard", "2026-12-28", "2026-12-31", None),
    ]
    assert on(changed(eve, gone, TODAY), "2026-12-28") == ["09:00-17:00"]


def test_exception_over_two_versions_is_in_both() -> None:
    late = changed(FILE, [WeekChange("extended", "2026-12-30", [["10:00-11:00"]] * 7)], TODAY)
    after = changed(late, [DaysChange("extended", "2026-12-28", "2027-01-04", [])], TODAY)
    assert all(on(after, day, "extended") == [] for day in ("2026-12-28", "2027-01-02", "2027-01-04"))
    assert on(after, "2027-01-05", "extended") == ["10:00-11:00"]


def test_holiday_is_switched_off_and_on_again() -> None:
    off = changed(FILE, [HolidayChange("extended", "2026-12-25", observed=False)], TODAY)
    assert on(off, "2026-12-25", "extended") == ["09:00-19:00"]
    assert hours(off, "extended").is_business_day(date(2026, 12, 25))
    assert changed(off, [HolidayChange("extended", "2026-12-25", observed=True)], TODAY) == FILE


def test_calendar_is_set_and_removed() -> None:
    there = changed(FILE, [CalendarChange("standard", "CA", "ON")], TODAY)
    assert hours(there).is_holiday(date(2027, 7, 1))
    assert changed(there, [CalendarChange("standard", None)], TODAY) == FILE


def test_added_schedule_has_the_hours_of_the_other_one() -> None:
    after = changed(FILE, [AddedSchedule("canada", "standard"), TeamChange("spot", "canada")], TODAY)
    assert on(after, "2026-12-24", "canada") == ["09:00-13:00"]
    assert parse(after, "h").teams["spot"].schedule == "canada"


def test_added_schedule_has_all_versions_and_exceptions_of_the_other_one() -> None:
    """So the dates of a wait that began before do not move."""
    late = changed(FILE, [WeekChange("standard", "2026-12-07", [["10:00-11:00"]] * 7)], date(2026, 11, 1))
    past = changed(late, [DaysChange("standard", "2026-11-26", "2026-11-26", [], "Inventory")], date(2026, 11, 1))
    after = changed(past, [AddedSchedule("canada", "standard")], TODAY)
    for day in ("2026-11-26", "2026-11-30", "2026-12-08", "2026-12-24"):
        assert on(after, day, "canada") == on(after, day)
    assert len(parse(after, "h").schedules["canada"].versions) == 2


def test_holiday_of_one_team_leaves_the_teams_that_shared_its_schedule() -> None:
    text = FILE.replace("schedule: standard", "schedule: extended")
    own: list[HoursChange] = [
        AddedSchedule("media", "extended"),
        TeamChange("media", "media"),
        DaysChange("media", "2026-12-24", "2026-12-24", [], "Eve"),
    ]
    after = changed(text, own, TODAY)
    desk = parse(after, "h")
    assert (desk.teams["media"].schedule, desk.teams["spot"].schedule) == ("media", "extended")
    assert (on(after, "2026-12-24", "media"), hours(after, "media").is_holiday(date(2026, 12, 25))) == ([], True)
    back = [undo for change in reversed(own) if (undo := undone(change, parse(text, "h"), TODAY)) is not None]
    assert changed(after, back, TODAY) == text


def test_renamed_schedule_is_renamed_wherever_it_is_named() -> None:
    text = FILE.replace("teams:", "defaults: {email_hours: standard}\nteams:").replace(
        "spot: {name: Spot,", "spot: {name: Spot, email_hours: extended,"
    )
    after = changed(text, [RenamedSchedule("standard", "2026"), RenamedSchedule("extended", "long")], TODAY)
    desk = parse(after, "h")
    assert list(desk.schedules) == ["long", "2026"] and "# a comment" in after
    assert [(one.schedule, one.email_hours) for one in desk.teams.values()] == [("long", "2026"), ("2026", "long")]
    assert changed(after, [RenamedSchedule("2026", "standard"), RenamedSchedule("long", "extended")], TODAY) == text


def test_schedule_that_is_still_used_is_not_removed() -> None:
    text = FILE.replace("teams:", "  old: {mon: []}\ndefaults: {email_hours: old}\nteams:")
    for key, users in (("old", "Media, Spot, defaults use"), ("standard", "Spot uses")):
        with pytest.raises(Refused, match=f"{users} the schedule"):
            changed(text, [RemovedSchedule(key)], TODAY)


REFUSED: tuple[tuple[HoursChange, str, str], ...] = (
    (
        WeekChange("standard", "2026-12-01", [["09:00-13:00", "12:30-17:00"], *[[] for _ in range(6)]]),
        "changes[0].week[0]",
        "The second span begins at 12:30, before the first one ends at 13:00.",
    ),
    (
        DaysChange("standard", "2026-12-01", "2026-12-01", ["17:00-09:00"]),
        "changes[0].spans",
        "before it begins at 17:00",
    ),
    (DaysChange("standard", "2026-12-01", "2026-12-01", ["09:00-25:00"]), "changes[0].spans", "from 00:00 to 24:00"),
    (DaysChange("standard", "2026-12-01", "2026-12-01", ["09:00-09:00"]), "changes[0].spans", "has no length"),
    (DaysChange("standard", "2026-12-02", "2026-12-01", []), "changes[0].last", "before the first one"),
    (DaysChange("standard", "2026-11-27", "2026-12-01", []), "changes[0].first", "Choose today or a later day"),
    (DaysChange("standard", "2026-02-30", "2026-12-01", []), "changes[0].first", "no such day"),
    (WeekChange("standard", "1970-01-01", NEW_WEEK), "changes[0].from", "from 2000 to 2100"),
    (WeekChange("nothing", "2026-12-01", NEW_WEEK), "changes[0].schedule", "no schedule nothing"),
    (HolidayChange("extended", "2026-12-24", observed=False), "changes[0].day", "not a holiday"),
    (CalendarChange("standard", "XX"), "changes[0].country", "no public calendar"),
    (CalendarChange("standard", "CA", "ZZ"), "changes[0].subdivision", "no part ZZ"),
    (AddedSchedule("standard", "extended"), "changes[0].schedule", "already"),
    (AddedSchedule("canada", "nothing"), "changes[0].like", "no schedule"),
    (TeamChange("nobody", "standard"), "changes[0].team", "no team"),
    (RenamedSchedule("nothing", "canada"), "changes[0].schedule", "no schedule"),
    (RenamedSchedule("standard", "extended"), "changes[0].to", "already"),
    (RemovedSchedule("nothing"), "changes[0].schedule", "no schedule"),
    (RestoredSchedule("standard", [CopiedVersion(None, [[]] * 7)]), "changes[0].schedule", "already"),
    (RestoredSchedule("old", [CopiedVersion(None, [[]] * 7)] * 2), "changes[0].versions", "needs its first day"),
    (RestoredSchedule("old", [CopiedVersion(None, [[]] * 7, "XX")]), "changes[0].country", "no public calendar"),
)


@pytest.mark.parametrize(("change", "field", "sentence"), REFUSED)
def test_wrong_change_is_refused_beside_its_field(change: HoursChange, field: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        changed(FILE, [change], TODAY)
    assert sentence in (refused.value.fields or {})[field]


def test_removed_schedule_is_restored_with_its_versions() -> None:
    spare = changed(FILE, [AddedSchedule("spare", "extended"), AddedSchedule("other", "standard")], TODAY)
    spare = changed(spare, [WeekChange("spare", "2026-12-07", NEW_WEEK)], TODAY)
    spare = changed(spare, [HolidayChange("spare", "2026-12-25", observed=False)], TODAY)
    before = parse(spare, "h")
    gone = [RemovedSchedule("spare"), RemovedSchedule("other")]
    after = changed(spare, gone, TODAY)
    assert set(parse(after, "h").schedules) == {"extended", "standard"}
    back = [undo for change in reversed(gone) if (undo := undone(change, before, TODAY)) is not None]
    assert parse(changed(after, back, TODAY), "h").schedules == before.schedules


def test_file_with_aliases_is_not_changed() -> None:
    shared = FILE.replace("schedules:\n", "schedules:\n  a: &a {mon: []}\n  b: *a\n")
    with pytest.raises(Refused, match="anchors"):
        changed(shared, [TeamChange("spot", "extended")], TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        [WeekChange("extended", "2026-12-07", NEW_WEEK)],
        [DaysChange("standard", "2026-12-24", "2026-12-24", None)],
        [DaysChange("standard", "2026-12-29", "2026-12-30", [], "Closed")],
        [HolidayChange("extended", "2026-12-25", observed=False)],
        [CalendarChange("extended", "CA", "ON")],
        [CalendarChange("standard", "CA")],
        [TeamChange("spot", "extended")],
    ],
)
def test_undone_change_restores_the_hours(changes: Sequence[HoursChange]) -> None:
    before = parse(FILE, "h")
    after = changed(FILE, changes, TODAY)
    back = [undo for change in changes if (undo := undone(change, before, TODAY)) is not None]
    restored = parse(changed(after, back, TODAY), "h")
    days = [date.fromordinal(TODAY.toordinal() + ahead) for ahead in range(90)]
    assert restored.teams == before.teams
    for key, one in before.hours.items():
        assert [restored.hours[key].spans_on(day) for day in days] == [one.spans_on(day) for day in days]
