"""What is refused for who or where somebody is, in the log: the first of a kind from a network each minute."""

from __future__ import annotations

from typing import Literal

import structlog

from clock import Clock
from identity.networks import network
from identity.sampling import Sampling

Kind = Literal["host", "origin", "role", "scope", "rate"]

log = structlog.get_logger(__name__)


class Refusals:
    """Of this process. A flood of refusals costs a dictionary look-up each."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sampling = Sampling()

    def note(self, kind: Kind, place: str) -> None:
        """Something was refused to `place`."""
        where = network(place)
        if self._sampling.is_first(kind, where, self._clock()):
            log.info("refused", kind=kind, network=where)

    async def keep(self) -> None:
        """Tell how many were left out."""
        for kind, where, many in self._sampling.left_out(self._clock()):
            log.info("refused", kind=kind, network=where, left_out=many)
