"""The functions that the pages of the administration need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from identity.actor import Actor
from identity.staff_views import StaffView


class Administration(Protocol):
    """Each method checks that `by` may do this, and raises Refused otherwise. An outage is Refused(`unavailable`)."""

    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    async def people(self, by: Actor) -> Sequence[StaffView]:
        """All staff by name, including disabled people."""
        ...
