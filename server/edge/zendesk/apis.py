"""Builds the calls below `/api/v2/` from the parts of a desk."""

from __future__ import annotations

from collections.abc import Sequence

from server.edge.api.registry import Api
from server.edge.api.ticket_views import saved_views_of
from server.edge.article_reading import ArticleReading
from server.edge.authentication import Authentication
from server.edge.heavy_reads import HeavyReads
from server.edge.ticket_writing import TicketWriting
from server.edge.zendesk.articles import ZendeskArticlesApi
from server.edge.zendesk.desk import ZendeskDesk
from server.edge.zendesk.guide_desk import GuideDesk
from server.edge.zendesk.many_tickets import ZendeskManyTicketsApi
from server.edge.zendesk.parts import Parts
from server.edge.zendesk.people import ZendeskPeopleApi
from server.edge.zendesk.requests import ZendeskRequests
from server.edge.zendesk.search import ZendeskSearchApi
from server.edge.zendesk.sections import ZendeskSectionsApi
from server.edge.zendesk.subscriptions import ZendeskSubscriptionsApi
from server.edge.zendesk.tickets import ZendeskTicketsApi
from server.edge.zendesk.translations import ZendeskTranslationsApi
from server.edge.zendesk.uploads import ZendeskUploadsApi
from server.edge.zendesk.views import ZendeskViewsApi
from server.settings import Settings

__all__ = ["ZendeskRequests", "zendesk_apis"]


def zendesk_apis(
    settings: Settings,
    parts: Parts,
    heavy_reads: HeavyReads,
    writing: TicketWriting,
    body_max: int,
    authentication: Authentication,
) -> Sequence[Api]:
    desk = ZendeskDesk(parts.storage, parts.clock, parts.tickets, heavy_reads, settings)
    people = ZendeskPeopleApi(desk, parts.people, parts.requesters, parts.teams)
    reading = ArticleReading(parts.clock, parts.storage, authentication)
    guide = GuideDesk(desk, reading, parts.help_center.library.authors, parts.teams)
    tickets = ZendeskTicketsApi(desk, parts.people, parts.teams, parts.correspondence, writing)
    return (
        ZendeskManyTicketsApi(desk, parts.people, tickets),
        tickets,
        people,
        ZendeskSearchApi(desk, parts.people, people, parts.teams, lambda: settings.brand_name),
        ZendeskViewsApi(desk, saved_views_of(parts.clock, parts.tickets.lists, parts.teams)),
        ZendeskUploadsApi(parts.uploads, body_max, settings.base_url),
        ZendeskSectionsApi(guide),
        ZendeskArticlesApi(guide),
        ZendeskTranslationsApi(guide),
        ZendeskSubscriptionsApi(guide, parts.mailroom.own_follows),
    )
