"""News of the learning center, for followers and the search."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from clock import Clock
from following.announcement import Announcement, Subject
from following.service import Following
from knowledge.addresses import slug_of
from learning.adapters.session_store import SqlSessions
from learning.catalogue import Resource, ResourceKind
from learning.ports import Sessions
from learning.sessions import Session
from search.adapters.index import SqlIndex
from search.document import Document
from search.service import Index
from server.live.following.announcing import following_of
from storage.ports import Tx

TAKE_BACK_MS = 10 * 60_000
_WORDS: Mapping[ResourceKind, str] = {
    "document": "document",
    "video": "video eLearning",
    "course": "course eLearning",
    "quick_card": "quick card",
    "recording": "recording webinar",
}
"""Words with which people search for a kind of resource."""


class LearningNews:
    """Implements `learning.ports.Announcing`."""

    def __init__(self, following: Following | None) -> None:
        """`following`: None if nobody is told, for example of the demo's sample."""
        self._following = following
        self._sessions: Sessions = SqlSessions()
        self._index = Index(SqlIndex())

    def session(self, tx: Tx, session: Session, now: int) -> None:
        following = self._sessions.next_of(tx, session.series, now)
        documents = [document_of_series(following)] if following is not None else []
        self._index.replace(tx, "webinar", session.series, documents)
        is_new = session.created_at == now and session.sequence == 0
        if self._following is not None and session.platform and is_new and session.state == "planned":
            self._following.announce(tx, announcement_of(session, now))

    def resource(self, tx: Tx, resource: Resource, now: int) -> None:
        documents = [document_of(resource, now)] if resource.is_published else []
        self._index.replace(tx, "course", resource.source, documents)


def document_of(resource: Resource, now: int) -> Document:
    """A resource, as the search sees it. What is on another host is found on the page of its topics."""
    chosen = {"platform": resource.platform, **{f"t-{topic}": "1" for topic in resource.topics[:1]}}
    words = " ".join(topic.replace("-", " ") for topic in resource.topics)
    return Document(
        kind="course",
        source=resource.source,
        locale=resource.locale,
        title=resource.title,
        headings="",
        body=resource.summary,
        labels=f"{_WORDS[resource.kind]} {words} {resource.platform}",
        product=resource.platform or None,
        section="training",
        address=resource.address if resource.address.startswith("/") else f"/learning?{urlencode(chosen)}",
        visibility="public",
        updated_at=now,
    )


def document_of_series(session: Session) -> Document:
    """All dates of a series, as the search sees them. `session` is the next one."""
    return Document(
        kind="webinar",
        source=session.series,
        locale=session.locale,
        title=session.title,
        headings="",
        body=session.summary,
        labels=f"{session.kind} {session.trainer} {session.platform}",
        product=session.platform or None,
        section="training",
        address=f"/webinars#{session.series}",
        visibility="public",
        updated_at=session.changed_at,
    )


def announcement_of(session: Session, now: int) -> Announcement:
    """The news of a new webinar or class, for followers of the training section of its platform. Several dates of one
    series that are added at once are one piece of news."""
    return Announcement(
        source=f"webinar:{session.series}",
        version=session.id,
        subjects=[Subject("section", f"{slug_of(session.platform)}/training")],
        news="new",
        title=session.title,
        line=session.summary[:200] or session.title,
        address=f"/webinars#{session.series}",
        visibility="public",
        product=None,
        not_before=now + TAKE_BACK_MS,
    )


def news_of(clock: Clock) -> LearningNews:
    return LearningNews(following_of(clock))
