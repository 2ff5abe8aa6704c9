"""The states of a component, and the state of several components together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

State: TypeAlias = Literal["operational", "maintenance", "degraded", "partial_outage", "major_outage"]

ORDER: tuple[State, ...] = ("operational", "maintenance", "degraded", "partial_outage", "major_outage")
"""From best to worst."""


def worst(states: Iterable[State]) -> State:
    """The worst of these states. Without any: `operational`."""
    return max(states, key=ORDER.index, default="operational")
