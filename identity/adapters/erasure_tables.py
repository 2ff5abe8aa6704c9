"""The table of erasures. Moments are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class ErasureRow(SQLModel, table=True):
    """The erasure of a customer. It has no name and no address."""

    __tablename__ = "erasures"

    id: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    address: str
    """Keyed hash of the email address."""
    people: str = Field(sa_column=Column(Text, nullable=False))
    """JSON list of the ids of accounts and visitors."""
    tickets: str = Field(sa_column=Column(Text, nullable=False))
    """JSON list of the numbers of the customer's tickets."""
    finished_at: int | None = Field(default=None, sa_type=BigInteger)
