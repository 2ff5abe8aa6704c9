"""The tables of rules. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Text
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
