"""The table of uploaded files."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel


class FileRow(SQLModel, table=True):
    """A file. Its content is stored elsewhere under the same id. The row of a removed file has no name, digest or
    holder, but still counts toward quotas until it is a day old."""

    __tablename__ = "files"
    __table_args__ = (
        Index("files_of_an_uploader", "uploader", "created_at"),
        Index("files_from_a_network", "network", "created_at"),
        Index("files_from_networks", "created_at", "size",
              sqlite_where=text("network IS NOT NULL"), postgresql_where=text("network IS NOT NULL")),
        Index("files_of_a_holder", "holder",
              sqlite_where=text("holder IS NOT NULL"), postgresql_where=text("holder IS NOT NULL")),
        Index("files_not_used", "created_at",
              sqlite_where=text("holder IS NULL"), postgresql_where=text("holder IS NULL")),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    uploader: str
    """The id of a user, of an account, or of a visitor without an account."""
    network: str | None = None
    """The network of the upload; set only for customers without a verified identity."""
    name: str
    type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    created_at: int = Field(sa_type=BigInteger)
    holder: str | None = None
    """What has the file: `chat:ID`, `ticket:NUMBER`, `article:ID` or `reply:ID`. Null before the file is attached and
    after it is removed."""
    staff_only: bool = False
    """True if the file is attached to something that customers never see."""
    used_at: int | None = Field(default=None, sa_type=BigInteger)
    removed_at: int | None = Field(default=None, sa_type=BigInteger)
