"""Links of tickets to issues, as staff set them and as the messages of other systems change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clock import Clock
from escalation.issue import Link, Source
from escalation.news import News, news_in, proves
from escalation.service import Escalations, sentence
from identity.actor import SYSTEM, Actor
from identity.adapters.people import People
from refusals import Refused
from storage.ports import Storage, Tx
from ticketing.ports import Store
from ticketing.rules import check_not_closed_for_good
from ticketing.service import Tickets


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A link with the name of the person who added it."""

    link: Link
    by: str | None


class IssueLinks:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        tickets: Tickets,
        store: Store,
        escalations: Escalations[Tx],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._tickets = tickets
        self._store = store
        self._escalations = escalations

    async def all(self, by: Actor, number: int) -> Sequence[NamedLink]:
        """The links of a ticket, oldest first. Raises NotFound if the actor may not see the ticket."""
        return await self._storage.read(lambda tx: self._of(tx, by, number))

    def _of(self, tx: Tx, by: Actor, number: int) -> Sequence[NamedLink]:
        self._tickets.theirs(tx, by, number)
        links = self._escalations.links(tx, number)
        names = self._people.names(tx, sorted({one.added_by for one in links}))
        return [NamedLink(one, names.get(one.added_by)) for one in links]

    async def add(self, by: Actor, number: int, url: str) -> Sequence[NamedLink]:
        """Link a ticket to an issue. Returns the links. Raises NotFound, and Refused as `Escalations.add` does;
        `conflict` if the ticket is closed for good."""
        now = self._clock()

        def unit(tx: Tx) -> Sequence[NamedLink]:
            ticket = self._tickets.theirs(tx, by, number, lock=True)
            check_not_closed_for_good(ticket, now)
            link = self._escalations.add(tx, number, url, by.id, now)
            self._tickets.add_note(tx, by, ticket, f"Linked to {link.issue.label}: {link.issue.url}", now)
            self._people.record(tx, by, "link", "ticket", str(number), {"link": link.id, "kind": link.issue.kind}, now)
            return self._of(tx, by, number)

        return await self._storage.write(unit)

    async def remove(self, by: Actor, number: int, id_: str) -> Sequence[NamedLink]:
        """Remove a link of a ticket. Returns the others. Raises NotFound; Refused(`conflict`) if the ticket is closed
        for good."""
        now = self._clock()

        def unit(tx: Tx) -> Sequence[NamedLink]:
            ticket = self._tickets.theirs(tx, by, number, lock=True)
            check_not_closed_for_good(ticket, now)
            link = self._escalations.remove(tx, number, id_)
            self._tickets.add_note(tx, by, ticket, f"Removed the link to {link.issue.label}.", now)
            self._people.record(
                tx, by, "unlink", "ticket", str(number), {"link": link.id, "kind": link.issue.kind}, now
            )
            return self._of(tx, by, number)

        return await self._storage.write(unit)

    async def hear(self, source: str, headers: Mapping[str, str], body: bytes) -> None:
        """Take in a message of a source. An issue that no ticket links to is ignored.

        Raises Refused(`unauthorized`) without a valid proof, also if there is no such source.
        """
        now = self._clock()
        known = await self._storage.read(lambda tx: self._escalations.secrets_of(tx, source, now))
        kind, secrets = (known[0].kind, known[1]) if known is not None else ("other", ("",))
        if not proves(kind, headers, body, secrets) or known is None:
            raise Refused("unauthorized", "The message has no valid signature of this source.")
        news = news_in(known[0], body)
        while await self._storage.write(lambda tx: self._told(tx, known[0], news, now)):
            pass

    def _told(self, tx: Tx, source: Source, news: News | None, now: int) -> bool:
        """Change some tickets. Returns False if no others are left."""
        self._escalations.heard(tx, source.id, now)
        numbers = self._escalations.untold(tx, news) if news is not None else []
        if news is None or not numbers:
            return False
        # Tickets first, as when people add and remove links: in the other order, one would wait for the other.
        tickets = self._store.find_all(tx, numbers, lock=True)
        for before, after in self._escalations.told(tx, news, now, numbers):
            line, ticket = sentence(before, after), tickets.get(after.ticket)
            if line is not None and ticket is not None and not ticket.closed_for_good(now):
                self._tickets.add_note(tx, SYSTEM, ticket, line, now)
        return True
