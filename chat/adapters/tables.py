"""The tables of conversations. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, Text, and_, false, literal_column, text
from sqlmodel import Field, SQLModel, col

from chat.conversation import WAITING

_Number = BigInteger().with_variant(Integer, "sqlite")


class ChatRow(SQLModel, table=True):
    """The current state of a conversation. Its log is in the table `events`."""

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
        Index("closed_chats_of_a_customer", "customer",
              sqlite_where=text("state = 'closed'"), postgresql_where=text("state = 'closed'")),
        Index("chats_by_closing", "closed_at",
              sqlite_where=text("state = 'closed'"), postgresql_where=text("state = 'closed'")),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    team: str
    state: str
    """`queued`, `offered`, `active` or `closed`."""
    customer: str
    """The id of an account, or of a visitor without a proven account."""
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
    """The time at which the chat first joined a queue. The chat's place in a queue depends on this time."""
    assigned_at: int | None = Field(default=None, sa_type=BigInteger)
    first_reply_at: int | None = Field(default=None, sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)
    reply_owed_since: int | None = Field(default=None, sa_type=BigInteger)
    silent_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time at which silence ends the chat. Null while the silence clock does not run (`chat.silence`)."""
    left_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time at which a disconnected customer is treated as having left the queue. Null while the customer is
    connected."""
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
    """The time until which the customer can choose whether to stay past closing. Null if the customer was not asked, or
    chose to stay."""
    closing_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time at which the chat is missed if it still waits. Null while the team does not close soon."""
    about_ticket: int | None = Field(default=None, sa_type=BigInteger)
    """The ticket about which the chat was started. The chat is added to this ticket."""
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Chats with a lower number go first in their queue."""
    preferred: str | None = None
    """The agent who gets the chat first if possible: the agent of the customer's previous chat, or the agent who lost
    this chat by disconnecting."""
    passed: str = Field(default="[]", sa_column=Column(Text, nullable=False, server_default="[]"))
    """JSON list of the agents in `chat.conversation.Chat.passed`."""
    offered_to: str | None = None
    offered_by: str | None = None
    """The colleague who transfers the chat by this offer. Null if the dispatcher made the offer."""
    offer_due_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time at which the offer expires. Null if there is no offer."""
    overflowed_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time at which the chat overflowed to another team. A chat overflows at most once."""
    stays: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """True if the customer chose to keep their place past closing time."""
    wrap_up_until: int | None = Field(default=None, sa_type=BigInteger)
    """The time until which a closed chat takes a slot of its agent, for wrap-up. Null if it takes no slot."""
    handed_on_by: str | None = None
    """The last agent, if they transferred the chat. Null once the chat has an agent again."""
    agent_reply_at: int | None = Field(default=None, sa_type=BigInteger)
    """The time of the present agent's first message. Null before this message."""
    waiting_since: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """The time at which the chat began to wait for its present team.

    If the chat has an agent, this is the start of its last wait.
    """
    size: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Total bytes of the bodies of the chat's events."""
    told_wait_s: int | None = None
    """The wait that the customer was told when the chat started, in seconds. Null if none could be estimated."""


class ChatNetworkRow(SQLModel, table=True):
    """The network from which an unverified customer started a chat. Kept for 30 days, and never shown to anybody."""

    __tablename__ = "chat_networks"
    __table_args__ = (Index("chat_networks_by_time", "at"),)

    chat: str = Field(primary_key=True)
    network: str
    """An IPv4 address, or an IPv6 /64."""
    at: int = Field(sa_type=BigInteger)


class PageRow(SQLModel, table=True):
    """A page to which the customer went during a chat, or the page on which the chat started."""

    __tablename__ = "chat_pages"

    chat: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger, primary_key=True)
    page: str


# The few open chats have indexes of their own. A query uses such an index only if it contains the index's condition.
# A query with only `state = 'active'` reads the whole table.
IS_OPEN: ColumnElement[bool] = col(ChatRow.state) != literal_column("'closed'")
IS_OVER: ColumnElement[bool] = col(ChatRow.state) == literal_column("'closed'")
IS_WAITING: ColumnElement[bool] = and_(
    IS_OPEN, col(ChatRow.state).in_([literal_column(f"'{state}'") for state in WAITING])
)
IS_ACTIVE: ColumnElement[bool] = and_(IS_OPEN, col(ChatRow.state) == literal_column("'active'"))


class EventRow(SQLModel, table=True):
    """A durable event of a chat's log. Only a redaction changes its `body`."""

    __tablename__ = "events"
    # A commit writes every page that it changes. The rows of all chats are added at the end of the table. Their
    # commands are added at the end of the index, because the ids that clients make grow with time. With an index by
    # chat, a commit would change one page per chat. Instead, a chat is read along `previous`. See
    # docs/decisions/0017-events-in-the-order-they-came.md.
    __table_args__ = (Index("a_command_once", "command", "person", unique=True),)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    """The row's place in storage. The order of events does not depend on it."""
    previous: int | None = Field(default=None, sa_type=BigInteger)
    """The `id` of the previous event in the chat; null for the first. The chain starts at `ChatRow.last_event`."""
    chat: str
    seq: int = Field(sa_type=BigInteger)
    public_prev: int = Field(sa_type=BigInteger)
    """The `seq` of the last earlier event that a customer may see.

    For customers, this is the `prev` of the event. For staff, `prev` is always `seq` - 1.
    """
    staff_only: bool
    at: int = Field(sa_type=BigInteger)
    body: str = Field(sa_column=Column(Text, nullable=False))
    """The event as a JSON object, in the form on the wire but without `chat`, `seq`, `prev` and `id`."""
    person: str | None = None
    command: str | None = None
    """The `id` that the sender gave to the command that wrote this event. Only set on the last event of the command."""
    answer: str | None = Field(default=None, sa_column=Column(Text))
    """The fields of the `ok` besides `chat`, `seq` and `at`, as a JSON object. Null if the `ok` has no other fields."""


class ConnectedRow(SQLModel, table=True):
    """A person who is connected to a process, if the desk has several processes (`chat.adapters.connected`)."""

    __tablename__ = "connected"
    __table_args__ = (Index("connected_people", "id"),)

    process: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    """The id of a visitor, an account or a staff member."""
    staff: bool
    active_at: int = Field(sa_type=BigInteger)
    """The time of the last activity of a staff member. 0 for customers."""
