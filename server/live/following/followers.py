"""The people who follow something: their address, their language, and what they may read now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from availability.adapters.store import SqlAvailability
from following.announcement import EVERYTHING, Announcement, Subject
from following.follow import Follower, Owner
from identity.actor import Actor
from identity.adapters.people import People
from identity.customers import acting
from knowledge.adapters.store import SqlArticles
from knowledge.addresses import article_id, article_path, product_path, slug_of
from knowledge.article import Article, Reader, text_for
from server.live.readers import reader_of
from server.live.teams import Teams
from storage.ports import Tx
from widgets.followed import Followed

_SECTIONS = ("faqs", "training")
_ARTICLE = "article:"


class Followers:
    """Implements `following.notices.Access`."""

    def __init__(self, people: People, teams: Teams) -> None:
        self._people = people
        self._teams = teams
        self._articles = SqlArticles()
        self._availability = SqlAvailability()

    # -- people ---------------------------------------------------------------------------

    def actor(self, tx: Tx, owner: Owner) -> Actor | None:
        """The account or staff member who follows. None if there is none any more, or for an address without an
        account."""
        if owner.account is None:
            return None
        account = self._people.account(tx, owner.account)
        return acting(account.id, account) if account is not None else self._people.staff(tx, owner.account)

    def owner(self, tx: Tx, actor: Actor) -> Owner:
        """The owner of a person's follows, with the language and the zone of the person's own account."""
        if actor.kind == "staff":
            return Owner(account=actor.id)
        own = self._people.accounts.by_id(tx, actor.customer)
        return Owner(
            account=actor.customer,
            locale=own.locale if own is not None else None,
            timezone=own.timezone if own is not None else None,
        )

    def current(self, tx: Tx, owner: Owner) -> tuple[str | None, Owner]:
        """A pair: the proven email address of a follower, or None without one; and the owner with the present language
        and zone of the account."""
        if owner.account is None:
            return owner.address, owner
        actor = self.actor(tx, owner)
        if actor is None:
            return None, owner
        present = self.owner(tx, actor)
        kept = replace(owner, locale=present.locale or owner.locale, timezone=present.timezone or owner.timezone)
        return (actor.email if actor.kind == "staff" or actor.verified else None), kept

    def zone(self, tx: Tx, follower: Follower) -> str | None:
        return self.current(tx, follower.owner)[1].timezone

    # -- what they may read ---------------------------------------------------------------

    def readable(self, tx: Tx, follower: Follower, announcements: Mapping[int, Announcement]) -> Collection[int]:
        actor = self.actor(tx, follower.owner)
        if actor is None and follower.owner.account is not None:
            return []
        reader = reader_of(tx, actor)
        return [id_ for id_, one in announcements.items() if self._readable(tx, reader, one)]

    def _readable(self, tx: Tx, reader: Reader, announcement: Announcement) -> bool:
        if announcement.source.startswith(_ARTICLE):
            article = self._articles.article(tx, article_id(announcement.source.removeprefix(_ARTICLE)) or 0)
            return article is not None and _may_read(reader, article)
        if announcement.visibility == "product":
            return reader.staff or (reader.signed_in and announcement.product in reader.products)
        return announcement.visibility in reader.sees

    def title(self, tx: Tx, announcement: Announcement, locale: str | None) -> tuple[str, str]:
        """A pair: the title of the news, in the language of the reader if the article has a text in it, and the path of
        its page."""
        if announcement.source.startswith(_ARTICLE) and locale:
            id_ = article_id(announcement.source.removeprefix(_ARTICLE)) or 0
            texts = self._articles.texts(tx, id_)
            if texts:
                title = text_for(texts, locale).title
                return title, article_path(id_, title)
        return announcement.title, announcement.address

    # -- subjects -------------------------------------------------------------------------

    def followed(self, tx: Tx, actor: Actor | None, subject: Subject, locale: str) -> Followed | None:
        """The subject with its name. None if there is none, or if this person may not read it."""
        if subject.kind == "article":
            return self._article(tx, reader_of(tx, actor), subject, locale)
        if subject.kind == "system" and subject.key == EVERYTHING:
            return Followed(subject, "/status")
        if subject.kind == "component":
            return self._component(tx, subject)
        slug, _, section = subject.key.partition("/")
        product = next((name for name in self._teams.products if slug_of(name) == slug), None)
        if product is None or (section and (subject.kind != "section" or section not in _SECTIONS)):
            return None
        if subject.kind == "system":
            return Followed(subject, "/status", product)
        anchor = "#releases" if subject.kind == "releases" else f"#{section}" if section else ""
        return Followed(subject, product_path(product) + anchor, product)

    def _component(self, tx: Tx, subject: Subject) -> Followed | None:
        components = {str(one.id): one for one in self._availability.components(tx)}
        found = components.get(subject.key)
        return Followed(subject, "/status", found.product or None, found.name) if found is not None else None

    def _article(self, tx: Tx, reader: Reader, subject: Subject, locale: str) -> Followed | None:
        id_ = article_id(subject.key)
        article = self._articles.article(tx, id_) if id_ is not None and subject.key == str(id_) else None
        if article is None or not _may_read(reader, article):
            return None
        texts = self._articles.texts(tx, article.id)
        if not texts:
            return None
        title = text_for(texts, locale).title
        return Followed(subject, article_path(article.id, title), article.product, title)


def _may_read(reader: Reader, article: Article) -> bool:
    return article.state == "published" and reader.may_read(article)
