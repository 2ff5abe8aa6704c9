"""News of the learning center, for followers and the search."""

from __future__ import annotations

from clock import Clock
from following.adapters.announcements import SqlAnnouncements
from following.adapters.follows import SqlFollows
from following.announcement import Announcement, Subject
from following.service import Following
from knowledge.addresses import slug_of
from learning.catalogue import Resource
from learning.sessions import Session
from storage.ports import Tx

TAKE_BACK_MS = 10 * 60_000


class LearningNews:
    """Implements `learning.ports.Announcing`."""

    def __init__(self, following: Following | None) -> None:
        """`following`: None if nobody is told, for example of the demo's sample."""
        self._following = following

    def session(self, tx: Tx, session: Session, now: int) -> None:
        is_new = session.created_at == now and session.sequence == 0
        if self._following is not None and session.platform and is_new and session.state == "planned":
            self._following.announce(tx, announcement_of(session, now))

    def resource(self, tx: Tx, resource: Resource, now: int) -> None:
        return


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
    return LearningNews(Following(SqlFollows(), SqlAnnouncements(), clock))
