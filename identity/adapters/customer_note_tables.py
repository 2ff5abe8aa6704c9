"""The table of staff's notes about customers. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel


class CustomerNoteRow(SQLModel, table=True):
    __tablename__ = "customer_notes"
    __table_args__ = (Index("notes_about_a_customer", "person", "id"),)

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    person: str
    """The id of an account or a visitor, or `mailto:` and an address."""
    author: str
    """The id of the staff member."""
    at: int = Field(sa_type=BigInteger)
    text: str = Field(sa_column=Column(Text, nullable=False))
