"""A chat of a simulated day, as it waits and as somebody has it."""

from __future__ import annotations

from dataclasses import dataclass

from routing.queue import Waiting
from routing.simulation.customers import Customer, Second
from routing.simulation.doors import Door
from routing.simulation.outcomes import AtClosing, End, Outcome, Why


@dataclass(frozen=True, slots=True)
class InLine:
    """A chat in line."""

    customer: Customer
    place: Waiting
    team: str
    """For which this wait began."""
    since: int
    door: Door
    needs_ms: int
    """What it will take of a seat."""
    why: Why = "came"
    told_s: int | None = None
    offered_to: str | None = None
    offer: int = 0
    """Which one it is: no two are alike."""
    offers: int = 0
    passed: int = 0
    let_pass: frozenset[str] = frozenset()
    """Who let it pass, in whichever of its waits."""
    flowed: bool = False
    """It went on to another team's queue, in this wait or an earlier one: that happens once."""
    flowed_to: str | None = None
    handed_on: bool = False
    at_closing: AtClosing | None = None

    @property
    def second(self) -> Second | None:
        """What it needs besides of another team than the one that it waits for."""
        second = None if self.handed_on else self.customer.second
        return None if second is None or second.team == self.place.team else second

    def outcome(self, end: End, now: int, staff: str | None = None) -> Outcome:
        return Outcome(
            self.team,
            self.since,
            end,
            now,
            self.told_s,
            staff,
            self.customer.vip,
            self.why,
            self.offers,
            self.passed,
            self.flowed_to,
            self.at_closing,
        )


@dataclass(slots=True)
class Held:
    """A chat that somebody has."""

    waiting: InLine
    staff: str
    since: int
    needs_ms: int
    """What it still takes, as of when it last went on."""
    ends_at: int | None = None
    """None while it stands still."""

    def stops(self, now: int) -> None:
        if self.ends_at is not None:
            self.needs_ms, self.ends_at = self.ends_at - now, None
