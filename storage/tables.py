"""Tables that belong to no other package: the outbox, job leases, facts about the database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class OutboxRow(SQLModel, table=True):
    """An outbox entry, managed by `storage.outbox`: work to do after a commit, such as sending a webhook."""

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
    """`waiting`, `done` or `given_up`."""
    attempts: int = 0
    created_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    claimed_by: str | None = None
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str | None = Field(default=None, sa_column=Column(Text))


class ClaimRow(SQLModel, table=True):
    """The lease on a job, managed by `storage.leases`."""

    __tablename__ = "claims"

    job: str = Field(primary_key=True)
    holder: str
    until: int = Field(sa_type=BigInteger)


class MetaRow(SQLModel, table=True):
    """A fact about this database, such as its `epoch`."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str
