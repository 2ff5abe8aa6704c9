"""The tables of canned replies. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel


class CannedReplyRow(SQLModel, table=True):
    __tablename__ = "canned_replies"
    __table_args__ = (Index("canned_reply_by_shortcut", "scope", "holder", "shortcut", unique=True),)

    id: str = Field(primary_key=True)
    shortcut: str
    name: str
    scope: str
    """`own`, `team` or `all`."""
    holder: str
    """The id of the staff member for `own`, the key of the team for `team`, empty for `all`."""
    version: int
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    used_at: int | None = Field(default=None, sa_type=BigInteger)
    actions: str | None = Field(default=None, sa_type=Text)
    """The changes of a macro, as JSON."""


class CannedReplyTextRow(SQLModel, table=True):
    """The text of a reply in one language."""

    __tablename__ = "canned_reply_texts"

    reply: str = Field(primary_key=True)
    locale: str = Field(primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))


class CannedReplyUseRow(SQLModel, table=True):
    """The number of insertions of a reply on one day."""

    __tablename__ = "canned_reply_uses"

    reply: str = Field(primary_key=True)
    day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    """Days since the epoch, UTC."""
    uses: int
