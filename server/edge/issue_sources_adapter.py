"""Implements `widgets.admin.issue_source_ports.IssueSourcePages`: the page uses the same service as the JSON API."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.issue import Kind, Source
from identity.actor import Actor
from server.edge.outages import as_refusals
from server.live.escalation.issue_sources import IssueSources


class IssueSourcesAdapter:
    def __init__(self, sources: IssueSources) -> None:
        self._sources = sources

    @as_refusals
    async def all(self, by: Actor) -> Sequence[Source]:
        return await self._sources.all(by)

    @as_refusals
    async def add(self, by: Actor, kind: Kind, url: str) -> tuple[Source, str]:
        return await self._sources.add(by, kind, url)

    @as_refusals
    async def rotate(self, by: Actor, id_: str) -> tuple[Source, str]:
        return await self._sources.rotate(by, id_)

    @as_refusals
    async def remove(self, by: Actor, id_: str) -> Source:
        return await self._sources.remove(by, id_)
