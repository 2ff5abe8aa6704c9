"""Composes the edge of the help center: its HTTP calls, and what its pages use."""

from __future__ import annotations

from collections.abc import Sequence

from clock import Clock
from server.edge.api.availability import AvailabilityApi
from server.edge.api.registry import Api
from server.edge.api.search import SearchApi
from server.edge.authentication import Authentication
from server.edge.availability_adapter import AvailabilityAdapter
from server.edge.heavy_reads import HeavyReads
from server.edge.help_search import HelpSearch
from server.edge.knowledge_adapter import KnowledgeAdapter
from server.live.help_center import HelpCenter
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage
from ticketing.service import Tickets
from widgets.ports import Portal


class HelpCenterEdge:
    """`apis` are the classes of HTTP calls. Pages use `knowledge` and `status`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        storage: Storage,
        authentication: Authentication,
        portal: Portal,
        teams: Teams,
        heavy_reads: HeavyReads,
        tickets: Tickets,
        live: HelpCenter,
    ) -> None:
        search = HelpSearch(clock, authentication, heavy_reads, live.searching, tickets)
        self.knowledge = KnowledgeAdapter(clock, storage, authentication, portal, teams)
        self.status = AvailabilityAdapter(settings, clock, storage, authentication, teams, live.status)
        self.apis: Sequence[Api] = (
            SearchApi(lambda: settings.base_url, search),
            AvailabilityApi(clock, teams, live.status),
        )
