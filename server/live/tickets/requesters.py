"""The ways in which staff manage customers: they correct what a customer typed, and merge two entries of one person.

Staff may see a customer if they may see one of the customer's tickets or open chats.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from chat.adapters import archive
from chat.frames.ephemeral import ChatCustomer
from chat.ports import ChatChanges
from chat.service import Conversations
from clock import rfc3339
from identity.actor import Actor
from identity.adapters import merge_store
from identity.adapters.people import People
from identity.merging import Merge, check_merge, check_undo
from identity.ports import Tx
from mail.health import State
from mail.service import Letters
from refusals import Refused
from server.live.ports import Telling
from ticketing.errors import invalid
from ticketing.listing import Filters
from ticketing.requester import address_in, corrected, id_by_address
from ticketing.service import Tickets
from ticketing.ticket import Requester
from ticketing.wanted import RequesterCorrected, Wanted

CORRECTED_MAX = 50
"""Maximum number of tickets that one correction changes. Only the tickets that were changed last are corrected."""


class Correction(Protocol):
    @property
    def name(self) -> str | None | UnsetType: ...
    @property
    def email(self) -> str | None | UnsetType: ...


class MergedView(Struct, frozen=True, kw_only=True):
    """An entry that was merged into a customer. `name` and `email` are those that the merged customer gave."""

    id: str
    name: str | None
    email: str | None
    at: str
    undo_until: str


class HealthView(Struct, frozen=True, kw_only=True):
    """Whether letters to an email address arrive. `since` is null for `ok`. `why`: what the mail server said."""

    state: State
    since: str | None
    why: str | None


class PersonView(Struct, frozen=True, kw_only=True):
    """A customer, as staff see them.

    `id` is that of an account or a visitor, or `mailto:` and the address of a customer who is known only by it.
    `verified` is true if the email address is proven, such as by a host site or with a link in a letter to it.
    `client` is the customer's company.

    `address_health` is null if there is no email address.

    `merged` lists the entries merged into this one, oldest first. `merged_into` is the id of the customer into whom
    this one was merged.
    """

    id: str
    name: str | None
    email: str | None
    verified: bool
    address_health: HealthView | None
    client: str | None
    merged: list[MergedView]
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    name: str | None
    email: str | None
    verified: bool = False
    proven: bool = False
    client: str | None = None


class Requesters:
    def __init__(
        self,
        people: People,
        tickets: Tickets,
        conversations: Conversations,
        telling: Telling,
        letters: Letters,
    ) -> None:
        self._people = people
        self._tickets = tickets
        self._conversations = conversations
        self._telling = telling
        self._letters = letters

    def get(self, tx: Tx, actor: Actor, person: str, now: int) -> PersonView:
        """The customer. Raises Refused(not_found) if the actor may see no chat and no ticket of this customer."""
        person = _as_stored(person)
        known = self._theirs(tx, actor, person, now)
        into = merge_store.merge_of(tx, person)
        names = self._people.client_names(tx, [known.client]) if known.client else {}
        return PersonView(
            id=person,
            name=known.name,
            email=known.email,
            verified=known.verified,
            address_health=self._health(tx, known.email, now),
            client=names.get(known.client or ""),
            merged=[self._merged(tx, actor, merge, now) for merge in merge_store.merged_into(tx, [person])],
            merged_into=into.into if into is not None else None,
        )

    def _health(self, tx: Tx, email: str | None, now: int) -> HealthView | None:
        if email is None:
            return None
        health = self._letters.addresses.health(tx, email, now)
        if health is None:
            return HealthView(state="ok", since=None, why=None)
        return HealthView(state=health.state, since=rfc3339(health.since), why=health.why or None)

    def correct(self, tx: Tx, actor: Actor, person: str, wanted: Correction, now: int) -> PersonView:
        """Replace the name and the email address of a customer without an account.

        Also corrects both values in the open chats and on the tickets that the actor may see. If there are more than
        CORRECTED_MAX such tickets, only those that changed most recently are corrected. Tickets that are closed for
        good keep the old values. Raises Refused: `not_found` as in `get`; `conflict` for a customer with an account, or
        one who is known only by an address; `invalid` for a bad name or address.
        """
        known = self._theirs(tx, actor, _as_stored(person), now)
        if address_in(person) is not None:
            raise Refused("conflict", "This customer is known only by an address. Correct it on each ticket.")
        if known.proven:
            raise Refused("conflict", "Their name and address are confirmed. You can't change them.")
        correction = RequesterCorrected(name=wanted.name, email=wanted.email)
        after, fault = corrected(Requester(person, known.name, known.email), correction)
        if fault is not None:
            raise invalid(dict([fault]))
        # Chats are locked before tickets, as when a chat ends.
        for row in archive.open_rows(tx, customer=[person]):
            held = self._conversations.hold(tx, row.id) if actor.sees(row.team) else None
            if held is not None:
                held.change(ChatChanges(name=after.name, email=after.email))
                news = ChatCustomer(chat=row.id, name=after.name, email=after.email)
                tx.after_commit(partial(self._telling.to_followers, row.id, news, to_customer=False))
        numbers = self._open_tickets(tx, actor, person, now)
        for number in numbers:
            ticket = self._tickets.theirs(tx, actor, number, lock=True)
            self._tickets.change(tx, actor, ticket, Wanted(requester=correction), now)
        self._people.correct_visitor(tx, person, after.name, after.email)
        fields = [field for field in ("name", "email") if getattr(wanted, field) is not UNSET]
        self._people.record(tx, actor, "change", "customer", person, {"fields": fields, "tickets": len(numbers)}, now)
        return self.get(tx, actor, person, now)

    def merge(self, tx: Tx, actor: Actor, person: str, into: str, now: int) -> PersonView:
        """Merge `person` into `into`.

        Staff then see the tickets of both customers together. Each customer may still read the same as before. Returns
        the customer `into`. Raises Refused: `not_found` if the actor may not see both customers; `conflict` if `person`
        is merged already, or as in `check_merge`.
        """
        merge_store.one_at_a_time(tx)
        person, into = _as_stored(person), _as_stored(into)
        one, other = self._theirs(tx, actor, person, now), self._theirs(tx, actor, into, now)
        # Only a customer who is not merged yet can be merged. So no circle forms, and merges can be undone one by one.
        root, target = merge_store.root_of(tx, person), merge_store.root_of(tx, into)
        if root != person:
            raise Refused("conflict", "This customer is already merged into another one.")
        size = len(merge_store.together(tx, [root, target]))
        check_merge(root, target, proven=one.proven, into_proven=other.proven, together=size)
        merge_store.add(tx, Merge(person, target, actor.id, now))
        self._people.record(tx, actor, "merge", "customer", person, {"into": target}, now)
        return self.get(tx, actor, into, now)

    def undo(self, tx: Tx, actor: Actor, person: str, now: int) -> PersonView:
        """Undo the merge of `person` into another customer. Returns the customer `person`. Raises Refused: `not_found`
        as in `get`; `conflict` as in `check_undo`."""
        person = _as_stored(person)
        self._theirs(tx, actor, person, now)
        merge = check_undo(merge_store.merge_of(tx, person), now)
        merge_store.remove(tx, person)
        self._people.record(tx, actor, "unmerge", "customer", person, {"into": merge.into}, now)
        return self.get(tx, actor, person, now)

    def check_sees(self, tx: Tx, actor: Actor, person: str, now: int) -> str:
        """The id in the form in which it is stored. Raises Refused(not_found) as in `get`."""
        person = _as_stored(person)
        self._theirs(tx, actor, person, now)
        return person

    def _theirs(self, tx: Tx, actor: Actor, person: str, now: int) -> _Known:
        seen = any(actor.sees(row.team) for row in archive.open_rows(tx, customer=[person]))
        if not seen and not self._tickets.lists.any(tx, actor, Filters(requester=(person,))):
            raise Refused("not_found", "This customer doesn't exist, or you can't see them.")
        return self._known(tx, actor, person, now)

    def _known(self, tx: Tx, actor: Actor, person: str, now: int) -> _Known:
        address = address_in(person)
        if address is not None:
            found = self._tickets.lists.page(tx, actor, Filters(requester=(person,), email=(address,)), now).tickets
            asked = next((ticket.requester for ticket in found if ticket.requester.id is None), None)
            return _Known(asked.name if asked else None, address, verified=asked is not None and asked.verified)
        account = self._people.account(tx, person)
        if account is not None:
            return _Known(account.name, account.email, account.verified, proven=True, client=account.client)
        visitor = self._people.visitor(tx, person)
        return _Known(visitor.name, visitor.email) if visitor is not None else _Known(None, None)

    def _open_tickets(self, tx: Tx, actor: Actor, person: str, now: int) -> list[int]:
        page = self._tickets.lists.page(tx, actor, Filters(requester=(person,)), now, limit=CORRECTED_MAX)
        return sorted(view.number for view in page.tickets if view.closed_at is None and view.requester.id == person)

    def _merged(self, tx: Tx, actor: Actor, merge: Merge, now: int) -> MergedView:
        known = self._known(tx, actor, merge.person, now)
        return MergedView(
            id=merge.person,
            name=known.name,
            email=known.email,
            at=rfc3339(merge.at),
            undo_until=rfc3339(merge.undo_until),
        )


def _as_stored(person: str) -> str:
    """The id of a customer in the form in which merges store it. If the id contains an email address, the address is
    normalized."""
    address = address_in(person)
    return person if address is None else id_by_address(address)
