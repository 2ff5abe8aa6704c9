"""Logs refused requests: the first of each kind, per network and minute."""

from __future__ import annotations

from typing import Literal

import structlog

from clock import Clock
from identity.errors import IdentityRefused
from identity.log_sampling import Sampling
from identity.networks import coarse_network

Kind = Literal["host", "origin", "role", "scope", "rate", "identity", "sign_on"]

log = structlog.get_logger(__name__)


class RefusalLog:
    """Logs refusals. In a flood of refusals, each one after the first costs only a dictionary look-up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sampling = Sampling()

    def note(self, kind: Kind, address: str) -> None:
        where = coarse_network(address)
        if self._sampling.is_first(kind, where, self._clock()):
            log.info("refused", kind=kind, network=where)

    def note_identity(self, refused: IdentityRefused, address: str) -> None:
        """Log a refused identity and the reason.

        The line quotes nothing of a JWT whose form or signature is wrong.
        """
        where = coarse_network(address)
        if self._sampling.is_first(f"identity {refused.fault}", where, self._clock()):
            why = "its form is wrong" if refused.fault == "form" else refused.message
            log.warning("refused", kind="identity", network=where, fault=refused.fault, why=why)

    async def keep(self) -> None:
        """Log the number of refusals that were not logged since the last call."""
        for kind, where, many in self._sampling.left_out(self._clock()):
            log.info("refused", kind=kind.partition(" ")[0], network=where, left_out=many)
