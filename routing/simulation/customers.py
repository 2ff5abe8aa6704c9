"""Who comes: drawn once for a day, so that other agents on it meet the very same customers."""

from __future__ import annotations

from dataclasses import dataclass

from routing.simulation.day import HOUR_MS, Chance, Day


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who comes, and what they bring."""

    at: int
    team: str
    service_ms: int
    patience_ms: int | None


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
                found.append(Customer(at, team, service, patience))
    found.sort(key=lambda customer: customer.at)
    return found
