"""The functions that the page of canned replies needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from canned_replies.reply import CannedReply, WantedReply
from identity.actor import Actor
from ticketing.custom_fields import CustomField


class CannedReplyPages(Protocol):
    """Every method may raise Refused, for example during an outage."""

    async def all(self, by: Actor) -> Sequence[CannedReply]:
        """The replies that `by` may use, most used first."""
        ...

    async def fields(self, by: Actor) -> Sequence[CustomField]:
        """The custom fields that a macro of `by` can set."""
        ...

    async def add(self, by: Actor, wanted: WantedReply) -> CannedReply: ...

    async def replace(self, by: Actor, id_: str, wanted: WantedReply, versions: Collection[int]) -> CannedReply:
        """Change a reply that has one of `versions`."""
        ...

    async def remove(self, by: Actor, id_: str) -> CannedReply: ...


class HasCannedReplies(Protocol):
    @property
    def canned_replies(self) -> CannedReplyPages: ...
