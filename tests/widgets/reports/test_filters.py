from __future__ import annotations

from datetime import date

from reports.periods import DAYS_MAX, Period
from widgets.reports.filters import as_given, filters_of
from widgets.reports.ports import Choices

USUAL = Period(date(2026, 11, 2).toordinal(), date(2026, 11, 9).toordinal())
CHOICES = Choices(teams={"media": "Media"}, goals={}, agents={"ana": "Ana"}, products=["Lumina"])


def test_address_without_filters_has_the_usual_period() -> None:
    found = filters_of({}, USUAL, CHOICES)
    assert (found.first, found.after, found.fault) == (USUAL.first, USUAL.after, None)
    assert found.address() == "/reports?from=2026-11-02&last=2026-11-08"


def test_address_keeps_filters_and_leaves_out_unknown_ones() -> None:
    given = {"from": "2026-11-03", "last": "2026-11-05", "team": "media", "agent": "bo", "product": "Lumina"}
    found = filters_of(given, USUAL, CHOICES)
    assert found.address("/x", metric="void", code=None) == (
        "/x?from=2026-11-03&last=2026-11-05&team=media&product=Lumina&metric=void"
    )
    assert found.wanted().teams == ("media",)
    assert found.wanted().agent is None
    assert (found.fault, found.unknown) == ("unknown", ["agent"])


def test_filters_that_are_set_are_named_as_people_read_them() -> None:
    given = {"team": "media", "agent": "ana", "product": "Lumina", "channel": "email"}
    assert filters_of(given, USUAL, CHOICES).named(CHOICES) == [
        ("Team", "Media"),
        ("Agent", "Ana"),
        ("Product", "Lumina"),
        ("Channel", "Email"),
    ]
    assert filters_of({}, USUAL, CHOICES).named(CHOICES) == []


def test_address_as_it_was_given_keeps_what_is_wrong() -> None:
    given = {"team": "nonsense", "metric": "void", "from": "2026-11-03", "last": "then", "agent": ""}
    assert as_given(given) == "/reports?from=2026-11-03&last=then&team=nonsense"


def test_reversed_period_is_a_fault_and_swapped_is_none() -> None:
    found = filters_of({"from": "2026-11-09", "last": "2026-11-03"}, USUAL, CHOICES)
    assert found.fault == "reversed"
    swapped = found.swapped()
    assert (swapped.first_day, swapped.last_day, swapped.fault) == ("2026-11-03", "2026-11-09", None)


def test_other_period_keeps_the_filters() -> None:
    found = filters_of({"from": "2026-11-03", "last": "2026-11-05", "team": "media"}, USUAL, CHOICES)
    assert found.over(USUAL).address() == "/reports?from=2026-11-02&last=2026-11-08&team=media"


def test_days_that_are_none_and_long_periods_are_faults() -> None:
    assert filters_of({"from": "", "last": ""}, USUAL, CHOICES).fault is None
    for text in ("yesterday", "2026-02-30"):
        found = filters_of({"from": text, "last": "2026-11-05"}, USUAL, CHOICES)
        assert (found.first, found.fault, found.no_days) == (USUAL.first, "no_day", [text])
    for text in ("1970-01-01", "9999-12-31"):
        assert filters_of({"from": text}, USUAL, CHOICES).fault == "out_of_range", text
        assert filters_of({"from": text, "last": text}, USUAL, CHOICES).fault == "out_of_range", text
    assert filters_of({"from": "2020-01-01", "last": "2026-01-01"}, USUAL, CHOICES).fault == "too_long"
    last = date.fromordinal(date(2020, 1, 1).toordinal() + DAYS_MAX - 1)
    assert filters_of({"from": "2020-01-01", "last": str(last)}, USUAL, CHOICES).fault is None
