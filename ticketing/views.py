"""A ticket in JSON, for staff and for customers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import UNSET, Raw, Struct, UnsetType, structs

from clock import rfc3339, rfc3339_or_none
from ticketing.chat_times import ChatTimes
from ticketing.custom_fields import FieldValue
from ticketing.last_words import LastWords, Talk, Talks
from ticketing.targets import Metric, Running
from ticketing.ticket import Requester, Ticket, Value
from ticketing.waiting_clock import Promise

Kind = Literal["customer", "staff", "system"]
Property = Literal["subject", "requester", "workaround", "finding", "external_ref", "participants"]
"""The name of a property whose text searches find."""
FoundIn = Literal[Property, "conversation", "note"]


class Person(Struct, frozen=True):
    """A colleague, as everybody sees them."""

    id: str
    name: str


class By(Struct, frozen=True):
    """The author of a change."""

    kind: Kind
    id: str | None
    name: str | None


class RequesterView(Struct, frozen=True):
    """The requester."""

    id: str | None
    name: str | None
    email: str | None
    verified: bool


class ParticipantView(Struct, frozen=True):
    """A person besides the requester who takes part in the ticket. Only staff see `email`."""

    name: str | None
    email: str | None | UnsetType


class PromiseView(Struct, frozen=True):
    """The dates promised to the requester. A date is null if its step will not run, or has run already."""

    reminder_1: str | None
    reminder_2: str | None
    auto_solve: str | None
    reopen_until: str | None


class ChangeView(Struct, frozen=True, rename={"from_": "from"}):
    """A line of the history."""

    at: str
    by: By
    field: str
    from_: Any
    to: Any


class TargetView(Struct, frozen=True):
    """A service level target. `due` is null while it is paused, and once it is met. From `warn_at` on, it is due soon.
    `breached`: it is late, or was met late."""

    metric: Metric
    due: str | None
    warn_at: str | None
    met_at: str | None
    breached: bool


class TicketView(Struct, frozen=True, rename={"with_": "with"}):
    """A ticket in JSON. Lists have no `transcript` and no `history`. Only lists for customers have `last`, `chats` and
    `live`.

    Customers get no `with`, `external_ref`, `vip`, `history`, `duplicates`, `priority`, `tags`, `snoozed_until` and
    `sla`, and no flags. Times are RFC 3339.
    """

    number: int
    status: str
    with_: str | None | UnsetType
    external_ref: str | None | UnsetType
    workaround: str | None
    finding: str | None
    resolution: str | None
    team: str
    product: str | None
    subject: str | None
    client: str | None
    vip: bool | UnsetType
    requester: RequesterView
    participants: list[ParticipantView]
    assignee: Person | None
    channel: str
    chat: str | None
    created_at: str
    updated_at: str
    waiting_since: str | None
    solved_at: str | None
    closed_at: str | None
    reopen_until: str | None
    promise: PromiseView
    duplicate_of: int | None
    duplicates: list[int] | UnsetType
    """Tickets that are duplicates of this one."""
    follow_up_of: int | None
    flags: list[str]
    """Always empty for customers."""
    priority: str | UnsetType
    tags: list[str] | UnsetType
    snoozed_until: str | None | UnsetType
    sla: list[TargetView] | UnsetType
    custom_fields: dict[str, FieldValue]
    """Values of custom fields by their keys. Customers get those that they see."""
    rating: int | None
    version: int
    unread: int | UnsetType
    """Replies, and notes for staff, that the reader has not read yet. Not in exports."""
    last: LastWords | None | UnsetType = UNSET
    """Null if nobody has written anything."""
    chats: int | UnsetType = UNSET
    """The number of the ticket's closed chats."""
    live: str | None | UnsetType = UNSET
    """The id of the reader's open chat about the ticket."""
    begun_elsewhere: bool | UnsetType = UNSET
    """True if another browser began the ticket, and the requester got it because of their email address. Not in
    lists."""
    excerpt: str | UnsetType = UNSET
    """In results of a search: the text that it found, shortened to one line."""
    highlights: list[tuple[int, int]] | UnsetType = UNSET
    """Parts of `excerpt` that match the search: start and end in characters (code points)."""
    found_in: FoundIn | UnsetType = UNSET
    """The property or log from which the excerpt is taken."""
    times: ChatTimes | None | UnsetType = UNSET
    """Only in exports. Null if the ticket has no chat."""
    transcript: list[Raw] | UnsetType = UNSET
    history: list[ChangeView] | UnsetType = UNSET


