"""The tables of rules. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class AutomationRow(SQLModel, table=True):
    """A rule: when an event happens, if its conditions hold, its actions are taken."""

    __tablename__ = "automations"

    id: str = Field(primary_key=True)
    name: str
    position: int
    enabled: bool
    event: str
    conditions: str = Field(sa_column=Column(Text, nullable=False))
    """A list of `automations.rule.Condition`, as JSON."""
    actions: str = Field(sa_column=Column(Text, nullable=False))
    """`automations.rule.Actions`, as JSON."""
    created_at: int = Field(sa_type=BigInteger)
    version: int
    runs: int
    ran_at: int | None = Field(default=None, sa_type=BigInteger)
    failures: int
    failure: str | None = Field(default=None, sa_column=Column(Text))
    failed_at: int | None = Field(default=None, sa_type=BigInteger)
    time: str | None = Field(default=None, sa_column=Column(Text))
    """`automations.timing.Time`, as JSON. Null for a rule without a time."""
    since: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))


class AutomationEventRow(SQLModel, table=True):
    """An event that waits for the rules. The transaction that runs them deletes it, so they run once."""

    __tablename__ = "automation_events"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    event: str
    at: int = Field(sa_type=BigInteger)
    ticket: int | None = Field(default=None, sa_type=BigInteger)
    chat: str | None = None
    author: str | None = None
    changed: str = ""
    """The names of the changed properties, separated by spaces."""
    chain: str = ""
    """The ids of the rules that led to the event, separated by spaces."""


class AutomationLookRow(SQLModel, table=True):
    """A ticket that rules with a time look at next when `due`."""

    __tablename__ = "automation_looks"
    __table_args__ = (Index("looks_due", "due"),)

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    due: int = Field(sa_type=BigInteger)


class AutomationHandledRow(SQLModel, table=True):
    """What a rule with a time has done on a ticket. See `automations.timing.Handled`."""

    __tablename__ = "automation_handled"

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    rule: str = Field(primary_key=True)
    began: int | None = Field(default=None, sa_type=BigInteger)
    runs: int
    targets: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """The targets as JSON. Empty without any."""


class AutomationLookingRow(SQLModel, table=True):
    """How far a rule with a time has looked at all tickets, after it was switched on or the opened hours changed."""

    __tablename__ = "automation_looking"

    rule: str = Field(primary_key=True)
    upto: int | None = Field(default=None, sa_type=BigInteger)
    """The number of the last ticket. Null if it has looked at all."""
    calendar: str
