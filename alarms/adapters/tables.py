"""The tables of destinations. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class AlarmDestinationRow(SQLModel, table=True):
    """A channel or mailbox to which alarms are sent."""

    __tablename__ = "alarm_destinations"

    id: str = Field(primary_key=True)
    name: str
    service: str
    """`slack`, `teams` or `mail`."""
    team: str | None = None
    """Null for the alarms of all teams."""
    kinds: str
    """The kinds of alarms, separated by commas."""
    address: str = Field(sa_column=Column(Text, nullable=False))
    """Encrypted with a key from SECRET."""
    ending: str
    created_at: int = Field(sa_type=BigInteger)
    removed_at: int | None = Field(default=None, sa_type=BigInteger)
    due_at: int | None = Field(default=None, sa_type=BigInteger)
    attempts: int = 0
    claimed_by: str | None = None
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    failed_at: int | None = Field(default=None, sa_type=BigInteger)
    error: str | None = Field(default=None, sa_column=Column(Text))
    lost: int = 0
    letter: int | None = Field(default=None, sa_type=BigInteger)


class WaitingAlarmRow(SQLModel, table=True):
    """An alarm that waits to be sent to a destination. The row is deleted when it was sent or given up."""

    __tablename__ = "waiting_alarms"
    __table_args__ = (Index("alarms_for_a_destination", "destination", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    destination: str
    kind: str
    team: str
    since: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
