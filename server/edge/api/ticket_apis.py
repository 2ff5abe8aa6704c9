"""Builds the calls about many tickets: bulk changes, merges and saved views."""

from __future__ import annotations

from clock import Clock
from identity.adapters.people import People
from server.edge.api.registry import Api
from server.edge.api.ticket_bulk import TicketBulkApi
from server.edge.api.ticket_merges import TicketMergesApi
from server.edge.api.ticket_views import ticket_views_api
from server.edge.heavy_reads import HeavyReads
from server.live.teams import Teams
from server.live.tickets.bulk_changes import BulkChanges
from storage.ports import Storage
from ticketing.adapters.store import SqlStore
from ticketing.merging import Merging
from ticketing.service import Tickets


def ticket_apis(
    storage: Storage, clock: Clock, people: People, tickets: Tickets, teams: Teams, heavy_reads: HeavyReads
) -> tuple[Api, ...]:
    bulk = BulkChanges(storage, clock, people, tickets.bulk)
    return (
        # Before `/api/tickets/{number}`, because the first path that fits is taken.
        TicketBulkApi(clock, tickets, bulk, heavy_reads),
        TicketMergesApi(storage, clock, people, Merging(tickets, SqlStore()), heavy_reads),
        ticket_views_api(storage, clock, people, tickets.lists, teams, heavy_reads),
    )
