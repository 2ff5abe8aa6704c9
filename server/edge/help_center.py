"""Composes the edge of the help center: its HTTP calls, and what its pages use."""

from __future__ import annotations

from collections.abc import Sequence

from attachments.adapters.files import Files
from attachments.adapters.uploads import Uploads
from attachments.service import Attachments
from clock import Clock
from server.edge.api.articles import ArticlesApi
from server.edge.api.availability import AvailabilityApi
from server.edge.api.follows import FollowsApi
from server.edge.api.insertions import InsertionsApi
from server.edge.api.learning import LearningApi
from server.edge.api.likely_codes import LikelyCodesApi
from server.edge.api.registry import Api
from server.edge.api.search import SearchApi
from server.edge.api.training import TrainingApi
from server.edge.api.video_places import VideoPlacesApi
from server.edge.article_files import ArticleFiles
from server.edge.article_reading import ArticleReading
from server.edge.authentication import Authentication
from server.edge.authors_adapter import AuthorsAdapter
from server.edge.availability_adapter import AvailabilityAdapter
from server.edge.exchange_adapter import ExchangeAdapter
from server.edge.following_adapter import FollowingAdapter
from server.edge.heavy_reads import HeavyReads
from server.edge.help_search import HelpSearch
from server.edge.http_limits import HttpLimits
from server.edge.knowledge_adapter import KnowledgeAdapter
from server.edge.learning_adapter import LearningAdapter
from server.edge.sessions_adapter import SessionsAdapter
from server.edge.ticket_writing import TicketWriting
from server.live.help_center import HelpCenter
from server.live.mailroom import Mailroom
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage
from ticketing.service import Tickets
from widgets.knowledge.exchange_ports import Archives
from widgets.ports import Portal


class HelpCenterEdge:
    """`apis` are the classes of HTTP calls. `pages` is what pages use, in the order of `PagesAdapter`."""

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
        http_limits: HttpLimits,
        mailroom: Mailroom,
        stored: tuple[Attachments, Files, Uploads],
        writing: TicketWriting,
        archives: Archives,
    ) -> None:
        files = ArticleFiles(storage, clock, *stored)
        self.search = search = HelpSearch(clock, storage, authentication, heavy_reads, live.searching, tickets)
        self.knowledge = KnowledgeAdapter(clock, storage, authentication, portal, teams, files, live.reads.note)
        exchange = ExchangeAdapter(authentication, stored[2], archives)
        self.authors = AuthorsAdapter(clock, authentication, live.library.authors, files, exchange)
        self.status = AvailabilityAdapter(settings, storage, authentication, teams, live, portal, writing)
        self.following = FollowingAdapter(authentication, portal, http_limits, mailroom.own_follows, mailroom.feeds)
        given = (settings, clock, storage, authentication, portal, http_limits)
        self.learning = LearningAdapter(*given, mailroom.learning)
        sessions = SessionsAdapter(authentication, mailroom.learning.desk)
        self.pages = (self.knowledge, self.status, self.authors, self.following, self.learning, sessions, self.search)
        self.apis: Sequence[Api] = (
            FollowsApi(mailroom.own_follows),
            ArticlesApi(ArticleReading(clock, storage, authentication), live.library.authors),
            SearchApi(lambda: settings.base_url, search),
            InsertionsApi(lambda: settings.base_url, live.inserted),
            LikelyCodesApi(live.codes),
            AvailabilityApi(clock, tickets, live),
            LearningApi(clock, storage, mailroom.learning),
            TrainingApi(clock, storage, mailroom.learning, tickets),
            VideoPlacesApi(clock, storage, mailroom.learning),
        )