class Page(Struct, frozen=True):
    """A page of a list. `next` is the cursor of the next page, null at the end."""

    tickets: list[TicketView]
    next: str | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A stored line of history. `at` is in ms since the epoch, UTC."""

    at: int
    by: By
    field: str
    was: Value
    became: Value


@dataclass(frozen=True, slots=True)
class Known:
    """The data that views need, besides the tickets themselves.

    `staff` and `clients`: names by id. `vips`: ids of the clients who are VIPs. `duplicates`: the duplicates of each
    ticket, by its number.
    """

    staff: Mapping[str, str] = field(default_factory=dict)
    clients: Mapping[str, str] = field(default_factory=dict)
    vips: frozenset[str] = frozenset()
    duplicates: Mapping[int, list[int]] = field(default_factory=dict)
    promises: Mapping[int, Promise] = field(default_factory=dict)
    """The dates promised to the requesters, by ticket number. Tickets without a promise are missing."""
    unread: Mapping[int, int] | None = None
    """The number of unread replies and notes by ticket. None if no person reads the tickets, as in an export."""
    shown_fields: frozenset[str] = frozenset()
    """The keys of the custom fields that customers see."""
    talks: Talks | None = None
    """Only for lists that customers see."""


def view(ticket: Ticket, known: Known, now: int, *, for_staff: bool, survivor_shown: bool = True) -> TicketView:
    """The ticket without transcript and history. `survivor_shown`: the reader may open the original of a duplicate."""
    shown = TicketView(
        number=ticket.number,
        status=ticket.status,
        with_=ticket.with_ if for_staff else UNSET,
        external_ref=ticket.external_ref if for_staff else UNSET,
        workaround=ticket.workaround,
        finding=ticket.finding,
        resolution=ticket.resolution,
        team=ticket.team,
        product=ticket.product,
        subject=ticket.subject,
        client=known.clients.get(ticket.client) if ticket.client is not None else None,
        vip=ticket.client in known.vips if for_staff else UNSET,
        requester=_requester(ticket.requester),
        participants=[ParticipantView(each.name, each.email if for_staff else UNSET) for each in ticket.participants],
        assignee=_person(ticket.assignee, known.staff),
        channel=ticket.channel,
        chat=ticket.chat,
        created_at=rfc3339(ticket.created_at),
        updated_at=rfc3339(ticket.updated_at),
        waiting_since=rfc3339_or_none(ticket.waiting_since),
        solved_at=rfc3339_or_none(ticket.solved_at),
        closed_at=rfc3339_or_none(ticket.closed_since(now)),
        reopen_until=rfc3339_or_none(ticket.reopen_until),
        promise=_promise(known.promises.get(ticket.number, Promise())),
        duplicate_of=ticket.duplicate_of if survivor_shown else None,
        duplicates=known.duplicates.get(ticket.number, []) if for_staff else UNSET,
        follow_up_of=ticket.follow_up_of,
        flags=list[str](ticket.flags) if for_staff else [],
        priority=ticket.priority if for_staff else UNSET,
        tags=list(ticket.tags) if for_staff else UNSET,
        snoozed_until=rfc3339_or_none(ticket.snoozed_until) if for_staff else UNSET,
        sla=[_target(one, now) for one in ticket.service.running] if for_staff else UNSET,
        custom_fields=_custom(ticket, known, for_staff=for_staff),
        rating=ticket.rating,
        version=ticket.version,
        unread=UNSET if known.unread is None else known.unread.get(ticket.number, 0),
    )
    return shown if known.talks is None else _talked(shown, known.talks)


def _talked(shown: TicketView, talks: Talks) -> TicketView:
    number = shown.number
    chats = talks.chats.get(number, Talk()).count
    return structs.replace(shown, last=talks.last(number), chats=chats, live=talks.live.get(number))


def _requester(asked: Requester) -> RequesterView:
    return RequesterView(asked.id, asked.name, asked.email, asked.verified)


def _custom(ticket: Ticket, known: Known, *, for_staff: bool) -> dict[str, FieldValue]:
    return {key: value for key, value in ticket.custom_fields.items() if for_staff or key in known.shown_fields}


def _target(one: Running, now: int) -> TargetView:
    due, warn, met = (rfc3339_or_none(at) for at in (one.due, one.warn, one.met))
    return TargetView(one.metric, due, warn, met, one.late(now))


def history_view(lines: Sequence[HistoryLine], known: Known) -> list[ChangeView]:
    """The lines of a history, oldest first. People appear as `{id, name}`, companies by name."""
    return [
        ChangeView(
            at=rfc3339(line.at),
            by=line.by,
            field=line.field,
            from_=_named(line.field, line.was, known),
            to=_named(line.field, line.became, known),
        )
        for line in lines
    ]


def people_in(tickets: Sequence[Ticket], lines: Sequence[HistoryLine] = ()) -> set[str]:
    """Ids of staff whose names these views need."""
    return {ticket.assignee for ticket in tickets if ticket.assignee is not None} | _ids_in(lines, "assignee")


def clients_in(tickets: Sequence[Ticket], lines: Sequence[HistoryLine] = ()) -> set[str]:
    """Ids of companies whose names these views need."""
    return {ticket.client for ticket in tickets if ticket.client is not None} | _ids_in(lines, "client")


def _ids_in(lines: Sequence[HistoryLine], field: str) -> set[str]:
    return {
        str(value) for line in lines if line.field == field for value in (line.was, line.became) if value is not None
    }


def _person(id_: str | None, names: Mapping[str, str]) -> Person | None:
    return None if id_ is None else Person(id_, names.get(id_, ""))


def _named(field: str, value: Value, known: Known) -> Any:
    if field == "assignee":
        return _person(None if value is None else str(value), known.staff)
    if field == "client" and value is not None:
        return known.clients.get(str(value))
    if field == "snoozed_until" and isinstance(value, int):
        return rfc3339(value)
    return value


def _promise(promise: Promise) -> PromiseView:
    return PromiseView(
        rfc3339_or_none(promise.reminder_1),
        rfc3339_or_none(promise.reminder_2),
        rfc3339_or_none(promise.auto_solve),
        rfc3339_or_none(promise.reopen_until),
    )
