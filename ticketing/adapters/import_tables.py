"""The table of imported tickets. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class ImportedTicketRow(SQLModel, table=True):
    """A ticket that was imported from another desk."""

    __tablename__ = "imported_tickets"
    __table_args__ = (Index("imports_of_a_ticket", "ticket"),)

    source: str = Field(primary_key=True)
    """The other desk, such as `zendesk:acme.zendesk.com`."""
    ref: str = Field(primary_key=True)
    """The number of the ticket there."""
    ticket: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    """The time of the import."""
