"""The tables of inboxes. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
_UNREAD = text("read_at IS NULL")
_DUE = text("letter_at IS NOT NULL")


class InboxEntryRow(SQLModel, table=True):
    __tablename__ = "inbox_entries"
    __table_args__ = (
        Index("inbox_of_a_person", "person", "id"),
        Index("inbox_unread", "person", "id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("inbox_letters_due", "letter_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("inbox_by_age", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    person: str
    kind: str
    ticket: int | None = Field(default=None, sa_type=BigInteger)
    chat: str | None = None
    seq: int | None = Field(default=None, sa_type=BigInteger)
    author: str | None = None
    """The id of the staff member who caused the entry."""
    status: str | None = None
    at: int = Field(sa_type=BigInteger)
    read_at: int | None = Field(default=None, sa_type=BigInteger)
    letter_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time at which a letter about the unread entry is due. Null if there is none, or if it was queued."""


class InboxLettersRow(SQLModel, table=True):
    """The letters that a person wants, if the person chose."""

    __tablename__ = "inbox_letters"

    person: str = Field(primary_key=True)
    mentions: bool
    follows: bool
