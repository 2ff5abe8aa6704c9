"""The tables of tickets. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Text, UniqueConstraint, event, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
_FILTERED = ("team", "status", "product", "channel", "resolution", "assignee", "priority")
"""The most used list filters. The index of each list order contains them too, so a page is found in the index alone.

Even a filter that matches almost nothing costs only one scan of narrow entries.
"""
AT_WORK = "status <> 'solved'"
"""Condition of most lists, for a partial index. Queries must write it exactly like this to use the index."""
COUNTED = "'solved' <> status"
"""The condition for unsolved tickets, for the indexes of counts.

It is written the other way round than AT_WORK, so that SQLite uses these indexes for counts only. For a list it would
have to sort what it finds there.
"""
NOT_CLOSED = "status = 'solved' AND closed_at IS NULL"
"""Condition of the search for tickets to close for good, for a partial index.

Queries must write it exactly like this to use the index.
"""
FLAGGED = "flags <> ''"
"""The condition for tickets with flags, for a partial index.

Queries must write it exactly like this to use the index.
"""

SNOOZED = "snoozed_until IS NOT NULL"
"""The condition for snoozed tickets, for a partial index. Queries must write it exactly like this to use the index."""

TARGETED = "sla_due IS NOT NULL"
"""The condition for tickets with a target, for a partial index. Queries must write it exactly like this."""


def _partial(name: str, *columns: str, condition: str) -> Index:
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class TicketRow(SQLModel, table=True):
    """A ticket. `number` counts from 1, may have gaps, and is never reused."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_by_change", "updated_at", "number", *_FILTERED, "created_at"),
        Index("tickets_by_creation", "created_at", "number", *_FILTERED, "updated_at"),
        Index("tickets_by_number", "number", *_FILTERED, "created_at", "updated_at"),
        Index("tickets_of_a_requester", "requester", "updated_at"),
        _partial("tickets_of_an_assignee", "assignee", "updated_at", condition="assignee IS NOT NULL"),
        Index("tickets_of_a_client", "client", "updated_at"),
        # Contains every column that the counts need, so that counting reads only the index.
        Index("tickets_of_a_client_by_status", "client", "status"),
        Index("requesters_of_a_client", "client", "requester", "requester_name"),
        Index("tickets_of_a_clients_requester", "client", "requester", "updated_at"),
        _partial("tickets_of_a_client_to_work_on", "client", "updated_at", condition=AT_WORK),
        Index("tickets_by_address", "requester_address", "updated_at"),
        _partial("tickets_for_an_address", "requester_email", condition="requester IS NULL"),
        # Contains every column of the backlog in reports, so that it reads only the index.
        _partial(
            "tickets_to_work_on",
            *("updated_at", "number", *_FILTERED, "created_at", "with", "snoozed_until", "sla_due", "sla_warn"),
            condition=AT_WORK,
        ),
        # For the counts of lists: each of them reads only its own entries, and stops at a limit.
        _partial("tickets_of_a_team_to_work_on", "team", "status", "assignee", "snoozed_until", condition=COUNTED),
        _partial(
            "tickets_of_a_team_by_warning",
            *("team", "sla_warn", "snoozed_until", "status", "sla_due"),
            condition=f"{COUNTED} AND {TARGETED}",
        ),
        _partial("flagged_tickets_to_work_on", "flags", "team", "status", condition=f"{COUNTED} AND {FLAGGED}"),
        Index("tickets_by_priority", "priority", "number", *_FILTERED[:-1]),
        _partial(
            "tickets_by_due",
            *("sla_due", "number", *_FILTERED, "created_at", "updated_at", "sla_warn", "snoozed_until"),
            condition=TARGETED,
        ),
        _partial("tickets_snoozed", "snoozed_until", "team", condition=SNOOZED),
        _partial("tickets_flagged", "updated_at", "number", *_FILTERED, "created_at", "flags", condition=FLAGGED),
        _partial("tickets_closed", "closed_at", "number", condition="closed_at IS NOT NULL"),
        _partial("tickets_to_close", "reopen_until", condition=NOT_CLOSED),
        _partial("duplicates_of_a_ticket", "duplicate_of", condition="duplicate_of IS NOT NULL"),
        _partial("follow_ups_of_a_ticket", "follow_up_of", condition="follow_up_of IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    status: str
    with_: str | None = Field(default=None, sa_column=Column("with", Text))
    external_ref: str | None = None
    workaround: str | None = Field(default=None, sa_column=Column(Text))
    finding: str | None = Field(default=None, sa_column=Column(Text))
    resolution: str | None = None
    team: str
    product: str | None = None
    subject: str | None = None
    client: str | None = None
    """The company's id."""
    requester: str | None = None
    """The id of an account or a visitor. Null for a requester who is known only by an address."""
    requester_name: str | None = None
    requester_email: str | None = None
    requester_verified: bool = False
    assignee: str | None = None
    channel: str
    chat: str | None = Field(default=None, unique=True)
    """The first chat of the ticket. It is unique, so no chat becomes two tickets."""
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)
    waiting_since: int | None = Field(default=None, sa_type=BigInteger)
    solved_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    reopen_until: int | None = Field(default=None, sa_type=BigInteger)
    duplicate_of: int | None = Field(default=None, sa_type=BigInteger)
    follow_up_of: int | None = Field(default=None, sa_type=BigInteger)
    version: int = 1
    awaiting_since: int | None = Field(default=None, sa_type=BigInteger)
    """The start of our current wait for the requester. Null if we do not wait."""
    solvings: int = 0
    """The number of times that the ticket was solved."""
    flags: str = ""
    """The flags, with a comma before and after each, like `,confirmed,no_address,`. Empty if no flag is set."""
    rating: int | None = None
    rating_comment: str | None = Field(default=None, sa_column=Column(Text))
    last_seq: int = 0
    """`seq` of the last event in the ticket's own log."""
    last_public_seq: int = 0
    """`seq` of the last event that customers may see."""
    size: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Bytes of the events in the ticket's own log. The sizes of its chats are in `chats`."""
    requester_address: str | None = None
    """`requester_email` in lower case, for comparison."""
    priority: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """The place of the priority in `ticketing.ticket.PRIORITIES`."""
    tags: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The tags, separated by spaces. `ticket_tags` has them too, for lists."""
    snoozed_until: int | None = Field(default=None, sa_type=BigInteger)
    custom_fields: str | None = Field(default=None, sa_column=Column(Text))
    """The values of custom fields as JSON, null without any. Lists are filtered by `ticket_field_values`."""
    service: str | None = Field(default=None, sa_column=Column(Text))
    """A `ticketing.targets.Service` as JSON. Null if it is empty."""
    sla_due: int | None = Field(default=None, sa_type=BigInteger)
    """The next due time of a target that runs, or that was late when it was paused."""
    sla_warn: int | None = Field(default=None, sa_type=BigInteger)
    """The time from which on a target is due soon."""


class WaitRow(SQLModel, table=True):
    """The waiting clock of a ticket that awaits a reply. See `ticketing.waiting_clock.Wait`."""

    __tablename__ = "ticket_waits"
    __table_args__ = (Index("waits_due", "due"), Index("waits_of_a_team", "team", "ticket"))

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    team: str
    since: int | None = Field(default=None, sa_type=BigInteger)
    step: str = "reminder_1"
    due: int | None = Field(default=None, sa_type=BigInteger)
    reminder_1: int | None = Field(default=None, sa_type=BigInteger)
    reminder_2: int | None = Field(default=None, sa_type=BigInteger)
    auto_solve: int | None = Field(default=None, sa_type=BigInteger)
    letter: int | None = Field(default=None, sa_type=BigInteger)
    calendar: str = ""
    state: str = "running"


class TicketChangeRow(SQLModel, table=True):
    """A line of a ticket's history."""

    __tablename__ = "ticket_changes"
    __table_args__ = (Index("changes_of_a_ticket", "ticket", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    ticket: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    by_kind: str
    by_id: str | None = None
    by_name: str | None = None
    field: str
    was: str | None = Field(default=None, sa_column=Column(Text))
    became: str | None = Field(default=None, sa_column=Column(Text))


class ParticipantRow(SQLModel, table=True):
    """A participant of a ticket. `email` is in lower case."""

    __tablename__ = "ticket_participants"
    __table_args__ = (
        Index("tickets_an_address_takes_part_in", "email"),
        _partial("tickets_an_account_takes_part_in", "account", condition="account IS NOT NULL"),
    )

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    email: str = Field(primary_key=True)
    position: int = 0
    """Place in the list of participants."""
    name: str | None = None
    account: str | None = None


class BegunElsewhereRow(SQLModel, table=True):
    """A ticket that a visitor began with an unproven email address. It no longer belongs to this visitor, because
    somebody else has proven the address."""

    __tablename__ = "begun_elsewhere"
    __table_args__ = (Index("begun_by_a_browser", "browser"),)

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    browser: str
    """The id of the visitor who began the ticket. This visitor can still read what came before the change of owner."""
    upto: int = Field(sa_type=BigInteger)
    """`seq` of the last event of the ticket that the browser may read."""
    status: str
    """The status of the ticket when it stopped belonging to the visitor. `team` is from the same moment."""
    team: str
    at: int = Field(sa_type=BigInteger)


class TicketLinkRow(SQLModel, table=True):
    """A link in a letter. It proves the requester's address for one ticket. `hash` is the SHA-256 of the link's
    token."""

    __tablename__ = "ticket_links"
    __table_args__ = (Index("ticket_links_by_age", "created_at"),)

    hash: str = Field(primary_key=True)
    ticket: int = Field(sa_type=BigInteger)
    address: str
    created_at: int = Field(sa_type=BigInteger)
    used_at: int | None = Field(default=None, sa_type=BigInteger)


class TicketConfirmationRow(SQLModel, table=True):
    """Somebody who proved the address of a ticket's requester, and so may read and write on the ticket."""

    __tablename__ = "ticket_confirmations"
    __table_args__ = (Index("confirmations_by_holder", "holder", "ticket"),)

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    holder: str = Field(primary_key=True)
    """The id of a visitor or an account."""
    address: str
    """The address that was proven. If the requester gets another address, the row has no effect any more."""
    at: int = Field(sa_type=BigInteger)


class TicketEventRow(SQLModel, table=True):
    """An event of a ticket's own log. Only a redaction changes its `body`."""

    __tablename__ = "ticket_events"

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    public_prev: int = Field(sa_type=BigInteger)
    """`prev` for customers: the `seq` of the previous event that they may see. For staff, `prev` is `seq` - 1."""
    staff_only: bool
    at: int = Field(sa_type=BigInteger)
    body: str = Field(sa_column=Column(Text, nullable=False))
    """The event as on the wire, as a JSON object without `ticket`, `seq`, `prev`."""


class TicketReadRow(SQLModel, table=True):
    """How far a person has read the replies and notes of a ticket."""

    __tablename__ = "ticket_reads"

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    person: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)


class EmptiedTicketRow(SQLModel, table=True):
    """A ticket that was emptied because its time of retention is over."""

    __tablename__ = "emptied_tickets"

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str = Field(primary_key=True)
    """`conversations` or `files`."""
    at: int = Field(sa_type=BigInteger)


class HandoverRow(SQLModel, table=True):
    """A ticket that was handed over to an account team as an enhancement. At most one row each time the ticket is
    solved."""

    __tablename__ = "handovers"
    __table_args__ = (UniqueConstraint("ticket", "solving", name="one_handover_a_solving"),)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    ticket: int = Field(sa_type=BigInteger)
    solving: int
    client: str | None = None
    address: str | None = None
    """The account team's address; null if neither client nor team has one."""
    created_at: int = Field(sa_type=BigInteger)
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    acknowledged_at: int | None = Field(default=None, sa_type=BigInteger)
    external_ref: str | None = None
    acknowledged_by: str | None = None
    """A value of `ticketing.handed_over.AcknowledgedBy`."""


class HandoverLinkRow(SQLModel, table=True):
    """A link in a letter, with which an account team acknowledges a hand-over. `hash` is the SHA-256 of the link's
    token."""

    __tablename__ = "handover_links"
    __table_args__ = (Index("handover_links_by_age", "created_at"),)

    hash: str = Field(primary_key=True)
    handover: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class RequestRow(SQLModel, table=True):
    """A request with an `Idempotency-Key`, and the resulting ticket."""

    __tablename__ = "requests"

    person: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    ticket: int = Field(sa_type=BigInteger)
    status: int
    """HTTP status of the answer."""
    at: int = Field(sa_type=BigInteger)


class PassageRow(SQLModel, table=True):
    """The words of a searchable text of a ticket, separated by one space."""

    __tablename__ = "ticket_passages"
    __table_args__ = (Index("passages_of_a_stream", "ticket", "stream", "seq", unique=True),)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=False))
    """The id encodes ticket and audience, as described in `ticketing.adapters.index`."""
    ticket: int = Field(sa_type=BigInteger)
    stream: str
    """A chat's id. For the ticket's own log, the name that `ticketing.ports` defines."""
    seq: int = Field(sa_type=BigInteger)
    """The text's place in its stream."""
    words: str = Field(sa_column=Column(Text, nullable=False))


