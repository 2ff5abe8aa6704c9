"""Publishes drafts at the time for which they are planned."""

from __future__ import annotations

import structlog

from clock import Clock
from identity.actor import SYSTEM
from knowledge.authoring import Authoring
from refusals import Refused
from server.live.knowledge.author_desk import AuthorDesk
from storage.leases import Lease
from storage.ports import Storage

AT_ONCE = 20
JOB = "article_publishing"
LEASE_MS = 60_000
log = structlog.get_logger(__name__)


class ArticlePublishing:
    def __init__(self, storage: Storage, clock: Clock, authoring: Authoring, desk: AuthorDesk) -> None:
        self._storage = storage
        self._clock = clock
        self._authoring = authoring
        self._desk = desk
        self._lease = Lease(JOB, clock, LEASE_MS)

    async def run(self) -> None:
        """Publish the drafts that are due.

        A draft that changes meanwhile is published with the next run. A draft that cannot be published keeps its text,
        and is no longer planned. Does nothing while another process has the lease.
        """
        now = self._clock()
        due = await self._storage.read(lambda tx: self._authoring.due(tx, now, AT_ONCE))
        if not due or not await self._storage.write(self._lease.claim):
            return
        for id_, draft in due:
            plan = draft.plan
            if plan is None:
                continue
            try:
                await self._desk.publish_draft(SYSTEM, id_, draft, plan.changed, plan.tell)
            except Refused as refused:
                if refused.fields:
                    log.warning("article_not_published", article=id_, locale=draft.locale, code=refused.code)
                    await self._desk.unplan(SYSTEM, id_, draft.locale)
