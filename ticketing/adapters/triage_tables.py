"""The tables by which staff sort tickets: tags and custom fields."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class TicketTagRow(SQLModel, table=True):
    """A tag of a ticket."""

    __tablename__ = "ticket_tags"

    tag: str = Field(primary_key=True)
    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class TagOfTeamRow(SQLModel, table=True):
    """A tag that a ticket of the team has or had. It is suggested for other tickets of the team."""

    __tablename__ = "tags_of_teams"

    team: str = Field(primary_key=True)
    tag: str = Field(primary_key=True)


class CustomFieldRow(SQLModel, table=True):
    """A custom field of tickets. `body` is a `ticketing.custom_fields.CustomField` as JSON."""

    __tablename__ = "ticket_fields"

    key: str = Field(primary_key=True)
    position: int
    archived: bool
    body: str = Field(sa_column=Column(Text, nullable=False))


class FieldValueRow(SQLModel, table=True):
    """A value of a custom field by which lists are filtered, like `cause:weather`."""

    __tablename__ = "ticket_field_values"
    __table_args__ = (Index("field_values_of_a_ticket", "ticket"),)

    value: str = Field(primary_key=True)
    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
