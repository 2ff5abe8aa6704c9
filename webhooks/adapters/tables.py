"""The tables of webhooks. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, false, text, true
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
WAITING = "state = 'waiting'"


class WebhookRow(SQLModel, table=True):
    """A receiver: a program that gets the hand-overs to an account team, or the events that it subscribed to."""

    __tablename__ = "webhooks"
    __table_args__ = (UniqueConstraint("account_team"),)

    id: str = Field(primary_key=True)
    account_team: str | None = None
    """The email address of the account team, in lower case. None for a webhook that has subscribed to events."""
    url: str = Field(sa_column=Column(Text, nullable=False))
    secret: str = Field(sa_column=Column(Text, nullable=False))
    """The current secret, encrypted with a key from SECRET. A hash is not enough, because signing needs the secret
    itself."""
    previous_secret: str | None = Field(default=None, sa_column=Column(Text))
    previous_until: int | None = Field(default=None, sa_type=BigInteger)
    fault: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    events: str = ""
    """The names of the events, separated by spaces."""
    enabled: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    include_texts: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class WebhookMessageRow(SQLModel, table=True):
    """A message to a receiver, with its state."""

    __tablename__ = "webhook_messages"
    __table_args__ = (
        UniqueConstraint("name"),
        Index("webhook_messages_due", "due_at", "id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
        Index(
            "webhook_messages_due_by_webhook",
            "webhook",
            "due_at",
            "id",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index("webhook_messages_of_a_ticket", "ticket", "id"),
        Index("webhook_messages_of_a_webhook", "webhook", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    name: str
    webhook: str
    event: str
    ticket: int | None = Field(default=None, sa_type=BigInteger)
    handover: int | None = Field(default=None, sa_type=BigInteger)
    payload: str = Field(sa_column=Column(Text, nullable=False))
    state: str = "waiting"
    """`waiting`, `accepted` or `failed`."""
    created_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    attempts: int = 0
    claimed_by: str | None = None
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    settled_at: int | None = Field(default=None, sa_type=BigInteger)
    error: str | None = Field(default=None, sa_column=Column(Text))
    answered: int | None = None
    """The HTTP status of the latest answer."""
    took_ms: int | None = None
    lately_at: int | None = Field(default=None, sa_type=BigInteger)
    """The moment of the latest attempt."""
