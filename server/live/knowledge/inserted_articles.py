"""Articles that agents insert into answers: their words, and whether they helped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from chat.adapters.tables import ChatRow
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.customers import acting
from knowledge.adapters.store import SqlArticles
from knowledge.addresses import article_path
from knowledge.article import Visibility
from knowledge.service import Articles, Gone, Shown
from refusals import Refused
from search.adapters.insertions import SqlInsertions
from search.inserted import How, judged
from search.ports import Insertion
from server.live.knowledge.searched_articles import plain
from server.live.readers import reader_of
from storage.leases import Lease
from storage.ports import Storage, Tx
from ticketing.adapters.tables import TicketRow
from ticketing.errors import NotFound
from ticketing.service import Tickets

JOB = "article_insertions"
LEASE_MS = 60_000
AT_ONCE = 50
TEXT_MAX = 4_000
"""Maximum number of characters of an article's text in an answer."""
_HIDDEN: Mapping[Visibility, str] = {
    "signed_in": "Only people with an account may read this article. The requester has none.",
    "product": "Only clients with its product may read this article. The requester's client is not one of them.",
    "staff": "Only staff may read this article.",
}


@dataclass(frozen=True, slots=True)
class InsertedArticle:
    """`path` is the path of the article's page. `text` is plain text, and empty if only the link is inserted."""

    path: str
    title: str
    text: str


class InsertedArticles:
    def __init__(self, storage: Storage, clock: Clock, tickets: Tickets, people: People) -> None:
        self._storage = storage
        self._clock = clock
        self._tickets = tickets
        self._people = people
        self._articles = Articles(SqlArticles())
        self._insertions = SqlInsertions()
        self._lease = Lease(JOB, clock, LEASE_MS)

    async def into_ticket(self, actor: Actor, number: int, article: int, how: How, locale: str) -> InsertedArticle:
        """Note that the actor inserts an article into an answer on the ticket.

        Raises NotFound if the actor may not see the ticket or the article, Refused(conflict) if the requester may not
        read the article, and StorageUnavailable.
        """

        def insert(tx: Tx) -> InsertedArticle:
            requester = self._tickets.theirs(tx, actor, number).requester
            shown = self._read(tx, actor, requester.id, article, locale)
            return self._inserted(tx, f"ticket:{number}", shown, how)

        return await self._storage.write(insert)

    async def into_chat(self, actor: Actor, chat: str, article: int, how: How, locale: str) -> InsertedArticle:
        """The same for an answer in a chat. Raises like `into_ticket`."""

        def insert(tx: Tx) -> InsertedArticle:
            row = tx.session.get(ChatRow, chat)
            if row is None or not actor.sees(row.team):
                raise NotFound
            return self._inserted(tx, f"chat:{chat}", self._read(tx, actor, row.customer, article, locale), how)

        return await self._storage.write(insert)

    def _read(self, tx: Tx, actor: Actor, customer: str | None, id_: int, locale: str) -> Shown:
        """The article, if the actor and the customer may read it. `customer` is the id of an account or a visitor."""
        shown = self._articles.read(tx, reader_of(tx, actor), id_, locale)
        if isinstance(shown, Gone):
            raise NotFound
        account = self._people.account(tx, customer) if customer is not None else None
        reader = reader_of(tx, acting(account.id, account) if account is not None else None)
        if not reader.may_read(shown.article):
            raise Refused("conflict", _HIDDEN[shown.article.visibility])
        return shown

    def _inserted(self, tx: Tx, place: str, shown: Shown, how: How) -> InsertedArticle:
        id_, title = shown.article.id, shown.stored.text.title
        self._insertions.note(tx, id_, place, how, self._clock())
        text = plain(shown.stored.html)[:TEXT_MAX] if how == "text" else ""
        return InsertedArticle(article_path(id_, title), title, text)

    async def check(self) -> None:
        """Check the insertions that are due, a few in each transaction."""
        while await self._storage.write(self._step):
            pass

    def _step(self, tx: Tx) -> bool:
        """True if more may be due. False while another process has the lease."""
        if not self._lease.claim(tx):
            return False
        now = self._clock()
        due = self._insertions.due(tx, now, AT_ONCE)
        solved = _solved(tx, due)
        for one in due:
            self._insertions.settle(tx, one, judged(one.at, solved.get(one.place), now))
        return len(due) == AT_ONCE


def _solved(tx: Tx, insertions: list[Insertion]) -> dict[str, int | None]:
    """When the tickets of these places were solved, by place."""
    kinds = [(place, *place.split(":", 1)) for _, place, _ in insertions]
    tickets = {place: int(key) for place, kind, key in kinds if kind == "ticket"}
    chats = {key: place for place, kind, key in kinds if kind == "chat"}
    if chats:
        of_chats = select(col(ChatRow.id), col(ChatRow.ticket)).where(
            col(ChatRow.id).in_(sorted(chats)), col(ChatRow.ticket).is_not(None)
        )
        tickets |= {chats[chat]: number for chat, number in tx.session.execute(of_chats)}
    query = select(col(TicketRow.number), col(TicketRow.solved_at)).where(
        col(TicketRow.number).in_(sorted(set(tickets.values())))
    )
    solved_at: dict[int | None, int | None] = {row.number: row.solved_at for row in tx.session.execute(query)}
    return {place: solved_at.get(number) for place, number in tickets.items()}
