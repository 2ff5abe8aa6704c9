"""The tables of conversations. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, Text, and_, false, literal_column, text
from sqlmodel import Field, SQLModel, col

from chat.conversation import WAITING

_Number = BigInteger().with_variant(Integer, "sqlite")


class ChatRow(SQLModel, table=True):
    """The current state of a conversation. `events` has its log."""

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
    """An account, or a visitor who proved none."""
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
    """The time at which it first joined the queue. Its place in the queue depends on it."""
    assigned_at: int | None = Field(default=None, sa_type=BigInteger)
    first_reply_at: int | None = Field(default=None, sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)
    reply_owed_since: int | None = Field(default=None, sa_type=BigInteger)
    silent_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """When silence ends the chat; null while the last message is the customer's."""
    left_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """When a disconnected customer counts as having left the queue; null while they are connected."""
    last_seq: int = 0
    last_public_seq: int = 0
    last_event: int | None = Field(default=None, sa_type=BigInteger)
    first_line: str | None = None
    """First line of the first message: the default subject of the ticket."""
    read_customer: int = Field(default=0, sa_type=BigInteger)
    read_staff: int = Field(default=0, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_reason: str | None = None
    ticket: int | None = Field(default=None, sa_type=BigInteger)
    """The chat's ticket; null while the chat is open."""
    closing_at: int | None = Field(default=None, sa_type=BigInteger)
    """The customer can choose until then whether to stay; null if they were not asked, or stay."""
    closing_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """A chat that still waits then counts as missed; null while no closing is near."""
    about_ticket: int | None = Field(default=None, sa_type=BigInteger)
    """The ticket that it was started about and becomes a part of."""
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The lower goes first in its queue."""
    preferred: str | None = None
    """The agent of the customer's previous chat."""
    passed: str = Field(default="[]", sa_column=Column(Text, nullable=False, server_default="[]"))
    """JSON list of agents who declined it."""
    offered_to: str | None = None
    offered_by: str | None = None
    """The colleague who transfers it by the offer; null for the dispatcher."""
    offer_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """The offer ends then; null if there is none."""
    overflowed_at: int | None = Field(default=None, sa_type=BigInteger)
    """When it overflowed to another team. That happens at most once."""
    stays: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """The customer chose to keep their place past closing time."""
    wrap_up_until: int | None = Field(default=None, sa_type=BigInteger)
    """A closed chat takes its agent's slot until then, for wrap-up; null once it takes none."""
    handed_on_by: str | None = None
    """The last agent, who transferred it; null once it has an agent."""
    agent_reply_at: int | None = Field(default=None, sa_type=BigInteger)
    """The first message of its present agent; null before that."""
    waiting_since: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Start of the wait for its present team; for a chat with an agent, of the last wait."""
    size: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Bytes of the bodies of its events."""


class ChatNetworkRow(SQLModel, table=True):
    """The network from which an unverified customer started a chat. Kept for a while, never shown."""

    __tablename__ = "chat_networks"
    __table_args__ = (Index("chat_networks_by_time", "at"),)

    chat: str = Field(primary_key=True)
    network: str
    """An IPv4 address, or an IPv6 /64."""
    at: int = Field(sa_type=BigInteger)


# The few open chats have indexes of their own. A query only uses them if it repeats the condition of the index:
# one that says just "active" reads the whole table.
IS_OPEN: ColumnElement[bool] = col(ChatRow.state) != literal_column("'closed'")
IS_OVER: ColumnElement[bool] = col(ChatRow.state) == literal_column("'closed'")
IS_WAITING: ColumnElement[bool] = and_(
    IS_OPEN, col(ChatRow.state).in_([literal_column(f"'{state}'") for state in WAITING])
)
IS_ACTIVE: ColumnElement[bool] = and_(IS_OPEN, col(ChatRow.state) == literal_column("'active'"))


class EventRow(SQLModel, table=True):
    """A durable event of a chat's log. Only a redaction changes its `body`."""

    __tablename__ = "events"
    # A commit writes every page it touches. Rows go to the end of the table, for all chats, and commands to the end
    # of their index, because clients' ids grow with time. An index by chat would touch one page per chat. Instead a
    # chat is read along `previous`. See docs/decisions/0017-events-in-the-order-they-came.md.
    __table_args__ = (Index("a_command_once", "command", "person", unique=True),)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    """The row's place in storage. It implies no order."""
    previous: int | None = Field(default=None, sa_type=BigInteger)
    """`id` of the event before this one in its chat; null for the first. `ChatRow.last_event` is the start."""
    chat: str
    seq: int = Field(sa_type=BigInteger)
    public_prev: int = Field(sa_type=BigInteger)
    """The last `seq` before this one that a customer may see. For staff it is `seq` - 1."""
    staff_only: bool
    at: int = Field(sa_type=BigInteger)
    body: str = Field(sa_column=Column(Text, nullable=False))
    """The event as on the wire, as a JSON object without `chat`, `seq`, `prev`, `id`."""
    person: str | None = None
    command: str | None = None
    """The client's `id` of the command that wrote this, on its last event."""
    answer: str | None = Field(default=None, sa_column=Column(Text))
    """The fields of the `ok` besides `chat`, `seq` and `at`, as a JSON object; null for none."""
