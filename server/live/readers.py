"""Readers of the help center: the visibilities and products that a person may see. Readers of canned replies."""

from __future__ import annotations

from canned_replies.adapters.store import SqlStore as SqlReplies
from canned_replies.reply import may_use
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


def may_read_reply(tx: Tx, id_: str, actor: Actor) -> bool:
    """True if a person may use a canned reply, and therefore read its files."""
    reply = SqlReplies().find(tx, id_, 0, lock=False) if may(actor, "read", "canned_replies") else None
    return reply is not None and may_use(actor, reply)


def may_read_article(tx: Tx, id_: int, actor: Actor) -> bool:
    """True if a person may read an article as it is now. Authors read drafts too."""
    article = SqlArticles().article(tx, id_)
    if article is None:
        return False
    if actor.kind == "staff" and may(actor, "read", "articles"):
        return True
    return article.state == "published" and reader_of(tx, actor).may_read(article)
