"""The tables that belong to no room: work to be done after a commit, who does it, facts about the store."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class OutboxRow(SQLModel, table=True):
    """A thing to be done once its cause is committed (mail, webhook, notice), kept until done or given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "due_at",
              sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    kind: str
    payload: str = Field(sa_column=Column(Text, nullable=False))
    state: str = "waiting"
    """waiting, done or given_up."""
    attempts: int = 0
    created_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    claimed_by: str | None = None
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str | None = Field(default=None, sa_column=Column(Text))


class ClaimRow(SQLModel, table=True):
    """Who runs a job just now, and until when nobody else may."""

    __tablename__ = "claims"

    job: str = Field(primary_key=True)
    holder: str
    until: int = Field(sa_type=BigInteger)


class MetaRow(SQLModel, table=True):
    """Facts about this store, such as its `epoch`."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str


class FileRow(SQLModel, table=True):
    """A file that somebody uploaded. What is in it is kept in `storage.blobs`, under the same id.

    Who took it away again, or never used it, leaves a row without name and digest, which counts for the quota of
    that day.
    """

    __tablename__ = "files"
    __table_args__ = (
        Index("files_of_an_uploader", "uploader", "created_at"),
        Index("files_from_a_network", "network", "created_at"),
        Index("files_from_networks", "created_at", "size",
              sqlite_where=text("network IS NOT NULL"), postgresql_where=text("network IS NOT NULL")),
        Index("files_not_used", "created_at",
              sqlite_where=text("holder IS NULL"), postgresql_where=text("holder IS NULL")),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    uploader: str
    """The person: a user, an account, or a visitor who proved none."""
    network: str | None = None
    """Where it came from, of customers who had not proven who they are."""
    name: str
    type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    created_at: int = Field(sa_type=BigInteger)
    holder: str | None = None
    """What it hangs on, as a kind and an id (`chat:…`); null until it is used and once it is removed."""
    staff_only: bool = False
    """Does it hang on something that customers never see?"""
    used_at: int | None = Field(default=None, sa_type=BigInteger)
    removed_at: int | None = Field(default=None, sa_type=BigInteger)
