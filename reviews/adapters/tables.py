"""The tables of reviews. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, false
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class ReviewDayRow(SQLModel, table=True):
    """A day whose sample has been drawn. `seed` and `share` decided which tickets are in the sample."""

    __tablename__ = "review_days"

    day: str = Field(primary_key=True)
    """The day, like `2026-11-23`, in the time zone of the hours file."""
    seed: str
    share: int
    """The size of the sample, in per cent of each agent's tickets."""
    drawn_at: int = Field(sa_type=BigInteger)
    tickets: int
    sampled: int


class ReviewEntryRow(SQLModel, table=True):
    """A ticket to review. `day` is the day on which its last chat ended."""

    __tablename__ = "review_entries"
    __table_args__ = (Index("review_entries_of_a_day", "day", "ticket"),)

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    day: str
    chat: str
    agent: str | None = None
    closed_at: int = Field(sa_type=BigInteger)
    code: str | None = None
    """The ticket's resolution code when the sample of the day was drawn."""
    ending: str
    """`closed_reason` of the chat."""
    agent_messages: int
    customer_messages: int
    requeues: int
    words_disagree: bool
    sampled: bool
    readers: int
    longest_wait_s: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    no_code: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    corrected_before: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class ReviewRow(SQLModel, table=True):
    """A supervisor's judgement of a ticket's chat. Each supervisor has at most one judgement of each chat."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("chat", "reviewer", name="one_review_a_reader"),
        Index("reviews_by_time", "at"),
        Index("reviews_of_an_agent", "agent", "at"),
        Index("reviews_of_a_ticket", "ticket"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    ticket: int = Field(sa_type=BigInteger)
    chat: str
    day: str
    reviewer: str
    agent: str | None = None
    at: int = Field(sa_type=BigInteger)
    verdict: str
    agent_code: str | None = None
    code: str | None = None
    original: int | None = Field(default=None, sa_type=BigInteger)
    changed: bool
    blind: bool
    reason: str | None = Field(default=None, sa_column=Column(Text))
    scores: str = Field(sa_column=Column(Text, nullable=False))
    """JSON object: the answers by the id of the row."""
    feedback: str | None = Field(default=None, sa_column=Column(Text))
    answer: str | None = Field(default=None, sa_column=Column(Text))
    """The agent's answer to the feedback."""
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
    agreed_by: str | None = None
    """Who said that this is the judgement on which two reviewers agreed after they had differed."""
    agreed_at: int | None = Field(default=None, sa_type=BigInteger)


class ScorecardRow(SQLModel, table=True):
    """A row of the scorecard. A row that was taken out of the scorecard stays in the table, because earlier answers
    refer to it."""

    __tablename__ = "review_rows"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    position: int
    text: str
    retired: bool


class ReviewSettingsRow(SQLModel, table=True):
    """The settings, in one row. Without the row, the defaults of `reviews.settings` apply."""

    __tablename__ = "review_settings"

    id: int = Field(primary_key=True)
    share: int
    rules: str
    """The names of the rules, separated by commas."""
    card: str
