"""The state of the systems as templates need it: looks, counts and spans. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from availability.states import State

LOOKS: Mapping[State, str] = {
    "operational": "ok",
    "maintenance": "work",
    "degraded": "slow",
    "partial_outage": "part",
    "major_outage": "down",
}
"""The class of a day. Days differ in height and gaps too, not in color alone."""


def minutes(began_at: int, ended_at: int) -> tuple[int, int]:
    """The length of a span as hours and minutes, at least one minute."""
    return divmod(max(1, round((ended_at - began_at) / 60_000)), 60)
