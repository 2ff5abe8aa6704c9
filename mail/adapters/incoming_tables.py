"""The tables of incoming mail. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
STORED = "state = 'stored'"
SUSPENDED = "state = 'suspended'"
DONE_WITH_BYTES = "state = 'done' AND bytes_removed_at IS NULL"


def _partial(name: str, *columns: str, condition: str) -> Index:
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class IncomingMailRow(SQLModel, table=True):
    """An email that came in, for one recipient. Its bytes are in a file whose name is `digest`."""

    __tablename__ = "incoming_mails"
    __table_args__ = (
        UniqueConstraint("digest", "envelope_to"),
        _partial("incoming_mails_stored", "id", condition=STORED),
        _partial("incoming_mails_suspended", "received_at", "id", condition=SUSPENDED),
        _partial("incoming_mails_with_bytes", "done_at", condition=DONE_WITH_BYTES),
        Index("incoming_mails_of_a_ticket", "ticket", "seq"),
        Index("incoming_mails_by_message_id", "message_id"),
        Index("incoming_mails_of_a_sender", "sender", "received_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    received_at: int = Field(sa_type=BigInteger)
    envelope_from: str
    """The envelope sender. Empty for a bounce."""
    envelope_to: str
    digest: str
    """SHA-256 of the bytes, in hex."""
    size: int
    state: str = "stored"
    """`stored`, `done`, `suspended` or `deleted`."""
    attempts: int = 0
    claimed_by: str | None = None
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    message_id: str | None = None
    sender: str | None = None
    """The address in `From`, in lower case."""
    subject: str | None = None
    kind: str | None = None
    """`bounce`, `automatic`, `reply`, `new` or `loop`."""
    reason: str | None = None
    """The reason why the mail is suspended. See `mail.incoming.result.Reason`."""
    matched_by: str | None = None
    """`reply_address`, `message_id` or `references`."""
    authentication: str | None = None
    """`pass`, `fail` or `none`."""
    authentication_detail: str | None = Field(default=None, sa_column=Column(Text))
    ticket: int | None = Field(default=None, sa_type=BigInteger)
    seq: int | None = Field(default=None, sa_type=BigInteger)
    """The number, in the log of the ticket, of the reply that was made from this mail."""
    quoted: str | None = Field(default=None, sa_column=Column(Text))
    """The text that was cut off the reply: what the sender quoted, and the signature."""
    done_at: int | None = Field(default=None, sa_type=BigInteger)
    bytes_removed_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time from which this record no longer needs the bytes. None if the record still needs them. It may also be
    None if the mail is `deleted`."""


class TrustedSenderRow(SQLModel, table=True):
    """A trusted email address, in lower case. Mail from a trusted address is accepted, even if nothing proves its
    sender."""

    __tablename__ = "trusted_senders"

    address: str = Field(primary_key=True)
    staff: str
    """The id of the staff member who trusted the address."""
    at: int = Field(sa_type=BigInteger)
