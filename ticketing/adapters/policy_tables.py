"""The table of service level policies."""

from __future__ import annotations

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel


class PolicyRow(SQLModel, table=True):
    """A service level policy. `body` is a `ticketing.targets.Policy` as JSON."""

    __tablename__ = "service_policies"

    id: str = Field(primary_key=True)
    position: int
    body: str = Field(sa_column=Column(Text, nullable=False))