class ToIndexRow(SQLModel, table=True):
    """Committed texts of a ticket that are not in the index yet."""

    __tablename__ = "ticket_to_index"
    __table_args__ = (Index("to_index_of_a_ticket", "ticket"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    ticket: int = Field(sa_type=BigInteger)
    stream: str
    position: int = Field(sa_type=BigInteger)
    """The place in the stream at which to continue."""
    last: int = Field(sa_type=BigInteger)
    """`seq` of the last event to index."""
    version: int = 0
    """Rises when a text of the ticket is redacted. Texts that were read from the log before that are out of date."""
    failed: bool = False
    """True if the text could not be indexed. It is tried again at the next start."""


SEARCH_INDEX = "ticket_index"
"""Full text index of `ticket_passages`. Each database has its own kind, which no model describes."""


_INDEX_OF = {
    "sqlite": (
        "CREATE VIRTUAL TABLE ticket_index USING fts5 "
        "(words, content='ticket_passages', content_rowid='id', columnsize=0, prefix='2 3')",
    ),
    "postgresql": (
        "CREATE TABLE ticket_index (id BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ticket_index_words ON ticket_index USING gin (words)",
    ),
}


@event.listens_for(SQLModel.metadata.tables["ticket_passages"], "after_create")
def _make_the_index(_: object, connection: Connection, **__: object) -> None:
    for statement in _INDEX_OF[connection.dialect.name]:
        connection.execute(text(statement))
