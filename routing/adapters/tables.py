"""The tables of routing: agents' choices and their timeline.

The timeline is for reports. Routing never reads it to decide who gets a chat.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, false
from sqlmodel import Field, SQLModel


class AgentRow(SQLModel, table=True):
    """The choices of an agent, kept across restarts and devices."""

    __tablename__ = "agents"

    staff: str = Field(primary_key=True)
    status: str = "away"
    """`available`, `away` or `offline`. New agents start away."""
    reason: str | None = None
    since: int = Field(sa_type=BigInteger)
    capacity: int = 5
    paused: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    """JSON list of team keys."""
    last_chat_at: int = Field(default=0, sa_type=BigInteger)
    """The time at which the agent last got a new chat. 0 if never."""
    set_by: str = Field(default="self", sa_column_kwargs={"server_default": "self"})
    """The author of the status: `self` (the agent) or `system` (auto-away)."""
    leaving: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """True if the agent is away until the last chat they hold is over, and then goes offline."""
    languages: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Codes of the languages that the agent speaks, sorted and separated by commas, like `es,fr`."""


class AgentStateRow(SQLModel, table=True):
    """The state of an agent from the time `at` on. The table is an append-only timeline for reports."""

    __tablename__ = "agent_states"
    __table_args__ = (Index("states_of_an_agent", "staff", "at"),)

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    staff: str
    at: int = Field(sa_type=BigInteger)
    status: str
    reason: str | None = None
    set_by: str
    capacity: int
    connected: bool
    paused: str = Field(default="[]", sa_column=Column(Text, nullable=False, server_default="[]"))
    """JSON list of paused team keys."""
