"""The tables of reports. All rows except those of `weekly_reports` are derived from chats and tickets, and can be
computed again. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

OF_TICKETS = "chat = ''"
"""The condition for intervals of tickets, for a partial index. Queries must write it exactly like this."""
SOLVED = "kind = 'solved'"
"""The condition for solvings, for a partial index. Queries must write it exactly like this."""
OF_HINTS = "code IN ('training_suggested', 'no_issue')"
"""The condition for steps that are hints for training, for a partial index. Queries must write it exactly like this."""
_Number = BigInteger().with_variant(Integer, "sqlite")


class CountedTicketRow(SQLModel, table=True):
    """A ticket whose facts are stored. `version` is the version of the ticket from which they were derived."""

    __tablename__ = "report_tickets"

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    version: int


class CountAgainRow(SQLModel, table=True):
    """A request to count a ticket again, although its version has not changed."""

    __tablename__ = "report_requests"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    ticket: int = Field(sa_type=BigInteger)


class ChatFactRow(SQLModel, table=True):
    """A closed chat. See `reports.facts.ChatFact`."""

    __tablename__ = "report_chats"
    __table_args__ = (
        Index("report_chats_of_a_ticket", "ticket"),
        Index("report_chats_by_day", "day", "team"),
        Index("report_chats_of_an_agent", "agent", "day"),
        Index("report_chats_answered_by", "answered_by", "day"),
    )

    chat: str = Field(primary_key=True)
    ticket: int = Field(sa_type=BigInteger)
    day: int
    hour: int
    team: str
    agent: str
    answered_team: str
    answered_by: str
    product: str
    outcome: str
    void: bool
    queued_at: int = Field(sa_type=BigInteger)
    closed_at: int = Field(sa_type=BigInteger)
    wait_ms: int | None = Field(default=None, sa_type=BigInteger)
    told_s: int | None = None
    wait_goal_s: int
    first_ms: int | None = Field(default=None, sa_type=BigInteger)
    first_goal_s: int
    next_ms: str = Field(sa_column=Column(Text, nullable=False))
    """JSON list of the durations in ms for which the customer waited for later replies."""
    handle_ms: int | None = Field(default=None, sa_type=BigInteger)
    rating: int | None = None


class StepFactRow(SQLModel, table=True):
    """A step of a ticket. See `reports.facts.StepFact`."""

    __tablename__ = "report_steps"
    __table_args__ = (
        Index("report_steps_by_day", "day", "kind", "team"),
        Index("report_steps_by", "agent", "day"),
        Index("report_steps_of_a_client", "client", "day", sqlite_where=text(SOLVED), postgresql_where=text(SOLVED)),
        Index(
            "report_steps_of_hints",
            "day",
            "team",
            "code",
            "client",
            "product",
            sqlite_where=text(OF_HINTS),
            postgresql_where=text(OF_HINTS),
        ),
    )

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    at: int = Field(sa_type=BigInteger)
    day: int
    team: str
    agent: str
    product: str
    channel: str
    code: str
    client: str = ""


class IntervalRow(SQLModel, table=True):
    """An interval of a chat or ticket. See `reports.facts.Interval`."""

    __tablename__ = "report_intervals"
    __table_args__ = (
        Index(
            "report_intervals_of_a_holder",
            "holder",
            "began",
            sqlite_where=text("chat <> ''"),
            postgresql_where=text("chat <> ''"),
        ),
        Index(
            "report_intervals_by_day",
            "day",
            "kind",
            "team",
            sqlite_where=text(OF_TICKETS),
            postgresql_where=text(OF_TICKETS),
        ),
        Index(
            "report_intervals_of_an_assignee",
            "holder",
            "day",
            sqlite_where=text(OF_TICKETS),
            postgresql_where=text(OF_TICKETS),
        ),
    )

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    chat: str
    kind: str
    team: str
    holder: str
    began: int = Field(sa_type=BigInteger)
    ended: int | None = Field(default=None, sa_type=BigInteger)
    day: int | None = None
    product: str
    channel: str
    open_ms: int = Field(sa_type=BigInteger)


class CellRow(SQLModel, table=True):
    """The tally of one cell, see `reports.cells.Cell`."""

    __tablename__ = "report_cells"

    grain: str = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    period: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    team: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    tally: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The tally as a little-endian integer, compressed by zlib."""


class SeatRow(SQLModel, table=True):
    """The seats of an agent in one hour of the day, summed over a day or a month. `grain` and `period` are as in
    `reports.cells.Cell`. See `reports.seats.Seats`."""

    __tablename__ = "report_seats"

    grain: str = Field(primary_key=True)
    period: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hour: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    staff: str = Field(primary_key=True)
    available_ms: int = Field(sa_type=BigInteger)
    held_ms: int = Field(sa_type=BigInteger)
    seats_ms: int = Field(sa_type=BigInteger)


class WeeklyReportRow(SQLModel, table=True):
    """A person who chose the weekly mail. `sent_for` is the Monday of the newest letter that was queued, as an
    ordinal."""

    __tablename__ = "weekly_reports"

    person: str = Field(primary_key=True)
    chosen_at: int = Field(sa_type=BigInteger)
    sent_for: int | None = None
