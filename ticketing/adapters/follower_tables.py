"""The table of the staff who follow tickets. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer
from sqlmodel import Field, SQLModel


class TicketFollowerRow(SQLModel, table=True):
    __tablename__ = "ticket_followers"
    __table_args__ = (Index("tickets_of_a_follower", "person", "ticket"),)

    ticket: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    )
    person: str = Field(primary_key=True)
    """The id of the staff member."""
    at: int = Field(sa_type=BigInteger)
