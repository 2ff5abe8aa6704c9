"""The tables of links to issues. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class IssueLinkRow(SQLModel, table=True):
    """A link of a ticket to an issue of another system."""

    __tablename__ = "issue_links"
    __table_args__ = (UniqueConstraint("ticket", "issue"), Index("links_to_an_issue", "issue", "ticket"))

    id: str = Field(primary_key=True)
    ticket: int = Field(sa_type=BigInteger)
    issue: str = Field(sa_column=Column(Text, nullable=False))
    """The key of the issue: the same for all spellings of its URL."""
    kind: str
    url: str = Field(sa_column=Column(Text, nullable=False))
    label: str
    added_by: str
    added_at: int = Field(sa_type=BigInteger)
    state: str
    """`unknown`, `open` or `closed`."""
    status: str | None = None
    version: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: int | None = Field(default=None, sa_type=BigInteger)


class IssueSourceRow(SQLModel, table=True):
    """A system that reports on its issues."""

    __tablename__ = "issue_sources"

    id: str = Field(primary_key=True)
    kind: str
    url: str = Field(sa_column=Column(Text, nullable=False))
    secret: str = Field(sa_column=Column(Text, nullable=False))
    """Encrypted with a key from SECRET. A hash is not enough, because a check of a signature needs the secret."""
    previous_secret: str | None = Field(default=None, sa_column=Column(Text))
    previous_until: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    heard_at: int | None = Field(default=None, sa_type=BigInteger)
