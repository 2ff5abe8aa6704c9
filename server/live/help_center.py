"""Composes the live modules of the help center."""

from __future__ import annotations

from collections.abc import Sequence

from clock import EvenClock
from egress import Egress
from identity.adapters.people import People
from server.live.following.announcing import following_of
from server.live.knowledge.article_audience import ArticleAudience
from server.live.knowledge.article_reads import ArticleReads
from server.live.knowledge.inserted_articles import InsertedArticles
from server.live.knowledge.library import Library
from server.live.knowledge.searching import Searching
from server.live.metrics import Metrics
from server.live.sweeps import Intervals, Job
from server.live.systems.incident_tickets import IncidentRuns
from server.live.systems.system_changes import SystemChanges
from server.live.systems.system_news import SystemDocuments, SystemNews
from server.live.systems.system_status import SystemStatus
from server.live.teams import Teams
from server.live.tickets.likely_codes import CodeSuggestions
from server.live.tickets.tickets import LogsOfChats
from server.live.webhooks.events import WebhookEvents
from storage.ports import Storage
from ticketing.service import Tickets


class HelpCenter:
    def __init__(self, storage: Storage, clock: EvenClock, webhooks: WebhookEvents, metrics: Metrics) -> None:
        self._storage, self._clock, self._webhooks, self._metrics = storage, clock, webhooks, metrics
        self.searching = Searching(storage, clock)
        self.reads = ArticleReads(storage, clock)
        self.following = following_of(clock)
        self._documents = SystemDocuments([self.searching.index.put])
        announcing = SystemNews([self.following.announce], [webhooks.system_news])
        self.status = SystemStatus(storage, clock, announcing, self._documents)

    def take(self, tickets: Tickets, people: People, teams: Teams, egress: Egress) -> None:
        """Compose what needs people, teams and tickets. Called once, before `jobs`. `library` is the work of authors on
        articles."""
        audience = ArticleAudience(self.searching.articles, self.following, self._webhooks.article_published)
        self.library = Library(self._storage, self._clock, people, teams, audience, egress)
        self.incident_runs = IncidentRuns(self._storage, self._clock, tickets, people, self._documents)
        self.inserted = InsertedArticles(self._storage, self._clock, tickets, people)
        self.codes = CodeSuggestions(self._storage, tickets, LogsOfChats(), self._metrics)
        self.changes = SystemChanges(self._clock, teams, self.status, self.incident_runs.linking)

    def jobs(self, every: Intervals) -> Sequence[Job]:
        """The periodic jobs of the help center."""
        return (
            Job("search_filling", every.reconcile, "one process", self.searching.fill),
            Job("article_reads", every.marks, "each process", self.reads.save),
            Job("publish_articles", every.reconcile, "one process", self.library.publishing.run),
            Job("search_words", every.marks, "each process", self.searching.follow_words),
            Job("article_insertions", every.tidy, "one process", self.inserted.check),
            Job("likely_codes", every.expire_files, "each process", self.codes.learn),
            Job("system_status", every.marks, "each process", self.status.follow),
            Job("incident_runs", every.sweep, "one process", self.incident_runs.sweep),
        )
