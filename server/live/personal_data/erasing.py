"""Erases customers: their texts, files, names and addresses go, and the facts of the desk stay.

An erasure is first recorded with the ids of what belongs to the customer, without names and addresses. Then it runs in
small transactions, each of which may be repeated. So an erasure that a crash interrupts is finished later, and a
restored backup is erased again from the recorded ids. The record of the customer comes last, because the addresses are
found through it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import structlog

from clock import Clock
from identity.actor import SYSTEM, Actor
from identity.adapters import erasures
from identity.adapters.store import SqlStore
from identity.audit import line
from identity.erasure import Erasure, pseudonym_of
from identity.permissions import may
from refusals import Refused
from server.live.personal_data import person as people_of
from server.live.personal_data.audit_lines import empty_lines, lines_with
from server.live.personal_data.conversations import Conversations
from server.live.personal_data.erased_list import ErasedList
from server.live.personal_data.identities import forget_identity, sign_out
from server.live.personal_data.person import Person
from server.live.personal_data.rows import steps
from storage.ports import Storage, StorageUnavailable, Tx
from texts.addresses import email_address, normal_email

_NAMED = 5
"""Tickets that a refusal names."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What belongs to a customer. `obstacle` says why they cannot be erased now, or is empty."""

    person: Person
    obstacle: str


