"""The period and the filters in the address of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from reports.asking import Wanted
from reports.overview import Span
from reports.periods import DAYS_MAX, Period
from ticketing.codes import CHANNELS
from widgets.reports.ports import Choices

PERIOD = ("from", "last")
FILTERS = ("team", "agent", "product", "channel")
CHANNEL_NAMES = {"chat": "Chat", "form": "Form", "email": "Email", "staff": "Staff"}
_YEARS = range(2000, 2101)
_FIRST, _LAST = (date(2000, 1, 1).toordinal(), date(2100, 12, 31).toordinal())


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """`first` and `after` are ordinals of days. `after` is the day after the last one. `chosen` has a value for each
    filter, empty if nothing was chosen."""

    first: int
    after: int
    chosen: Mapping[str, str]
    unknown: Sequence[str] = ()
    """The filters whose values the reader does not see, or that do not exist. They count as not chosen."""
    no_days: Sequence[str] = ()
    """The texts in place of a day that are no days. They count as not given."""

    @property
    def fault(self) -> Literal["no_day", "out_of_range", "reversed", "too_long", "unknown"] | None:
        """What is wrong with the address, or None."""
        if self.no_days:
            return "no_day"
        if min(self.first, self.after - 1) < _FIRST or max(self.first, self.after - 1) > _LAST:
            return "out_of_range"
        if self.unknown:
            return "unknown"
        if self.after <= self.first:
            return "reversed"
        return "too_long" if self.after - self.first > DAYS_MAX else None

    @property
    def first_day(self) -> str:
        return date.fromordinal(self.first).isoformat()

    @property
    def last_day(self) -> str:
        return date.fromordinal(self.after - 1).isoformat()

    def wanted(self) -> Wanted:
        def one(name: str) -> tuple[str, ...]:
            return (self.chosen[name],) if self.chosen[name] else ()

        return Wanted(
            first=self.first,
            after=self.after,
            teams=one("team"),
            agent=self.chosen["agent"] or None,
            products=one("product"),
            channels=one("channel"),
        )

    def address(self, path: str = "/reports", **more: object) -> str:
        """The address of a page with this period and these filters. `more`: further parameters, without the empty
        ones."""
        query = {"from": self.first_day, "last": self.last_day, **self.chosen, **more}
        return f"{path}?" + urlencode({name: value for name, value in query.items() if value not in ("", None)})

    def named(self, choices: Choices) -> list[tuple[str, str]]:
        """The filters that are set: the name of each, and of what was chosen, as people read them."""
        names: Mapping[str, Mapping[str, str]] = {
            "team": choices.teams,
            "agent": choices.agents,
            "channel": CHANNEL_NAMES,
        }
        return [
            (name.capitalize(), names.get(name, {}).get(value, value)) for name, value in self.chosen.items() if value
        ]

    def over(self, period: Period) -> Filters:
        return Filters(first=period.first, after=period.after, chosen=self.chosen)

    def swapped(self) -> Filters:
        return Filters(first=self.after - 1, after=self.first + 1, chosen=self.chosen)


def filters_of(given: Mapping[str, str], usual: Period, choices: Choices) -> Filters:
    """The filters of an address. The form has the last day, not the day after."""
    first, last = _ordinal_of(given.get("from")), _ordinal_of(given.get("last"))
    known: dict[str, list[str]] = {
        "team": list(choices.teams),
        "agent": list(choices.agents),
        "product": list(choices.products),
        "channel": list(CHANNELS),
    }
    return Filters(
        first=usual.first if first is None else first,
        after=usual.after if last is None else last + 1,
        chosen={name: one_of(given.get(name), values) for name, values in known.items()},
        unknown=[name for name, values in known.items() if given.get(name) and given.get(name) not in values],
        no_days=[text for name in PERIOD if (text := given.get(name)) and _ordinal_of(text) is None],
    )


def as_given(given: Mapping[str, str], *others: str) -> str:
    """The address of the figures with the period, the filters and the `others` that were given, right or wrong."""
    return "/reports?" + urlencode({name: given[name] for name in (*PERIOD, *FILTERS, *others) if given.get(name)})


def one_of(value: str | None, known: list[str]) -> str:
    """`value`, if it is one of the `known` values. Otherwise empty."""
    return value if value is not None and value in known else ""


def day_of(text: str | None) -> int | None:
    """The ordinal of a day like `2026-11-20`; None if it is none, or not of this century."""
    found = _ordinal_of(text)
    return found if found is not None and date.fromordinal(found).year in _YEARS else None


def _ordinal_of(text: str | None) -> int | None:
    try:
        return date.fromisoformat(text or "").toordinal()
    except ValueError:
        return None


def ordinals_of(span: Span) -> tuple[int, int]:
    return date.fromisoformat(span.from_).toordinal(), date.fromisoformat(span.to).toordinal()
