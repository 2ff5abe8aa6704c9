"""The functions that the pages of service levels need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from identity.actor import Actor
from ticketing.policies import WantedPolicy
from ticketing.targets import Policy


class PolicyPages(Protocol):
    """Each method with `by` raises Refused if they may not do this. In an outage, it raises Refused(`unavailable`)."""

    def teams(self) -> Mapping[str, str]:
        """The names of the teams by key, without retired ones."""
        ...

    async def all(self, by: Actor) -> Sequence[Policy]:
        """The policies in their order."""
        ...

    async def add(self, by: Actor, wanted: WantedPolicy) -> Policy: ...

    async def replace(self, by: Actor, id_: str, wanted: WantedPolicy, versions: Collection[int]) -> Policy: ...

    async def switch(self, by: Actor, id_: str, *, on: bool) -> Policy: ...

    async def remove(self, by: Actor, id_: str) -> Policy: ...

    async def move(self, by: Actor, id_: str, *, up: bool) -> None:
        """Let the policy count before the one before it, or after the one after it."""
        ...
