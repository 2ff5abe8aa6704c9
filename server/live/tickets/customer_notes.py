"""Staff's notes about customers. Everybody who may see a customer reads them; customers never do.

Each method is the body of a transaction.
"""

from __future__ import annotations

from msgspec import Struct

from clock import rfc3339
from identity.actor import Actor
from identity.adapters import customer_note_store as store
from identity.adapters.people import People
from refusals import Refused
from server.live.tickets.requesters import Requesters
from storage.ports import Tx
from texts.card_numbers import masked
from ticketing.errors import invalid

TEXT_MAX = 2_000
NOTES_MAX = 100
"""Notes about one customer."""


class CustomerNoteView(Struct, frozen=True, kw_only=True):
    """A note. `by` is the name of the author. `may_remove` is true if the caller may remove it."""

    id: int
    by: str
    at: str
    text: str
    may_remove: bool


class CustomerNotesView(Struct, frozen=True):
    """The notes about a customer, newest first. Those about entries that were merged with the customer are among
    them."""

    notes: list[CustomerNoteView]


class CustomerNotes:
    def __init__(self, requesters: Requesters, people: People) -> None:
        self._requesters = requesters
        self._people = people

    def all(self, tx: Tx, actor: Actor, person: str, now: int) -> CustomerNotesView:
        """Raises Refused(`not_found`) if the actor may not see the customer."""
        person = self._requesters.check_sees(tx, actor, person, now)
        rows = store.about(tx, self._people.together(tx, [person]), NOTES_MAX)
        names = self._people.names(tx, {row.author for row in rows})
        return CustomerNotesView(
            [
                CustomerNoteView(
                    id=row.id or 0,
                    by=names.get(row.author, ""),
                    at=rfc3339(row.at),
                    text=row.text,
                    may_remove=_may_remove(actor, row.author),
                )
                for row in rows
            ]
        )

    def add(self, tx: Tx, actor: Actor, person: str, text: str, now: int) -> CustomerNotesView:
        """Raises Refused: `not_found` as in `all`, `invalid` for an empty text, `conflict` if there are too many."""
        person = self._requesters.check_sees(tx, actor, person, now)
        if not text.strip() or "\0" in text:
            raise invalid({"text": "Write some text first."})
        if store.count(tx, [person]) >= NOTES_MAX:
            raise Refused("conflict", f"There are {NOTES_MAX} notes already. Remove one first.")
        store.add(tx, person, actor.id, masked(text.strip()), now)
        return self.all(tx, actor, person, now)

    def remove(self, tx: Tx, actor: Actor, person: str, note: int, now: int) -> CustomerNotesView:
        """Remove a note for good: its author may, and supervisors.

        Raises Refused: `not_found` if there is no such note about the customer, `forbidden` if the actor may not.
        """
        person = self._requesters.check_sees(tx, actor, person, now)
        found = store.find(tx, note)
        if found is None or found.person not in self._people.together(tx, [person]):
            raise Refused("not_found", "This note doesn't exist.")
        if not _may_remove(actor, found.author):
            raise Refused("forbidden", "Only its author or a supervisor can remove this note.")
        store.remove(tx, note)
        self._people.record(tx, actor, "remove", "customer_note", person, {"note": note, "author": found.author}, now)
        return self.all(tx, actor, person, now)


def _may_remove(actor: Actor, author: str) -> bool:
    return actor.role == "supervisor" or actor.id == author
