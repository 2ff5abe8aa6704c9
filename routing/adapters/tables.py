"""The tables of routing: what agents chose. Who is connected and who holds what is never stored here."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class AgentRow(SQLModel, table=True):
    """The status that an agent chose, kept over restarts and devices."""

    __tablename__ = "agents"

    staff: str = Field(primary_key=True)
    status: str = "away"
    """available, away or offline. New people start away."""
    reason: str | None = None
    since: int = Field(sa_type=BigInteger)
    capacity: int = 5
    paused: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    """JSON list of team keys."""
    last_chat_at: int = Field(default=0, sa_type=BigInteger)
    """When they last got a new chat; 0 for never."""
