"""A chat in the simulation, waiting or held."""

from __future__ import annotations

from dataclasses import dataclass

from routing.queue import Waiting
from routing.simulation.closing_time import ClosingState
from routing.simulation.customers import Customer, Second
from routing.simulation.outcomes import AtClosing, End, Outcome, Why


@dataclass(frozen=True, slots=True)
class WaitingChat:
    """A waiting chat."""

    customer: Customer
    place: Waiting
    team: str
    """The team for which this wait began."""
    since: int
    closing: ClosingState
    needs_ms: int
    """Time for which the chat will take a slot."""
    why: Why = "came"
    told_s: int | None = None
    offered_to: str | None = None
    offer: int = 0
    """Number of the present offer, unique in the run."""
    offers: int = 0
    declined: int = 0
    declined_by: frozenset[str] = frozenset()
    """Agents who declined the chat, in any of its waits."""
    flowed: bool = False
    """True if the chat has overflowed, in this wait or an earlier one. A chat overflows at most once."""
    flowed_to: str | None = None
    handed_on: bool = False
    at_closing: AtClosing | None = None

    @property
    def second(self) -> Second | None:
        """The work of a second team, to which the chat will be transferred after this wait.

        None if the chat needs no second team, waits for it already, or was transferred before.
        """
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
            self.declined,
            self.flowed_to,
            self.at_closing,
        )


@dataclass(slots=True)
class Held:
    """A chat that an agent holds."""

    waiting: WaitingChat
    staff: str
    since: int
    needs_ms: int
    """Remaining handle time at the moment when the chat last began or continued."""
    ends_at: int | None = None
    """The time at which the agent will be done. None while the chat is paused."""

    def stops(self, now: int) -> None:
        if self.ends_at is not None:
            self.needs_ms, self.ends_at = self.ends_at - now, None
