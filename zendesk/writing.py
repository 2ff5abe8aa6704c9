"""Reads what programs want of a ticket in Zendesk's JSON, as a request of ours. Pure.

A comment in HTML must already have its text in `body`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from msgspec import UNSET, UnsetType

from refusals import invalid
from texts.numbers import whole_number
from ticketing.requests import NewReply, NewTicket, RequesterWanted
from ticketing.wanted import Wanted, given
from zendesk.bodies import Comment, CustomField, TicketWanted
from zendesk.custom_fields import NumberedFields, values_in
from zendesk.fields import CUSTOM, Custom
from zendesk.numbers import Key, Kind
from zendesk.statuses import PENDING_RCA, written

T = TypeVar("T")

FindKey = Callable[[Kind, int], Key | None]
"""The id with a number. None if no id has it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a ticket: `wanted`, and `reply` if a text comes with it."""

    wanted: Wanted
    reply: NewReply | None


@dataclass(frozen=True, slots=True)
class Present:
    """What a change must know of the ticket. `client_names` has the names of the companies by id, `fields`
    all custom fields."""

    status: str = "open"
    find: FindKey = lambda kind, number: None
    client_names: Mapping[str, str] = field(default_factory=dict)
    fields: NumberedFields = field(default_factory=NumberedFields)


def new_ticket(
    asked: TicketWanted, present: Present, team: str, author: RequesterWanted, requester: RequesterWanted | None
) -> NewTicket:
    """The ticket to create. Without a group it goes to `team`. Without a requester, `author` asked for it, as at
    Zendesk. Raises Refused(invalid)."""
    comment = asked.comment or Comment(body=asked.description)
    if not comment.public:
        raise invalid("comment", "The first comment of a ticket must be public.")
    wanted = _wanted(asked, present)
    return NewTicket(
        team=_chosen(wanted.team) or team,
        text=comment.body or "",
        subject=_chosen(wanted.subject),
        files=comment.uploads,
        requester=requester or author,
        status=_chosen(wanted.status),
        resolution=_chosen(wanted.resolution),
        duplicate_of=_chosen(wanted.duplicate_of),
        with_=_chosen(wanted.with_) if wanted.with_ != "support" else None,
        external_ref=_chosen(wanted.external_ref),
        workaround=_chosen(wanted.workaround),
        finding=_chosen(wanted.finding),
        product=_chosen(wanted.product),
        assignee=_chosen(wanted.assignee),
        client=_chosen(wanted.client),
        priority=_chosen(wanted.priority),
        tags=[*(_chosen(wanted.tags) or ()), *_stored(asked.additional_tags or ())] or None,
        custom_fields=_chosen(wanted.custom_fields) or {},
    )


def change(asked: TicketWanted, present: Present) -> Change:
    """The change of a ticket. Raises Refused(invalid)."""
    wanted = _wanted(asked, present)
    if asked.comment is None:
        return Change(wanted, None)
    comment = asked.comment
    return Change(wanted, NewReply(text=comment.body or "", public=comment.public, files=comment.uploads))


def _wanted(asked: TicketWanted, present: Present) -> Wanted:
    custom = _custom(asked.custom_fields or (), present.fields)
    status: str | UnsetType = UNSET
    with_: str | None | UnsetType = UNSET
    if asked.status is not None:
        said = written(asked.status, pending_rca=_pending_rca(asked, present))
        status, with_ = said.status, given(said.with_)
    return Wanted(
        status=status,
        with_=with_,
        resolution=custom.get("resolution", UNSET),
        workaround=custom.get("workaround", UNSET),
        finding=custom.get("finding", UNSET),
        duplicate_of=_number(custom.get("duplicate_of", UNSET)),
        product=custom.get("product", UNSET),
        external_ref=asked.external_id,
        team=given(_chosen(_id(asked.group_id, "group", present))),
        assignee=_id(asked.assignee_id, "user", present),
        client=_client(asked.organization_id, present),
        subject=asked.subject,
        priority=asked.priority,
        tags=_stored(asked.tags) if asked.tags else asked.tags,
        add_tags=_stored(asked.additional_tags) if asked.additional_tags else UNSET,
        remove_tags=_stored(asked.remove_tags) if asked.remove_tags else UNSET,
        custom_fields=values_in(present.fields, asked.custom_fields or ()) or UNSET,
    )


def _pending_rca(asked: TicketWanted, present: Present) -> bool:
    if asked.remove_tags and PENDING_RCA in asked.remove_tags:
        return False
    if asked.tags is not UNSET:
        return PENDING_RCA in (asked.tags or ())
    return present.status == PENDING_RCA or PENDING_RCA in (asked.additional_tags or ())


def _stored(tags: Collection[str]) -> list[str]:
    """The tags without the one that only shows a status."""
    return [tag for tag in tags if tag != PENDING_RCA]


def _custom(fields: Sequence[CustomField], known: NumberedFields) -> dict[Custom, str | None]:
    found: dict[Custom, str | None] = {}
    for one in fields:
        name = CUSTOM.get(one.id) or known.properties.get(one.id)
        if name is not None:
            if one.value is not None and not isinstance(one.value, str | int):
                raise invalid(name, "Enter a text or a whole number.")
            said = str(one.value) if one.value not in (None, "", False) else None
            found[name] = known.options.get((one.id, said), said) if said is not None else None
    return found


def _number(value: str | None | UnsetType) -> int | None | UnsetType:
    if not isinstance(value, str):
        return value
    number = whole_number(value)
    if not number:
        raise invalid("duplicate_of", "Enter the number of a ticket.")
    return number


def _id(number: int | None | UnsetType, kind: Kind, present: Present) -> str | None | UnsetType:
    if not isinstance(number, int):
        return number
    key = present.find(kind, number)
    name = "assignee" if kind == "user" else kind
    if key is None:
        raise invalid(name, f"There is no {kind} {number}.")
    return key.id


def _client(number: int | None | UnsetType, present: Present) -> str | None | UnsetType:
    id_ = _id(number, "organization", present)
    if not isinstance(id_, str):
        return id_
    name = present.client_names.get(id_)
    if name is None:
        raise invalid("organization", f"There is no organization {number}.")
    return name


def _chosen(value: T | None | UnsetType) -> T | None:
    return None if value is UNSET else value
