"""Finds everything that the desk keeps about a customer, by an email address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as some
from sqlmodel import col, select

from chat.adapters.tables import IS_OPEN, IS_OVER, ChatRow
from following.adapters.tables import FollowerRow
from identity.adapters import merge_store
from identity.adapters.tables import AccountRow, UserRow, VisitorRow
from learning.adapters.tables import RegistrationRow
from mail.adapters.incoming_tables import IncomingMailRow, TrustedSenderRow
from mail.adapters.tables import AddressHealthRow, LetterRow
from mail.incoming.addressing import mail_author
from server.live.personal_data.rows import steps
from storage.ports import Tx
from ticketing.adapters.tables import ParticipantRow, TicketRow
from ticketing.requester import address_in, id_by_address

_IS_UNSOLVED = col(TicketRow.status) != "solved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer. `addresses` are in lower case. `chats` and `tickets` are the customer's own. In the tickets
    `taking_part`, the customer is a participant, has chatted or has written by mail. `unproven` counts the entries
    whose address nobody has proven: somebody else may have typed it."""

    addresses: frozenset[str]
    accounts: frozenset[str] = frozenset()
    visitors: frozenset[str] = frozenset()
    followers: frozenset[int] = frozenset()
    chats: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()
    taking_part: tuple[int, ...] = ()
    open_chats: tuple[str, ...] = ()
    unsolved: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()
    unproven: int = 0
    registrations: int = 0

    @property
    def ids(self) -> frozenset[str]:
        return self.accounts | self.visitors

    @property
    def authors(self) -> frozenset[str]:
        """The ids with which the customer wrote, by mail without an account too."""
        return self.ids | {mail_author(address) for address in self.addresses}

    def has_more_than(self, earlier: Person) -> bool:
        """True if conversations belong to the customer that did not earlier."""
        return (
            not set(self.chats) <= set(earlier.chats)
            or not set(self.tickets) <= set(earlier.tickets)
            or not set(self.taking_part) <= {*earlier.taking_part, *earlier.tickets}
        )

    @property
    def is_nobody(self) -> bool:
        return not (self.ids or self.followers or self.tickets or self.taking_part or self.registrations)


def hash_of(secret: bytes, address: str) -> str:
    """The keyed hash of an address. It finds the address again without storing it."""
    return _hash(_key(secret), address)


def _key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"switchboard erased addresses\0", hashlib.sha256)


def _hash(key: bytes, address: str) -> str:
    return hmac.digest(key, address.encode(), hashlib.sha256).hex()


def is_staff(tx: Tx, address: str) -> bool:
    return tx.session.exec(select(UserRow.id).where(UserRow.email == address)).first() is not None


def find(tx: Tx, address: str) -> Person:
    """The customer with this address, in lower case. A heavy read."""
    accounts = _texts(tx, AccountRow.id, AccountRow.email, {address})
    unbound = select(VisitorRow.id).where(col(VisitorRow.account).is_(None))
    visitors = set(tx.session.exec(unbound.where(func.lower(VisitorRow.email) == address)))
    # The retention of browsers removes the address from the browser, but not from its tickets.
    asked = select(TicketRow.number, VisitorRow.id, VisitorRow.email).join(
        VisitorRow, col(VisitorRow.id) == col(TicketRow.requester)
    )
    theirs = tx.session.exec(
        asked.where(col(TicketRow.requester_address) == address, col(VisitorRow.account).is_(None))
    )
    found = theirs.all()
    nameless = {id_ for _, id_, email in found if email is None}
    # Others may have used the same browser.
    shared = _texts(tx, TicketRow.requester, TicketRow.requester, nameless, col(TicketRow.requester_address) != address)
    return of(tx, accounts | visitors | (nameless - shared), {address}, [number for number, *_ in found if number])


