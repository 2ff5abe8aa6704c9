"""Draws the customers of a day. They are drawn once, so that runs with different agents have the same customers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from routing.simulation.day import HOUR_MS, AtClosing, Chance, Day, Traffic

Choice = Literal["stay", "ticket"]
"""The choice at closing time: keep the place in the queue, or leave a ticket at once."""


@dataclass(frozen=True, slots=True)
class Second:
    """The work of a second team on a chat."""

    team: str
    service_ms: int


@dataclass(frozen=True, slots=True)
class Customer:
    at: int
    team: str
    service_ms: int
    patience_ms: int | None
    vip: bool = False
    declines: int = 0
    """Number of agents who decline the chat before one accepts, if the team offers chats."""
    second: Second | None = None
    at_closing: Choice | None = None
    """The choice at closing time; None if the customer chooses nothing."""


def drawn(day: Day, chance: Chance) -> list[Customer]:
    """The customers of a day, in order of arrival.

    Each hour has exactly the number of arrivals that the day gives. The times of arrival are drawn uniformly within the
    hour, as in a Poisson process with a known count.
    """
    found = []
    for team, traffic in day.traffic.items():
        for hour, count in sorted(traffic.arrivals.items()):
            begins = day.moment(hour * 60)
            for _ in range(count):
                at = begins + int(chance.random() * HOUR_MS)
                service = traffic.service.drawn_ms(chance)
                patience = None if traffic.patience is None else traffic.patience.drawn_ms(chance)
                vip = _happens(traffic.vip, chance)
                declines = _declines(day, team, traffic, chance)
                found.append(Customer(at, team, service, patience, vip, declines, _second(day, traffic, chance)))
    found.sort(key=lambda customer: customer.at)
    # Drawn last, so that the choices do not change who arrives.
    return [replace(one, at_closing=_choice(day.traffic[one.team].at_closing, chance)) for one in found]


def _happens(share: float, chance: Chance) -> bool:
    # No draw for a share of 0, so that a day without such chats always has the same customers.
    return share > 0 and chance.random() < share


def _declines(day: Day, team: str, traffic: Traffic, chance: Chance) -> int:
    number = 0
    if day.desk.teams[team].assign == "offer":
        while number < day.agents and _happens(traffic.answers.declined, chance):
            number += 1
    return number


def _second(day: Day, traffic: Traffic, chance: Chance) -> Second | None:
    if traffic.handed_on is None or not _happens(traffic.handed_on.share, chance):
        return None
    to = traffic.handed_on.to
    return Second(to, day.traffic[to].service.drawn_ms(chance))


def _choice(shares: AtClosing, chance: Chance) -> Choice | None:
    if not shares.stay and not shares.ticket:
        return None
    drawn = chance.random()
    if drawn < shares.stay:
        return "stay"
    return "ticket" if drawn < shares.stay + shares.ticket else None
