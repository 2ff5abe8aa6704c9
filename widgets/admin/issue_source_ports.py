"""The functions that the page of issue sources needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from escalation.issue import Kind, Source
from identity.actor import Actor


class IssueSourcePages(Protocol):
    """Each method raises Refused if `by` may not do this. In an outage, it raises Refused(`unavailable`)."""

    async def all(self, by: Actor) -> Sequence[Source]:
        """The sources, oldest first."""
        ...

    async def add(self, by: Actor, kind: Kind, url: str) -> tuple[Source, str]:
        """Add a source. Returns it and its secret."""
        ...

    async def rotate(self, by: Actor, id_: str) -> tuple[Source, str]:
        """Replace the secret. Returns the new one."""
        ...

    async def remove(self, by: Actor, id_: str) -> Source: ...
