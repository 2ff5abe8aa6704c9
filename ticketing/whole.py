"""A whole ticket as a line of JSON, for an export from which another desk can import it. Pure.

The fields are those of `ticketing.views.TicketView`, as staff see them, and also the ticket's own log, its history and
its chats. A line of the supervisors' export, which has fewer fields, can be imported too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from clock import from_rfc3339, rfc3339, rfc3339_or_none
from ticketing import custom_fields
from ticketing.codes import CHANNELS, CODES, STATUSES, WITH
from ticketing.custom_fields import Fields, FieldValue
from ticketing.events import Event, StoredEvent, body_of
from ticketing.imported import NUMBER_MAX, Imported, ImportedEvent
from ticketing.ticket import FLAGS, PRIORITIES, Participant, Requester, Ticket, Value
from ticketing.views import By, HistoryLine, Person, RequesterView

_FLAGS = tuple(flag for flag in FLAGS if flag != "no_address")


class WholeParticipant(Struct, frozen=True):
    email: str | None
    name: str | None = None
    account: str | None = None


class WholeChange(Struct, frozen=True, rename={"from_": "from"}):
    at: str
    by: By
    field: str
    from_: Value = None
    to: Value = None


_Count = Annotated[int, Meta(ge=0, le=2**31)]


class WholeTicket(Struct, frozen=True, kw_only=True, rename={"with_": "with"}):
    """A ticket. `events` are those of its own log, each with `seq` and `staff_only`. Times are RFC 3339."""

    number: Annotated[int, Meta(ge=-(2**53), le=2**53)]
    status: str
    team: str
    channel: str
    created_at: str
    updated_at: str
    with_: str | None = None
    external_ref: str | None = None
    workaround: str | None = None
    finding: str | None = None
    resolution: str | None = None
    product: str | None = None
    subject: str | None = None
    client: str | None = None
    requester: RequesterView | None = None
    participants: list[WholeParticipant] = []
    assignee: Person | None = None
    waiting_since: str | None = None
    awaiting_since: str | None = None
    solved_at: str | None = None
    closed_at: str | None = None
    reopen_until: str | None = None
    duplicate_of: _Count | None = None
    follow_up_of: _Count | None = None
    priority: str = "normal"
    tags: list[str] = []
    snoozed_until: str | None = None
    solvings: _Count = 0
    flags: list[str] = []
    rating: Annotated[int, Meta(ge=1, le=5)] | None = None
    rating_comment: str | None = None
    version: _Count = 1
    events: list[Raw] = []
    history: list[WholeChange] = []
    chats: list[Raw] = []
    custom_fields: dict[str, FieldValue] = {}


_SAME = (
    "number",
    "status",
    "team",
    "channel",
    "with_",
    "external_ref",
    "workaround",
    "finding",
    "resolution",
    "product",
    "subject",
    "duplicate_of",
    "follow_up_of",
    "solvings",
    "rating",
    "rating_comment",
    "version",
)
_TIMES = ("waiting_since", "solved_at", "closed_at", "reopen_until", "snoozed_until")


class _Placed(Struct, frozen=True):
    at: str
    staff_only: bool


_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_placed = msgspec.json.Decoder(_Placed)


def whole(
    ticket: Ticket,
    events: Sequence[StoredEvent],
    history: Sequence[HistoryLine],
    chats: Sequence[Raw],
    staff: Mapping[str, str],
    clients: Mapping[str, str],
) -> WholeTicket:
    """`staff` and `clients`: names by id."""
    asked, values = ticket.requester, {name: getattr(ticket, name) for name in _SAME}
    values |= {name: rfc3339_or_none(getattr(ticket, name)) for name in (*_TIMES, "awaiting_since")}
    return WholeTicket(
        **values,
        created_at=rfc3339(ticket.created_at),
        updated_at=rfc3339(ticket.updated_at),
        client=clients.get(ticket.client) if ticket.client is not None else None,
        requester=RequesterView(asked.id, asked.name, asked.email, asked.verified),
        participants=[WholeParticipant(each.email, each.name, each.account) for each in ticket.participants],
        assignee=Person(ticket.assignee, staff.get(ticket.assignee, "")) if ticket.assignee is not None else None,
        priority=ticket.priority,
        tags=list(ticket.tags),
        flags=list(ticket.flags),
        events=[_event_line(event) for event in events],
        history=[WholeChange(rfc3339(line.at), line.by, line.field, line.was, line.became) for line in history],
        chats=list(chats),
        custom_fields=dict(ticket.custom_fields),
    )


def _event_line(event: StoredEvent) -> Raw:
    only = "true" if event.staff_only else "false"
    return Raw(f'{{"seq":{event.seq},"staff_only":{only},{event.body[1:]}'.encode())


def faults_of(line: WholeTicket, teams: Mapping[str, object]) -> str | None:
    """A sentence that says why the ticket cannot be imported. None if it can."""
    if line.status not in STATUSES:
        return f"the status {line.status[:40]!r} is not known. Choose one of {', '.join(STATUSES)}"
    if line.team not in teams:
        return f"there is no team {line.team[:40]!r} here. Add it to the hours file, or name one of {', '.join(teams)}"
    if line.channel not in CHANNELS:
        return f"the channel {line.channel[:40]!r} is not known. Choose one of {', '.join(CHANNELS)}"
    if line.resolution is not None and line.resolution not in CODES:
        return f"the code {line.resolution[:40]!r} is not known. Correct it, or leave it out"
    if line.with_ is not None and line.with_ not in WITH:
        return f"with is {line.with_[:40]!r}. Choose one of {', '.join(WITH)}"
    if line.priority not in PRIORITIES:
        return f"the priority {line.priority[:40]!r} is not known. Choose one of {', '.join(PRIORITIES)}"
    return None


def imported(
    line: WholeTicket, client: str | None, assignee: str | None, accounts: Mapping[str, str], fields: Fields = ()
) -> Imported:
    """The ticket of this desk. `accounts`: the accounts that exist here, by the ids in the export. `fields`: the custom
    fields here. Values of others are left out.

    The waiting clock does not go on. Raises ValueError, also for events that are not valid.
    """
    asked = line.requester or RequesterView(None, None, None, verified=False)
    known = accounts.get(asked.id) if asked.id is not None else None
    values = {name: getattr(line, name) for name in _SAME if name != "number"}
    values |= {name: _moment(getattr(line, name)) for name in _TIMES}
    values |= {flag: flag in line.flags for flag in _FLAGS}
    ticket = Ticket(
        **values,
        number=line.number if 0 < line.number <= NUMBER_MAX else 0,
        created_at=from_rfc3339(line.created_at),
        updated_at=from_rfc3339(line.updated_at),
        client=client,
        assignee=assignee,
        requester=Requester(known, asked.name, asked.email, known is not None and asked.verified),
        participants=tuple(
            Participant(each.email, each.name, accounts.get(each.account or ""))
            for each in line.participants
            if each.email
        ),
        priority=next(each for each in PRIORITIES if each == line.priority),
        tags=tuple(sorted(line.tags)),
        custom_fields=custom_fields.values_kept(fields, line.custom_fields)[0],
    )
    events = [_event_of(bytes(raw)) for raw in line.events]
    history = [HistoryLine(from_rfc3339(each.at), each.by, each.field, each.from_, each.to) for each in line.history]
    return Imported(str(line.number), ticket, events, history)


def _event_of(raw: bytes) -> ImportedEvent:
    placed = _placed.decode(raw)
    return ImportedEvent(from_rfc3339(placed.at), placed.staff_only, body_of(_event.decode(raw)))


def _moment(text: str | None) -> int | None:
    return from_rfc3339(text) if text is not None else None
