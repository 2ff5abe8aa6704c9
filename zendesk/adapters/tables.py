"""The table of this package."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel


class ZendeskNumberRow(SQLModel, table=True):
    """The number by which programs that were written for Zendesk know one of our ids."""

    __tablename__ = "zendesk_numbers"
    __table_args__ = (Index("zendesk_numbers_of_ids", "kind", "id", unique=True),)

    kind: str = Field(primary_key=True)
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    id: str
    name: str | None = None
    """Of a person who is known only by an address. Of an option: our key."""
