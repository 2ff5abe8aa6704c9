"""Who comes: drawn once for a day, so that other agents on it meet the very same customers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from routing.simulation.day import HOUR_MS, AtClosing, Chance, Day, Traffic

Choice = Literal["stay", "ticket"]
"""At closing time: to keep one's place, or to leave a ticket at once."""


@dataclass(frozen=True, slots=True)
class Second:
    """What a chat needs after the first team."""

    team: str
    service_ms: int


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who comes, and what they bring."""

    at: int
    team: str
    service_ms: int
    patience_ms: int | None
    vip: bool = False
    lets_pass: int = 0
    """So many agents let the chat pass before one takes it, where it is offered."""
    second: Second | None = None
    at_closing: Choice | None = None
    """What they choose where they are asked; None: nothing."""


def drawn(day: Day, chance: Chance) -> list[Customer]:
    """The customers of a day, in the order in which they come.

    To each hour come exactly as many as the day says, at moments of it that are drawn evenly: a Poisson process of
    which the count is known.
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
                lets_pass = _lets_pass(day, team, traffic, chance)
                found.append(Customer(at, team, service, patience, vip, lets_pass, _second(day, traffic, chance)))
    found.sort(key=lambda customer: customer.at)
    # Drawn last: the same people come, whatever is said of their choice.
    return [replace(one, at_closing=_choice(day.traffic[one.team].at_closing, chance)) for one in found]


def _happens(share: float, chance: Chance) -> bool:
    # What never happens takes no draw: a day without it has the customers that it always had.
    return share > 0 and chance.random() < share


def _lets_pass(day: Day, team: str, traffic: Traffic, chance: Chance) -> int:
    number = 0
    if day.desk.teams[team].assign == "offer":
        while number < day.agents and _happens(traffic.answers.passed, chance):
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
