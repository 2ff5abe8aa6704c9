"""Tables of shared counts and used tokens."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class CountRow(SQLModel, table=True):
    """A count or a debt (`counters.ports`). On PostgreSQL the table is unlogged: after a crash it is empty."""

    __tablename__ = "counts"

    key: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)
    """The count. For a debt, its maximum in ms."""
    until: int = Field(sa_type=BigInteger)
    """The end of the window or of the debt."""


class UsedOnceRow(SQLModel, table=True):
    """Something that only one holder may use, such as a signed identity."""

    __tablename__ = "used_once"
    __table_args__ = (Index("used_once_by_end", "until"),)

    what: str = Field(primary_key=True)
    """A digest."""
    holder: str
    """A digest."""
    until: int = Field(sa_type=BigInteger)
