"""The tables of tickets. Moments are milliseconds since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class TicketRow(SQLModel, table=True):
    """A ticket's properties as they stand. `number` counts from 1, may skip, is never used twice."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_of_a_team", "team", "updated_at", "number"),
        Index("tickets_of_a_requester", "requester", "updated_at"),
        Index("tickets_by_change", "updated_at", "number"),
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
    requester: str | None = None
    requester_name: str | None = None
    requester_email: str | None = None
    requester_verified: bool = False
    assignee: str | None = None
    channel: str
    chat: str | None = Field(default=None, unique=True)
    """The first chat. Unique: no chat ever gives two tickets."""
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)
    waiting_since: int | None = Field(default=None, sa_type=BigInteger)
    solved_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    reopen_until: int | None = Field(default=None, sa_type=BigInteger)
    duplicate_of: int | None = Field(default=None, sa_type=BigInteger)
    follow_up_of: int | None = Field(default=None, sa_type=BigInteger)
    version: int = 1


class TicketChangeRow(SQLModel, table=True):
    """One line of a ticket's history: who changed what, when, from what to what."""

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
    """JSON."""
    became: str | None = Field(default=None, sa_column=Column(Text))
    """JSON."""
