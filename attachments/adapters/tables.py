"""The table of uploaded files."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel


class FileRow(SQLModel, table=True):
    """A file that somebody uploaded. What is in it is kept in `attachments.adapters.blobs`, under the same id.

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
