"""The tables of what identity providers said of staff. Moments are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class ProvisionedUserRow(SQLModel, table=True):
    """A member of staff whom an identity provider manages."""

    __tablename__ = "provisioned_users"

    user: str = Field(primary_key=True)
    user_name: str
    """As the provider wrote it."""
    external_id: str | None = None
    removed_at: int | None = Field(default=None, sa_type=BigInteger)


class ProvisionedTeamRow(SQLModel, table=True):
    """A team as an identity provider names it. `team` is a key in `hours.yaml`."""

    __tablename__ = "provisioned_teams"

    team: str = Field(primary_key=True)
    external_id: str
