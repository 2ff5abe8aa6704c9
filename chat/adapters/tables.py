"""The tables of conversations. Moments are milliseconds since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, Text, and_, false, literal_column, text
from sqlmodel import Field, SQLModel, col

from chat.conversation import WAITING

_Number = BigInteger().with_variant(Integer, "sqlite")


class ChatRow(SQLModel, table=True):
    """One conversation: where it stands now. What was said is in `events`."""

    __tablename__ = "chats"
    __table_args__ = (
        Index("one_open_chat_a_customer", "customer", unique=True,
              sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'")),
        Index("open_chats", "team", "state",
              sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'")),
        Index("chats_held", "agent",
              sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'")),
        Index("chats_of_a_ticket", "ticket"),
        Index("chats_offered", "offered_to",
              sqlite_where=text("offered_to IS NOT NULL"), postgresql_where=text("offered_to IS NOT NULL")),
        Index("chats_wrapped_up", "agent",
              sqlite_where=text("wrap_up_until IS NOT NULL"), postgresql_where=text("wrap_up_until IS NOT NULL")),
        Index("chats_answered", "customer", "closed_at",
              sqlite_where=text("state = 'closed' AND agent IS NOT NULL"),
              postgresql_where=text("state = 'closed' AND agent IS NOT NULL")),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    team: str
    state: str
    """queued, offered, active or closed."""
    customer: str
    """Whose it is: an account, or a visitor who proved none."""
    agent: str | None = None
    name: str | None = None
    email: str | None = None
    verified: bool = False
    product: str | None = None
    subject: str | None = None
    page: str | None = None
    referrer: str | None = None
    locale: str | None = None
    timezone: str | None = None
    user_agent: str | None = None
    started_at: int = Field(sa_type=BigInteger)
    queued_at: int = Field(sa_type=BigInteger)
    """When it first joined the queue: its place in line, for good."""
    assigned_at: int | None = Field(default=None, sa_type=BigInteger)
    first_reply_at: int | None = Field(default=None, sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)
    reply_owed_since: int | None = Field(default=None, sa_type=BigInteger)
    silent_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """When the silence clock ends the chat; null while the last word is the customer's."""
    left_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """When a queued customer who is gone counts as having left the queue; null while they are here."""
    last_seq: int = 0
    last_public_seq: int = 0
    last_event: int | None = Field(default=None, sa_type=BigInteger)
    """`id` of the last event."""
    first_line: str | None = None
    """Of the first message: the subject of a ticket that was given none."""
    read_customer: int = Field(default=0, sa_type=BigInteger)
    read_staff: int = Field(default=0, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_reason: str | None = None
    ticket: int | None = Field(default=None, sa_type=BigInteger)
    """The ticket that it became; null while it is open."""
    closing_at: int | None = Field(default=None, sa_type=BigInteger)
    """The closing time by which who waits is to choose; null where they are not asked, or have chosen to stay."""
    closing_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """When a chat that still waits then has missed us; null while no closing is near."""
    about_ticket: int | None = Field(default=None, sa_type=BigInteger)
    """The ticket that it was begun about, and becomes a part of."""
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """In its queue the lower goes first."""
    preferred: str | None = None
    """The agent of the customer's last chat, at the time of its start."""
    passed: str = Field(default="[]", sa_column=Column(Text, nullable=False, server_default="[]"))
    """JSON list of those who let it pass."""
    offered_to: str | None = None
    offered_by: str | None = None
    """The colleague who hands it on by the offer; null where the dispatcher offers it."""
    offer_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """Until when it may be accepted; null where it is not offered."""
    overflowed_at: int | None = Field(default=None, sa_type=BigInteger)
    """When it went to the queue of another team since its own had too much to do; once at most."""
    stays: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """They chose to keep their place past closing."""
    wrap_up_until: int | None = Field(default=None, sa_type=BigInteger)
    """Of a chat that is over: until when it takes its agent's seat, for the ticket; null once it takes none."""
    handed_on_by: str | None = None
    """Its last agent, who handed it on or did not answer; null once somebody has it."""
    agent_reply_at: int | None = Field(default=None, sa_type=BigInteger)
    """When its present agent first wrote; null while they have not."""
    waiting_since: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Since when it waits for its present team; of one that has an agent, since when it last did."""
    size: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Bytes of the bodies of its events."""


class ChatNetworkRow(SQLModel, table=True):
    """The network that a chat of an unproven customer was started from. Kept for a while, never shown."""

    __tablename__ = "chat_networks"
    __table_args__ = (Index("chat_networks_by_time", "at"),)

    chat: str = Field(primary_key=True)
    network: str
    """An IPv4 address, or an IPv6 /64."""
    at: int = Field(sa_type=BigInteger)


# The few open chats among all there ever were have indexes of their own. A query finds these only where it says that
# it is of open chats, in the words of the index: one that says "active" alone reads the whole table.
IS_OPEN: ColumnElement[bool] = col(ChatRow.state) != literal_column("'closed'")
IS_OVER: ColumnElement[bool] = col(ChatRow.state) == literal_column("'closed'")
IS_WAITING: ColumnElement[bool] = and_(
    IS_OPEN, col(ChatRow.state).in_([literal_column(f"'{state}'") for state in WAITING])
)
IS_ACTIVE: ColumnElement[bool] = and_(IS_OPEN, col(ChatRow.state) == literal_column("'active'"))


class EventRow(SQLModel, table=True):
    """One durable event of a chat's log, append-only (a redaction rewrites `body` alone)."""

    __tablename__ = "events"
    # A commit writes every page that it touches. Rows go to the end of the table, whosever chat they are of, and
    # commands to the end of their index, since clients' ids rise with time. An index by chat would touch a page
    # for each chat: a chat is read along `previous` instead. See docs/decisions/0017-events-in-the-order-they-came.md.
    __table_args__ = (Index("a_command_once", "command", "person", unique=True),)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    """Where the row lies; it says nothing of order."""
    previous: int | None = Field(default=None, sa_type=BigInteger)
    """`id` of the event before this one in its chat; null for the first. `ChatRow.last_event` is where to begin."""
    chat: str
    seq: int = Field(sa_type=BigInteger)
    public_prev: int = Field(sa_type=BigInteger)
    """The last `seq` before this that a customer may see. For staff it is `seq` - 1."""
    staff_only: bool
    at: int = Field(sa_type=BigInteger)
    body: str = Field(sa_column=Column(Text, nullable=False))
    """The event as it goes over the wire, as a JSON object without `chat`, `seq`, `prev`, `id`."""
    person: str | None = None
    command: str | None = None
    """The client's `id` of the command that wrote this, on the last event of it."""
    answer: str | None = Field(default=None, sa_column=Column(Text))
    """What the `ok` carried besides `chat`, `seq` and `at`, as a JSON object; null for nothing."""
