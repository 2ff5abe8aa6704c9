"""The help center's authoring of one desk: the work of authors, and the job that publishes planned drafts."""

from __future__ import annotations

from clock import Clock
from egress import Egress
from identity.adapters.people import People
from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.store import SqlArticles
from knowledge.authoring import Authoring
from knowledge.authoring_ports import Audience
from server.live.knowledge.article_publishing import ArticlePublishing
from server.live.knowledge.author_desk import AuthorDesk
from server.live.knowledge.link_checks import LinkChecks
from server.live.teams import Teams
from storage.ports import Storage


class Library:
    def __init__(
        self, storage: Storage, clock: Clock, people: People, teams: Teams, audience: Audience, egress: Egress
    ) -> None:
        authoring = Authoring(SqlAuthoring(), SqlArticles(), audience)
        self.authors = AuthorDesk(storage, clock, people, teams, authoring, LinkChecks(storage, egress))
        self.publishing = ArticlePublishing(storage, clock, authoring, self.authors)
