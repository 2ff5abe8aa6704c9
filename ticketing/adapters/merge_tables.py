"""The table of the merges of tickets. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlmodel import Field, SQLModel


class MergeRow(SQLModel, table=True):
    """A ticket that staff merged into another one, for as long as the merge stands."""

    __tablename__ = "ticket_merges"

    source: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    )
    target: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    by: str
    """The id of the staff member."""
    before: str = Field(sa_column=Column(Text, nullable=False))
    """The status of the source, what went with it, and its service level targets, as JSON."""
    moved: str = Field(sa_column=Column(Text, nullable=False))
    """The addresses that the merge added to the target, as JSON."""
