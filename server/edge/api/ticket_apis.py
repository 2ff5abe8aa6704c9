"""Builds further calls: bulk changes, merges, followers and views of tickets, the inbox, notes about customers."""

from __future__ import annotations

from clock import Clock
from identity.adapters.people import People
from server.edge.api.customer_notes import CustomerNotesApi
from server.edge.api.customer_timeline import CustomerTimelineApi
from server.edge.api.inbox import InboxApi
from server.edge.api.registry import Api
from server.edge.api.ticket_bulk import TicketBulkApi
from server.edge.api.ticket_followers import TicketFollowersApi
from server.edge.api.ticket_merges import TicketMergesApi
from server.edge.api.ticket_views import ticket_views_api
from server.edge.heavy_reads import HeavyReads
from server.live.inbox.desk_inbox import DeskInbox
from server.live.teams import Teams
from server.live.tickets.bulk_changes import BulkChanges
from server.live.tickets.customer_notes import CustomerNotes
from server.live.tickets.customer_timeline import CustomerTimeline
from server.live.tickets.requesters import Requesters
from storage.ports import Storage
from ticketing.adapters.follower_store import SqlFollowers
from ticketing.adapters.store import SqlStore
from ticketing.merging import Merging
from ticketing.service import Tickets
from ticketing.staff_followers import StaffFollowers


def ticket_apis(
    storage: Storage,
    clock: Clock,
    people: People,
    tickets: Tickets,
    teams: Teams,
    heavy_reads: HeavyReads,
    inbox: DeskInbox,
    requesters: Requesters,
) -> tuple[Api, ...]:
    bulk = BulkChanges(storage, clock, people, tickets.bulk)
    return (
        # Before `/api/tickets/{number}`, because the first path that fits is taken.
        TicketBulkApi(clock, tickets, bulk, heavy_reads),
        TicketMergesApi(storage, clock, people, Merging(tickets, SqlStore()), heavy_reads),
        CustomerNotesApi(storage, clock, CustomerNotes(requesters, people)),
        CustomerTimelineApi(clock, CustomerTimeline(requesters, people, tickets.lists, SqlStore()), heavy_reads),
        InboxApi(storage, clock, inbox, heavy_reads),
        TicketFollowersApi(storage, clock, people, tickets, StaffFollowers(tickets, SqlFollowers(), people)),
        ticket_views_api(storage, clock, people, tickets.lists, teams, heavy_reads),
    )
