"""The JSON that programs send, in the form of Zendesk.

Fields that are not listed here are ignored, as Zendesk does: programs send whole objects with fields of products that
this desk does not have.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from ticketing.events import FILES_MAX
from zendesk.shapes import Priority
from zendesk.statuses import Status

Id = Annotated[int, Meta(ge=1, le=2**53)]
_Line = Annotated[str, Meta(max_length=320)]
_Tags = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=50)]


class Comment(Struct, frozen=True, kw_only=True):
    """A text to add. `public: false` makes it a note. `uploads` are the tokens of uploads."""

    body: str | None = None
    html_body: str | None = None
    public: bool = True
    uploads: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=FILES_MAX)] = []


class Requester(Struct, frozen=True, kw_only=True):
    """The customer, by address."""

    name: _Line | None = None
    email: _Line | None = None


class CustomField(Struct, frozen=True):
    """The value of a custom field. Fields that the desk does not have are ignored."""

    id: int
    value: str | int | float | bool | list[Raw] | dict[str, Raw] | None = None


class TicketWanted(Struct, frozen=True, kw_only=True):
    """A ticket to create, or what to change."""

    subject: str | None | UnsetType = UNSET
    comment: Comment | None = None
    description: str | None = None
    requester_id: Id | None = None
    requester: Requester | None = None
    assignee_id: Id | None | UnsetType = UNSET
    group_id: Id | None | UnsetType = UNSET
    organization_id: Id | None | UnsetType = UNSET
    status: Status | None = None
    priority: Priority | None | UnsetType = UNSET
    tags: _Tags | None | UnsetType = UNSET
    additional_tags: _Tags | UnsetType = UNSET
    remove_tags: _Tags | UnsetType = UNSET
    external_id: str | None | UnsetType = UNSET
    custom_fields: Annotated[list[CustomField], Meta(max_length=100)] | None = None


class TicketBody(Struct, frozen=True):
    ticket: TicketWanted


class OneOfMany(TicketWanted, frozen=True, kw_only=True):
    """What to change on the ticket with this number."""

    id: Id


class ManyTickets(Struct, frozen=True, kw_only=True):
    """What to change on the tickets of the query, or on each of `tickets`."""

    ticket: TicketWanted | None = None
    tickets: Annotated[list[OneOfMany], Meta(max_length=100)] | None = None


class TagsBody(Struct, frozen=True):
    tags: _Tags


class UserWanted(Struct, frozen=True, kw_only=True):
    """A customer, by address."""

    email: _Line
    name: _Line | None = None


class UserBody(Struct, frozen=True):
    user: UserWanted
