"""The tables of system availability. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class ComponentRow(SQLModel, table=True):
    """A component. `product` is empty if it belongs to all products."""

    __tablename__ = "components"

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    name: str
    product: str
    position: int
    retired: bool
    added_at: int = Field(sa_type=BigInteger)


class ComponentIntervalRow(SQLModel, table=True):
    """A component was not operational for a time. `cause_id` is the id of the incident, maintenance or component."""

    __tablename__ = "component_intervals"
    __table_args__ = (
        Index("intervals_by_end", "ended_at"),
        Index("intervals_by_cause", "cause", "cause_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    component: int = Field(sa_type=BigInteger)
    state: str
    began_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    cause: str
    cause_id: int = Field(sa_type=BigInteger)


class IncidentRow(SQLModel, table=True):
    """An incident. `affects` is a JSON object: the last state that it gave to each component."""

    __tablename__ = "incidents"
    __table_args__ = (Index("incidents_by_end", "resolved_at"), Index("incidents_by_begin", "began_at"))

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    title: str
    effect: str
    step: str
    began_at: int = Field(sa_type=BigInteger)
    resolved_at: int | None = Field(default=None, sa_type=BigInteger)
    next_at: int | None = Field(default=None, sa_type=BigInteger)
    banner: bool
    team: str
    workaround: str = Field(sa_column=Column(Text, nullable=False))
    finding: str = Field(sa_column=Column(Text, nullable=False))
    finding_at: int | None = Field(default=None, sa_type=BigInteger)
    edited_at: int | None = Field(default=None, sa_type=BigInteger)
    version: int
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)
    by: str | None = None


class IncidentUpdateRow(SQLModel, table=True):
    """What was known about an incident at one moment."""

    __tablename__ = "incident_updates"
    __table_args__ = (Index("updates_of_an_incident", "incident", "id"),)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    incident: int = Field(sa_type=BigInteger)
    step: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_type=BigInteger)
    next_at: int | None = Field(default=None, sa_type=BigInteger)
    by: str | None = None


class MaintenanceRow(SQLModel, table=True):
    """Planned maintenance. `components` is a JSON list."""

    __tablename__ = "maintenances"
    __table_args__ = (Index("maintenances_by_end", "ends_at"),)

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    title: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    cancelled: bool
    components: str = Field(sa_column=Column(Text, nullable=False))
    version: int
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)
    by: str | None = None


class IncidentTicketRow(SQLModel, table=True):
    """A ticket that is linked to an incident. `person` is the id of the account or visitor who said that the incident
    affects them too, and null if staff linked the ticket. `reason` says why a run left the ticket as it is."""

    __tablename__ = "incident_tickets"
    __table_args__ = (
        Index("one_ticket_a_person", "incident", "person", unique=True),
        Index("incidents_of_a_ticket", "ticket"),
    )

    incident: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    person: str | None = None
    state: str
    reason: str
    linked_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class IncidentRunRow(SQLModel, table=True):
    """A run over the linked tickets of an incident: `mitigate` or `close`. `place` is the last ticket that it reached.
    `by` is the person who started it."""

    __tablename__ = "incident_runs"

    incident: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str = Field(primary_key=True)
    state: str
    code: str | None = None
    text: str = Field(sa_column=Column(Text, nullable=False))
    place: int = Field(sa_type=BigInteger)
    moved: int
    refused: int
    started_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)
    by: str
