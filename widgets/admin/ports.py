"""The functions that the pages of the administration need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from identity.actor import Actor
from identity.staff_views import StaffChange, StaffDetail, StaffView


class Administration(Protocol):
    """Each method checks that `by` may do this, and raises Refused otherwise. An outage is Refused(`unavailable`)."""

    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    async def people(self, by: Actor) -> Sequence[StaffView]:
        """All staff by name, including disabled people."""
        ...

    async def person(self, by: Actor, id_: str) -> StaffDetail:
        """Everything of one person."""
        ...

    async def change(self, by: Actor, id_: str, wanted: StaffChange, versions: Collection[int] | None) -> StaffDetail:
        """Change a person whose version is one of `versions` (None: any). Returns the person after it."""
        ...

    async def sign_out(self, by: Actor, id_: str) -> None:
        """End all sessions of a person."""
        ...

    async def reset_factor(self, by: Actor, id_: str) -> None:
        """Remove a person's one-time codes, and end their sessions."""
        ...

    async def remove_passkey(self, by: Actor, id_: str, passkey: str) -> None:
        """Remove one passkey of a person."""
        ...
