"""A waiting clock of plain days, for tests that are not about the calendar."""

from __future__ import annotations

from clock.zones import EASTERN
from ticketing.adapters.waits import SqlWaits
from ticketing.awaiting import Awaiting
from ticketing.waiting_clock import Pace

DAY_MS = 86_400_000
PLAIN = Pace(
    reminders=(3, 5),
    auto_solve=7,
    reopen_days=28,
    zone=EASTERN,
    calendar="plain",
    after=lambda moment, days: moment + days * DAY_MS,
)


class PlainPaces:
    """`ticketing.waits.Paces`: every day is a business day."""

    zone = EASTERN

    def of(self, team: str) -> Pace | None:
        return PLAIN


def awaiting() -> Awaiting:
    return Awaiting(SqlWaits(), PlainPaces())
