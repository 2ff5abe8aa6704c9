"""The tables of letters. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
WAITING = "state = 'waiting'"
FIRST = "kind NOT IN ('reminder_1', 'reminder_2', 'auto_solved', 'news')"
"""Condition for all letters except letters of the kinds `mail.letter.IN_BULK`."""
FAILED = "state = 'failed'"
BARE = "bare"
COVERED = "covered_by IS NOT NULL"
UNSETTLED = "unsettled"


def _partial(name: str, *columns: str, condition: str) -> Index:
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class LetterRow(SQLModel, table=True):
    """A letter and its state. The text is rendered when the letter is sent, from the state of the ticket at that
    time."""

    __tablename__ = "letters"
    __table_args__ = (
        # The order is that of the migration.
        UniqueConstraint("message_id"),
        UniqueConstraint("token"),
        _partial("letters_due", "due_at", "id", condition=WAITING),
        _partial("letters_failed", "due_at", "id", condition=FAILED),
        _partial("letters_to_unconfirmed", "address", "due_at", condition=BARE),
        Index("letters_of_a_ticket", "ticket", "id"),
        _partial("letters_due_first", "due_at", "id", condition=f"{WAITING} AND {FIRST}"),
        _partial("letters_covered", "covered_by", condition=COVERED),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    kind: str
    ticket: int | None = Field(default=None, sa_type=BigInteger)
    seq: int | None = Field(default=None, sa_type=BigInteger)
    to_address: str
    address: str
    """`to_address` in lower case, for comparison."""
    person: str | None = None
    locale: str | None = None
    bare: bool = False
    """True if the address is not confirmed. Then a letter about a ticket has only the ticket's number and a link."""
    context: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    """JSON with ids and sealed tokens. Emptied once the letter is accepted."""
    state: str = "waiting"
    """`waiting`, `accepted` or `failed`."""
    token: str
    """SHA-256 of the token in the bounce address, in hex."""
    message_id: str
    created_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    attempts: int = 0
    claimed_by: str | None = None
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    settled_at: int | None = Field(default=None, sa_type=BigInteger)
    error: str | None = Field(default=None, sa_column=Column(Text))
    bounced_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time at which the letter came back."""
    covered_by: int | None = Field(default=None, sa_type=BigInteger)
    """The letter that is sent in place of this one. This letter gets the same state."""


class LetterTurnRow(SQLModel, table=True):
    """The due time of a letter to an unconfirmed address. For an hour after this time, the letter counts towards the
    limit of its origin."""

    __tablename__ = "letter_turns"
    __table_args__ = (
        Index("letter_turns_of_an_origin", "origin", "due_at"),
        Index("letter_turns_by_time", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    origin: str
    """A network, a domain with `@` before it, or one of the names in `mail.service`."""
    due_at: int = Field(sa_type=BigInteger)


class ReplyAddressRow(SQLModel, table=True):
    """The email address to which one recipient answers about one ticket. `token` is the SHA-256 of the token in this
    address, in hex."""

    __tablename__ = "reply_addresses"
    __table_args__ = (Index("reply_addresses_of_a_ticket", "ticket", "address"),)

    token: str = Field(primary_key=True)
    ticket: int = Field(sa_type=BigInteger)
    address: str
    """The recipient, in lower case."""
    generation: int = 0
    created_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)


class AddressHealthRow(SQLModel, table=True):
    """The health of an email address for which at least one bounce came in. See `mail.health.Health`."""

    __tablename__ = "address_health"
    __table_args__ = (_partial("addresses_to_settle", "at", condition=UNSETTLED),)

    address: str = Field(primary_key=True)
    """The address in lower case."""
    state: str
    """`ok`, `soft` or `bounced`."""
    since: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    count: int = 1
    why: str = Field(default="", sa_column=Column(Text, nullable=False))
    unsettled: bool = False
    """True until all tickets with this address show its state."""
