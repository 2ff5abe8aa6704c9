"""Readers of the help center: the visibilities and products that a person may see."""

from __future__ import annotations

from identity.actor import Actor
from identity.adapters.client_products import products_of
from identity.permissions import may
from knowledge.adapters.store import SqlArticles
from knowledge.article import Reader
from storage.ports import Tx


def reader_of(tx: Tx, actor: Actor | None) -> Reader:
    """What a person may read. Visitors without an account read what is public."""
    if actor is None:
        return Reader()
    staff = actor.kind == "staff"
    return Reader(signed_in=actor.identified or staff, staff=staff, products=products_of(tx, actor.client))


def may_read_article(tx: Tx, id_: int, actor: Actor) -> bool:
    """True if a person may read an article as it is now. Authors read drafts too."""
    article = SqlArticles().article(tx, id_)
    if article is None:
        return False
    if actor.kind == "staff" and may(actor, "read", "articles"):
        return True
    return article.state == "published" and reader_of(tx, actor).may_read(article)
