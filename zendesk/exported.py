"""The JSON of a Zendesk export: tickets and their fields, comments, users, organizations, groups. Pure.

Exports differ: the admin's export has one object a line, with the comments and the requester inside of the ticket.
Pages of the API have ids instead, and comments in files of their own.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

Id = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""The databases have no larger numbers."""


class ExportedUser(Struct, frozen=True):
    id: Id | None = None
    name: str | None = None
    email: str | None = None
    role: str | None = None
    organization_id: Id | None = None


class ExportedOrganization(Struct, frozen=True):
    id: Id
    name: str
    domain_names: list[str] | None = None


class ExportedGroup(Struct, frozen=True):
    id: Id | None = None
    name: str | None = None


class ExportedFile(Struct, frozen=True):
    """An attachment of a comment."""

    id: Id | None = None
    file_name: str | None = None
    content_url: str | None = None


class ExportedComment(Struct, frozen=True):
    """A comment. Only one that says so is public."""

    created_at: str
    id: Id | None = None
    ticket_id: Id | None = None
    author_id: Id | None = None
    body: str | None = None
    plain_body: str | None = None
    html_body: str | None = None
    public: bool = False
    attachments: list[ExportedFile] | None = None


class ExportedOption(Struct, frozen=True):
    value: str
    name: str | None = None


class ExportedTicketField(Struct, frozen=True):
    """The definition of a field of tickets. `required`: to solve a ticket."""

    id: Id
    type: str
    title: str | None = None
    raw_title: str | None = None
    position: int | None = None
    active: bool = True
    required: bool = False
    required_in_portal: bool = False
    visible_in_portal: bool = False
    editable_in_portal: bool = False
    custom_field_options: list[ExportedOption] | None = None


class ExportedField(Struct, frozen=True):
    id: Id
    value: str | int | float | bool | list[Raw] | dict[str, Raw] | None = None


class ExportedVia(Struct, frozen=True):
    channel: str | int | None = None
    source: Raw | UnsetType = UNSET


class ExportedRating(Struct, frozen=True):
    score: str | None = None
    comment: str | None = None
    reason: str | None = None


class ExportedMetrics(Struct, frozen=True):
    solved_at: str | None = None


class ExportedTicket(Struct, frozen=True):
    """A ticket. `description` is its first comment, by the submitter. `is_public` is false if all its comments are
    private."""

    id: Id
    status: str
    created_at: str
    updated_at: str | None = None
    url: str | None = None
    external_id: str | None = None
    subject: str | None = None
    raw_subject: str | None = None
    description: str | None = None
    is_public: bool | None = None
    submitter_id: Id | None = None
    priority: str | None = None
    requester_id: Id | None = None
    requester: ExportedUser | None = None
    assignee_id: Id | None = None
    assignee: ExportedUser | None = None
    organization_id: Id | None = None
    organization: ExportedOrganization | None = None
    group_id: Id | None = None
    group: ExportedGroup | None = None
    collaborator_ids: list[Id] | None = None
    email_cc_ids: list[Id] | None = None
    follower_ids: list[Id] | None = None
    problem_id: Id | None = None
    due_at: str | None = None
    tags: list[str] | None = None
    custom_fields: list[ExportedField] | None = None
    via: ExportedVia | None = None
    satisfaction_rating: ExportedRating | None = None
    metric_set: ExportedMetrics | None = None
    comments: list[ExportedComment] | None = None


def in_copy(ticket: ExportedTicket) -> tuple[int, ...]:
    return (*(ticket.email_cc_ids or ()), *(ticket.collaborator_ids or ()))


def people_in(ticket: ExportedTicket, comments: list[ExportedComment]) -> set[int]:
    """The ids of all people whom a ticket names."""
    named = {ticket.requester_id, ticket.submitter_id, ticket.assignee_id}
    named |= {*in_copy(ticket), *(ticket.follower_ids or ())}
    return {id_ for id_ in named | {comment.author_id for comment in comments} if id_ is not None}
