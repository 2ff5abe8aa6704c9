"""The data of events about tickets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Literal

from msgspec import structs

from clock import rfc3339, rfc3339_or_none
from ticketing.ticket import Ticket
from webhooks.events import Texts, TicketState, TicketUpdated

Milestone = Literal["ticket.solved", "ticket.reopened", "ticket.closed"]
_NAMES = {"with_": "with"}
_NOT_TOLD = frozenset({"version", "updated_at", "chat", "channel", "created_at", "number", "solvings", "service"})
"""They change with every change, or with none."""


def state(ticket: Ticket, url: str) -> TicketState:
    return TicketState(
        url=url,
        ticket=ticket.number,
        version=ticket.version,
        status=ticket.status,
        with_=ticket.with_,
        resolution=ticket.resolution,
        team=ticket.team,
        product=ticket.product,
        client=ticket.client,
        requester=ticket.requester.id,
        assignee=ticket.assignee,
        priority=ticket.priority,
        channel=ticket.channel,
        chat=ticket.chat,
        created_at=rfc3339(ticket.created_at),
        updated_at=rfc3339(ticket.updated_at),
        solved_at=rfc3339_or_none(ticket.solved_at),
        closed_at=rfc3339_or_none(ticket.closed_at),
    )


def updated(ticket: Ticket, changed: Sequence[str], url: str) -> TicketUpdated:
    return TicketUpdated(**structs.asdict(state(ticket, url)), changed=list(changed))


def texts(ticket: Ticket) -> Texts:
    requester = ticket.requester
    return Texts(subject=ticket.subject, name=requester.name, email=requester.email, tags=list(ticket.tags))


def changed(before: Ticket, after: Ticket) -> list[str]:
    """The names of the properties that differ, without those that change with every change."""
    return [
        _NAMES.get(field.name, field.name)
        for field in fields(Ticket)
        if field.name not in _NOT_TOLD and getattr(before, field.name) != getattr(after, field.name)
    ]


def milestones(before: Ticket, after: Ticket) -> list[Milestone]:
    """The further events of a change."""
    names: list[Milestone] = []
    if after.status == "solved" and after.solvings != before.solvings:
        names.append("ticket.solved")
    elif before.status == "solved" and after.status != "solved":
        names.append("ticket.reopened")
    if before.closed_at is None and after.closed_at is not None:
        names.append("ticket.closed")
    return names
