"""The tables of routing: agents' choices and their timeline, and the alarms of supervisors.

The timeline is for reports. Routing never reads it to decide who gets a chat.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, false, text
from sqlmodel import Field, SQLModel

_ACTIVE, _MUTED = "cleared_at IS NULL", "muted_until IS NOT NULL"


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
    today_by: str | None = None
    """The name of the supervisor who changed capacity or teams for today. Null on other days."""


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


class AlarmRow(SQLModel, table=True):
    """An alarm of a team's supervisors. It is active while `cleared_at` is null. Rows are never deleted."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("alarms_by_time", "raised_at"),
        Index("active_alarms", "kind", "team", sqlite_where=text(_ACTIVE), postgresql_where=text(_ACTIVE)),
        Index("muted_alarms", "muted_until", sqlite_where=text(_MUTED), postgresql_where=text(_MUTED)),
    )

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    kind: str
    team: str
    chat: str | None = None
    staff: str | None = None
    """The agent who is gone, or owes a reply."""
    raised_at: int = Field(sa_type=BigInteger)
    """When the condition began: for a response, when it became overdue."""
    cleared_at: int | None = Field(default=None, sa_type=BigInteger)
    had_by: str | None = None
    """The supervisor who takes care of the alarm."""
    had_at: int | None = Field(default=None, sa_type=BigInteger)
    muted_until: int | None = Field(default=None, sa_type=BigInteger)
    muted_by: str | None = None


class DayChangeRow(SQLModel, table=True):
    """Capacity or teams of an agent that a supervisor changed for one day. The row is deleted when the day is over."""

    __tablename__ = "day_changes"

    staff: str = Field(primary_key=True)
    until: int = Field(sa_type=BigInteger)
    was: str = Field(sa_column=Column(Text, nullable=False))
    """JSON object with `capacity`, `teams` or both, as they were before."""
    became: str = Field(sa_column=Column(Text, nullable=False))
    """JSON object with the fields of `was`, as the supervisor set them."""
    by: str
    at: int = Field(sa_type=BigInteger)
