"""Implements `widgets.canned_reply_ports.CannedReplyPages`: the page uses the same service as the JSON API."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from canned_replies.reply import CannedReply, WantedReply
from identity.actor import Actor
from server.edge.outages import as_refusals
from server.live.administration.ticket_fields import TicketFields
from server.live.canned_replies.reply_keeping import ReplyKeeping
from ticketing.custom_fields import CustomField


class CannedRepliesAdapter:
    def __init__(self, replies: ReplyKeeping, fields: TicketFields) -> None:
        self._replies = replies
        self._fields = fields

    @as_refusals
    async def fields(self, by: Actor) -> Sequence[CustomField]:
        return [field for field in await self._fields.shown(by) if not field.archived]

    @as_refusals
    async def all(self, by: Actor) -> Sequence[CannedReply]:
        return await self._replies.all(by)

    @as_refusals
    async def add(self, by: Actor, wanted: WantedReply) -> CannedReply:
        return await self._replies.add(by, wanted)

    @as_refusals
    async def replace(self, by: Actor, id_: str, wanted: WantedReply, versions: Collection[int]) -> CannedReply:
        return await self._replies.change(by, id_, lambda _: wanted, versions)

    @as_refusals
    async def remove(self, by: Actor, id_: str) -> CannedReply:
        return await self._replies.remove(by, id_)
