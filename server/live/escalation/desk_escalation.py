"""Composes the links to issues of one desk."""

from __future__ import annotations

import secrets

from uuid_utils import uuid7

from clock import Clock
from escalation.adapters.store import SqlStore
from escalation.ports import Seals
from escalation.service import Escalations
from identity.adapters.people import People
from identity.sealing import Sealer
from server.live.escalation.issue_links import IssueLinks
from server.live.escalation.issue_sources import IssueSources
from storage.ports import Storage, Tx
from ticketing.ports import Store
from ticketing.service import Tickets

_SECRET_BYTES = 32


class DeskEscalation:
    """`secret` is the setting SECRET. It seals the secrets of sources."""

    def __init__(
        self, storage: Storage, clock: Clock, people: People, tickets: Tickets, store: Store, secret: bytes
    ) -> None:
        escalations = escalations_of(secret)
        self.links = IssueLinks(storage, clock, people, tickets, store, escalations)
        self.sources = IssueSources(storage, clock, people, escalations)


def escalations_of(secret: bytes) -> Escalations[Tx]:
    sealer = Sealer(secret, "issue sources")
    return Escalations(
        SqlStore(),
        Seals(sealer.seal, sealer.open),
        lambda: uuid7().hex,
        lambda: secrets.token_urlsafe(_SECRET_BYTES),
    )
