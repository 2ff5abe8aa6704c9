"""The table of saved views."""

from __future__ import annotations

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel


class SavedViewRow(SQLModel, table=True):
    """A view of the list of tickets that somebody saved for themselves or for a team."""

    __tablename__ = "ticket_views"
    __table_args__ = (Index("ticket_views_of_a_holder", "holder", "scope"),)

    id: str = Field(primary_key=True)
    name: str
    scope: str
    """`own` or `team`."""
    holder: str
    """The id of the staff member for `own`, the key of the team for `team`."""
    query: str = Field(sa_column=Column(Text, nullable=False))
    """The query of the page `/tickets`."""
    filters: str = Field(sa_column=Column(Text, nullable=False))
    """The query of `GET /api/tickets`."""
