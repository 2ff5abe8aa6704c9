"""The JSON of a Zendesk export: tickets, comments, users, organizations, groups. Pure.

Exports differ: the admin's export has one object a line, with the comments and the requester inside of the ticket.
Pages of the API have ids instead, and comments in files of their own.
"""

from __future__ import annotations

from msgspec import Raw, Struct, field


class ExportedUser(Struct, frozen=True):
    id: int | None = None
    name: str | None = None
    email: str | None = None
    role: str | None = None
    organization_id: int | None = None


class ExportedOrganization(Struct, frozen=True):
    id: int
    name: str
    domain_names: list[str] | None = None


class ExportedGroup(Struct, frozen=True):
    id: int | None = None
    name: str | None = None


class ExportedFile(Struct, frozen=True):
    """An attachment of a comment."""

    id: int | None = None
    file_name: str | None = None
    content_url: str | None = None


class ExportedComment(Struct, frozen=True):
    created_at: str
    id: int | None = None
    ticket_id: int | None = None
    author_id: int | None = None
    body: str | None = None
    plain_body: str | None = None
    html_body: str | None = None
    public: bool = True
    attachments: list[ExportedFile] | None = None


class ExportedField(Struct, frozen=True):
    id: int
    value: str | int | float | bool | list[Raw] | dict[str, Raw] | None = None


class ExportedVia(Struct, frozen=True):
    channel: str | int | None = None


class ExportedRating(Struct, frozen=True):
    score: str | None = None
    comment: str | None = None


class ExportedMetrics(Struct, frozen=True):
    solved_at: str | None = None


class ExportedTicket(Struct, frozen=True):
    id: int
    status: str
    created_at: str
    updated_at: str | None = None
    url: str | None = None
    external_id: str | None = None
    subject: str | None = None
    raw_subject: str | None = None
    description: str | None = None
    priority: str | None = None
    requester_id: int | None = None
    requester: ExportedUser | None = None
    assignee_id: int | None = None
    assignee: ExportedUser | None = None
    organization_id: int | None = None
    organization: ExportedOrganization | None = None
    group_id: int | None = None
    group: ExportedGroup | None = None
    collaborator_ids: list[int] = field(default_factory=list)
    email_cc_ids: list[int] = field(default_factory=list)
    tags: list[str] | None = None
    custom_fields: list[ExportedField] | None = None
    via: ExportedVia | None = None
    satisfaction_rating: ExportedRating | None = None
    metric_set: ExportedMetrics | None = None
    comments: list[ExportedComment] | None = None


def people_in(ticket: ExportedTicket, comments: list[ExportedComment]) -> set[int]:
    """The ids of all people whom a ticket names."""
    named = {ticket.requester_id, ticket.assignee_id, *ticket.collaborator_ids, *ticket.email_cc_ids}
    return {id_ for id_ in named | {comment.author_id for comment in comments} if id_ is not None}