def of(tx: Tx, people: Collection[str], addresses: Collection[str], numbers: Collection[int] = ()) -> Person:
    """The customer with these ids and addresses, and what belongs to them. The tickets `numbers` are theirs too."""
    merged = merge_store.together(tx, {*people, *map(id_by_address, addresses)})
    addresses = {*addresses, *(address for each in merged if (address := address_in(each)) is not None)}
    together = {each for each in merged if address_in(each) is None}
    accounts = _texts(tx, AccountRow.id, AccountRow.id, together)
    visitors = (together - accounts) | _texts(tx, VisitorRow.id, VisitorRow.account, accounts)
    ids = accounts | visitors
    by_address = col(TicketRow.requester).is_(None)
    tickets = {
        *numbers,
        *_numbers(tx, TicketRow.number, TicketRow.requester, ids),
        *_numbers(tx, TicketRow.number, TicketRow.requester_address, addresses, by_address),
    }
    open_chats = _texts(tx, ChatRow.id, ChatRow.customer, ids, IS_OPEN)
    chats = open_chats | _texts(tx, ChatRow.id, ChatRow.customer, ids, IS_OVER)
    chats |= _texts(tx, ChatRow.id, ChatRow.ticket, {*numbers}, func.lower(ChatRow.email).in_(addresses))
    taking_part = {
        *_numbers(tx, ParticipantRow.ticket, ParticipantRow.email, addresses),
        *_numbers(tx, ParticipantRow.ticket, ParticipantRow.account, accounts),
        *_numbers(tx, IncomingMailRow.ticket, IncomingMailRow.sender, addresses),
        *_numbers(tx, ChatRow.ticket, ChatRow.id, chats),
    }
    return Person(
        addresses=frozenset(addresses),
        accounts=frozenset(accounts),
        visitors=frozenset(visitors),
        followers=frozenset(
            _numbers(tx, FollowerRow.id, FollowerRow.account, accounts)
            | _numbers(tx, FollowerRow.id, FollowerRow.address, addresses)
        ),
        chats=tuple(sorted(chats)),
        tickets=tuple(sorted(tickets)),
        taking_part=tuple(sorted(taking_part - tickets)),
        open_chats=tuple(sorted(open_chats)),
        unsolved=tuple(sorted(_numbers(tx, TicketRow.number, TicketRow.number, tickets, _IS_UNSOLVED))),
        unproven=_unproven(tx, accounts, visitors),
        letters=tuple(sorted(_numbers(tx, LetterRow.id, LetterRow.address, addresses))),
        registrations=len(_numbers(tx, RegistrationRow.id, RegistrationRow.normal, addresses)),
    )


def _unproven(tx: Tx, accounts: set[str], visitors: set[str]) -> int:
    proven = _texts(tx, AccountRow.id, AccountRow.id, accounts, col(AccountRow.email_verified).is_(True))
    bound = _texts(tx, VisitorRow.id, VisitorRow.id, visitors, col(VisitorRow.account).is_not(None))
    return len(accounts | visitors) - len(proven | bound)


def addresses_behind(tx: Tx, secret: bytes, hashed: str, people: Collection[str], numbers: Collection[int]) -> set[str]:
    """The addresses with this hash, among those of these people and tickets, and of all who take part in a ticket,
    follow, registered, or had mail. Of somebody without an account there may be no more than one of these left."""
    known = {
        *_texts(tx, AccountRow.email, AccountRow.id, people),
        *_texts(tx, VisitorRow.email, VisitorRow.id, people),
        *_texts(tx, TicketRow.requester_address, TicketRow.number, numbers),
        *tx.session.exec(select(FollowerRow.address)),
        *tx.session.exec(select(RegistrationRow.normal)),
    }
    for column in (
        ParticipantRow.email,
        IncomingMailRow.sender,
        LetterRow.address,
        TrustedSenderRow.address,
        AddressHealthRow.address,
    ):
        known |= set(tx.session.exec(select(column).distinct()))
    lower, key = {address.lower() for address in known if address}, _key(secret)
    return {address for address in lower if hmac.compare_digest(_hash(key, address), hashed)}


def tickets_of(tx: Tx, secret: bytes, hashed: str, people: Collection[str], numbers: Collection[int]) -> list[int]:
    """The tickets among `numbers` that are of these people or of the address with this hash. A restored database may
    have given a number to another ticket."""
    found = []
    for number in numbers:
        row = tx.session.exec(select(TicketRow).where(TicketRow.number == number)).first()
        if row is None:
            continue
        address = row.requester_address or ""
        if row.requester in people or (address and hmac.compare_digest(hash_of(secret, address), hashed)):
            found.append(number)
    return found


def _texts(tx: Tx, wanted: object, column: object, keys: Collection[object], *also: ColumnElement[bool]) -> set[str]:
    """The values of `wanted` in the rows whose `column` has one of the keys."""
    return {found for found in _values(tx, wanted, column, keys, also) if isinstance(found, str)}


def _numbers(tx: Tx, wanted: object, column: object, keys: Collection[object], *also: ColumnElement[bool]) -> set[int]:
    """Like `_texts`, for a column of numbers."""
    return {found for found in _values(tx, wanted, column, keys, also) if isinstance(found, int)}


def _values(
    tx: Tx, wanted: object, column: object, keys: Collection[object], also: Sequence[ColumnElement[bool]]
) -> Iterator[object]:
    for group in steps(keys):
        yield from tx.session.connection().execute(some(col(wanted)).where(col(column).in_(group), *also)).scalars()