class Erasing:
    """`erased` is called when an erasure begins and when it ends, so that sessions and tokens are read again."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        secret: bytes,
        conversations: Conversations,
        kept: ErasedList,
        erased: Callable[[], None] = lambda: None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._secret = secret
        self._conversations = conversations
        self._kept = kept
        self._erased = erased

    async def find(self, by: Actor, email: str) -> Found:
        """What belongs to the customer with this address. Raises Refused: `forbidden` if `by` is not an admin,
        `invalid` for a bad address, `not_found` if the desk knows nobody with it."""
        check(by)
        address = checked(email)

        return await self._storage.read(partial(_look, address=address), "heavy")

    async def erase(self, by: Actor, email: str) -> Erasure:
        """Erase the customer with this address, and sign them out first. Raises the refusals of `find`; Refused:
        `conflict` while they chat or have a ticket that is not solved, `unavailable` if the erasure is recorded and
        failed. The job tries it again."""
        found = await self.find(by, email)
        if found.obstacle:
            raise Refused("conflict", found.obstacle)
        address, now, id_ = checked(email), self._clock(), secrets.token_hex(8)

        def begin(tx: Tx) -> Erasure:
            # They may have come back since.
            found = _look(tx, address)
            if found.obstacle:
                raise Refused("conflict", found.obstacle)
            person = found.person
            erasure = Erasure(
                id=id_,
                at=now,
                address=people_of.hash_of(self._secret, address),
                people=tuple(sorted(person.ids)),
                tickets=person.tickets,
            )
            erasures.add(tx, erasure)
            sign_out(tx, person, now)
            tx.after_commit(self._erased)
            detail = {"chats": len(person.chats), "tickets": len(person.tickets), "people": list(erasure.people)}
            SqlStore().record(tx, line(by, "erase", "person", erasure.id, detail, now))
            return erasure

        erasure = await self._storage.write(begin)
        try:
            await self._kept.keep([erasure])
        except OSError:
            # `again` adds it to the list later.
            log.exception("list_of_erasures_not_written")
        if erasure.id in await self.finish():
            raise Refused("unavailable", "The erasure began, but it failed. The desk tries again within an hour.")
        return erasure

    async def finish(self) -> frozenset[str]:
        """Carry out the erasures that were recorded and are not finished. Returns the ids of those that failed."""
        failed = set[str]()
        for erasure in await self._storage.read(erasures.unfinished):
            try:
                await self._run(erasure)
            except StorageUnavailable:
                raise
            except Exception:
                # The other erasures are still carried out.
                log.exception("erasure_failed", erasure=erasure.id)
                failed.add(erasure.id)
            else:
                log.info("person_erased", erasure=erasure.id, tickets=len(erasure.tickets))
        return frozenset(failed)

    async def again(self) -> None:
        """Compare the database with the kept list, and carry out what the database does not know: after a backup was
        restored."""
        try:
            listed = await self._kept.read()
            known = await self._storage.read(erasures.all_known)
            for erasure in listed:
                if erasure.id not in {one.id for one in known}:
                    await self._storage.write(partial(erasures.add, erasure=erasure))
            await self._kept.keep([each for each in known if each.id not in {one.id for one in listed}])
        except OSError:
            # A desk whose list cannot be read still starts.
            log.exception("list_of_erasures_not_compared")
        await self.finish()

    async def _run(self, erasure: Erasure) -> None:
        name = pseudonym_of(erasure)

        def look(tx: Tx) -> Person:
            given = (self._secret, erasure.address, erasure.people, erasure.tickets)
            addresses = people_of.addresses_behind(tx, *given)
            return people_of.of(tx, erasure.people, addresses, people_of.tickets_of(tx, *given))

        person: Person | None = await self._storage.read(look, "heavy")
        while person is not None:
            await self._empty(person, name)
            person = await self._storage.write(partial(self._end, person=person, erasure=erasure))

    def _end(self, tx: Tx, person: Person, erasure: Erasure) -> Person | None:
        """Remove the record of the person. Does nothing if more has come since they were looked up: returns the person
        with it, to be emptied too."""
        after = people_of.of(tx, person.ids, person.addresses, person.tickets)
        if after.has_more_than(person):
            return after
        forget_identity(tx, person, self._conversations, self._clock())
        erasures.finish(tx, erasure.id, self._clock())
        tx.after_commit(self._erased)
        return None

    async def _empty(self, person: Person, name: str) -> None:
        """Remove the conversations of a person, in many small transactions."""
        authors = person.authors
        for chat in person.chats:
            await self.empty_chat(chat, name)
        for number in person.tickets:
            await self.empty_ticket(number, authors, name)
        for number in person.taking_part:
            await self._events(number, authors, name, all_texts=False)
            forget = partial(
                self._conversations.forget_participant,
                number=number,
                people=authors,
                addresses=person.addresses,
                pseudonym=name,
            )
            await self._storage.write(forget)

        lines = await self._storage.read(partial(lines_with, addresses=person.addresses), "heavy")
        for ids in steps(lines):
            await self._storage.write(partial(empty_lines, ids=ids, addresses=person.addresses))

    async def empty_chat(self, chat: str, name: str | None) -> None:
        """Remove texts, files and names of a chat."""
        place: int | None = None
        while True:
            step = partial(self._conversations.empty_chat_events, chat=chat, pseudonym=name, place=place)
            place = await self._storage.write(step)
            if place is None:
                break
        await self._storage.write(partial(self._conversations.empty_chat, chat=chat, pseudonym=name))

    async def empty_ticket(self, number: int, people: Collection[str], name: str | None) -> None:
        """Remove texts, files and names of a ticket and its chats."""
        for chat in await self._storage.read(lambda tx: self._conversations.chats_of(tx, number)):
            await self.empty_chat(chat, name)
        await self._events(number, people, name, all_texts=True)
        step = partial(self._conversations.empty_ticket, number=number, pseudonym=name, now=self._clock())
        await self._storage.write(step)

    async def remove_files(self, number: int) -> None:
        """Remove the files of a ticket and its chats."""

        def unit(tx: Tx) -> None:
            chats = self._conversations.chats_of(tx, number)
            self._conversations.remove_files(tx, [f"ticket:{number}", *(f"chat:{chat}" for chat in chats)])

        await self._storage.write(unit)

    async def _events(self, number: int, people: Collection[str], name: str | None, *, all_texts: bool) -> None:
        place: int | None = 0
        while place is not None:
            step = partial(
                self._conversations.empty_ticket_events,
                number=number,
                people=people,
                pseudonym=name,
                place=place,
                all_texts=all_texts,
            )
            place = await self._storage.write(step)


def _look(tx: Tx, address: str) -> Found:
    if people_of.is_staff(tx, address):
        raise Refused("conflict", "This is the address of a colleague. Disable them on the page People.")
    person = people_of.find(tx, address)
    if person.is_nobody:
        raise Refused("not_found", "The desk has nothing of a person with this address.")
    return Found(person, _obstacle(person))


def check(by: Actor) -> None:
    if by != SYSTEM and not may(by, "change", "personal_data"):
        raise Refused("forbidden", "Only admins work with the data of people.")


def checked(email: str) -> str:
    """The address in lower case. Raises Refused(`invalid`) if it is none."""
    address = email_address(email.strip())
    if address is None:
        sentence = "Write an address, like name@company.example."
        raise Refused("invalid", sentence, {"email": sentence})
    return normal_email(address)


def _obstacle(person: Person) -> str:
    if person.open_chats:
        return "They are in a chat. End it first."
    if person.unsolved:
        named = ", ".join(f"#{number}" for number in person.unsolved[:_NAMED])
        more = len(person.unsolved) - _NAMED
        return f"Solve their tickets first: {named}{f' and {more} more' if more > 0 else ''}."
    return ""
