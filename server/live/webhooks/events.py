"""Turns what happens into events for webhooks, in the transactions in which it happens.

While no webhook has subscribed to an event, the event costs one look into a set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from availability.ports import Notice
from chat.conversation import Chat
from chat.frames.durable import ChatAssigned, ChatClosed, ChatRated, ChatStarted, Durable
from clock import Clock
from knowledge.addresses import article_path
from knowledge.article import Article, Text
from server.live.webhooks import ticket_data
from storage.ports import Storage, Tx
from ticketing.events import Reply
from ticketing.ticket import Ticket
from webhooks import events as of
from webhooks.events import Data, Texts
from webhooks.subscriptions import Event, Subscriptions

_NO_TEXTS = Texts()


class WebhookEvents:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        subscriptions: Subscriptions,
        base_url: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called after each commit that stored messages."""
        self._storage = storage
        self._clock = clock
        self._subscriptions = subscriptions
        self._base_url = base_url
        self._wake = wake
        self._read: frozenset[str] | None = None
        """The events that any webhook gets. None until they are read for the first time."""

    async def follow(self) -> None:
        """Read which events any webhook gets. Raises StorageUnavailable."""
        self._read = await self._storage.read(self._subscriptions.wanted)

    def changed(self, tx: Tx) -> None:
        """Called in each transaction that changes a webhook."""
        wanted = self._subscriptions.wanted(tx)

        def take() -> None:
            self._read = wanted

        tx.after_commit(take)

    def _wanted(self, tx: Tx) -> frozenset[str]:
        if self._read is None:
            self._read = self._subscriptions.wanted(tx)
        return self._read

    def publish(self, tx: Tx, name: str, data: Data, texts: Texts = _NO_TEXTS, ticket: int | None = None) -> None:
        if name in self._wanted(tx) and self._subscriptions.publish(
            tx, Event(name, data, texts, ticket), self._clock()
        ):
            tx.after_commit(self._wake)

    # -- chats ------------------------------------------------------------------------------

    def chat_events(self, tx: Tx, chat: Chat, events: Sequence[Durable]) -> None:
        """Events were added to the log of a chat."""
        if self._wanted(tx):
            for event in events:
                self._chat_event(tx, chat, event)

    def _chat_event(self, tx: Tx, chat: Chat, event: Durable) -> None:
        url = f"{self._base_url()}/console#chat={chat.id}"
        match event:
            case ChatStarted():
                texts = Texts(subject=event.subject, name=event.name, email=event.email)
                started = of.ChatStarted(url=url, chat=chat.id, team=event.team, product=event.product)
                self.publish(tx, "chat.started", started, texts)
            case ChatAssigned():
                assigned = of.ChatAssigned(url=url, chat=chat.id, team=chat.team, agent=event.staff.id, by=event.by)
                self.publish(tx, "chat.assigned", assigned)
            case ChatClosed():
                closed = of.ChatClosed(
                    url=self._ticket_url(event.ticket),
                    chat=chat.id,
                    team=chat.team,
                    agent=chat.agent,
                    reason=event.reason,
                    ticket=event.ticket,
                )
                self.publish(tx, "chat.closed", closed, ticket=event.ticket)
            case ChatRated():
                rated = of.ChatRated(url=url, chat=chat.id, team=chat.team, score=event.score)
                self.publish(tx, "chat.rated", rated, Texts(text=event.comment))
            case _:
                pass

    # -- tickets ----------------------------------------------------------------------------

    def ticket_made(self, tx: Tx, ticket: Ticket, number: int) -> None:
        names = ["ticket.created", *(["ticket.solved"] if ticket.status == "solved" else [])]
        self._ticket_events(tx, replace(ticket, number=number), names)

    def ticket_changed(self, tx: Tx, before: Ticket, after: Ticket) -> None:
        changed = ticket_data.changed(before, after)
        if "ticket.updated" in self._wanted(tx) and changed:
            updated = ticket_data.updated(after, changed, self._ticket_url(after.number))
            self.publish(tx, "ticket.updated", updated, ticket_data.texts(after), after.number)
        self._ticket_events(tx, after, ticket_data.milestones(before, after))

    def _ticket_events(self, tx: Tx, ticket: Ticket, names: Sequence[str]) -> None:
        for name in names:
            if name in self._wanted(tx):
                state = ticket_data.state(ticket, self._ticket_url(ticket.number))
                self.publish(tx, name, state, ticket_data.texts(ticket), ticket.number)

    def ticket_event(self, tx: Tx, number: int, seq: int, event: object) -> None:
        """An event was added to the own log of a ticket."""
        if "ticket.replied" in self._wanted(tx) and isinstance(event, Reply):
            author = event.from_
            replied = of.TicketReplied(
                url=self._ticket_url(number), ticket=number, seq=seq, by=author.kind, author=author.id
            )
            self.publish(tx, "ticket.replied", replied, Texts(text=event.text, name=author.name), number)

    def _ticket_url(self, number: int) -> str:
        return f"{self._base_url()}/tickets/{number}"

    # -- help center ------------------------------------------------------------------------

    def article_published(self, tx: Tx, article: Article, text: Text) -> None:
        url = f"{self._base_url()}{article_path(article.id, '')}"
        published = of.ArticlePublished(
            url=url,
            article=article.id,
            locale=text.locale,
            version=text.version,
            visibility=article.visibility,
            product=article.product or None,
        )
        self.publish(tx, "article.published", published, Texts(title=text.title))

    def system_news(self, tx: Tx, notice: Notice) -> None:
        """An incident was opened, or got an update. Maintenance is no incident."""
        if notice.kind == "incident":
            updated = of.IncidentUpdated(
                url=f"{self._base_url()}/status#incident-{notice.id}",
                incident=notice.id,
                state=notice.step,
                components=list(notice.components),
            )
            self.publish(tx, "incident.updated", updated, Texts(title=notice.title, text=notice.line))
