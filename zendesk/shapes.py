"""The JSON that programs get: tickets, comments, users, organizations and groups in the form of Zendesk.

Times have no fractions of a second.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

Priority = Literal["low", "normal", "high", "urgent"]


class CustomValue(Struct, frozen=True):
    """The value of a custom field."""

    id: int
    value: str | int | float | bool | list[str] | None


class Via(Struct, frozen=True):
    """How something came to the desk."""

    channel: str


class Satisfaction(Struct, frozen=True):
    """`good` for a rating of 4 or 5, `bad` for a lower one."""

    score: Literal["good", "bad", "unoffered"]


class ShownTicket(Struct, frozen=True, kw_only=True):
    """A ticket. `fields` repeats `custom_fields`. Without a first text, `description` is the subject."""

    id: int
    url: str
    external_id: str | None
    subject: str | None
    raw_subject: str | None
    description: str | None
    type: None = None
    status: str
    priority: str
    tags: list[str]
    requester_id: int | None
    submitter_id: int | None
    assignee_id: int | None
    organization_id: int | None
    group_id: int
    via: Via
    created_at: str
    updated_at: str
    custom_fields: list[CustomValue]
    fields: list[CustomValue]
    satisfaction_rating: Satisfaction
    is_public: bool = True
    problem_id: int | None
    followup_ids: list[int]
    via_followup_source_id: int | None


class OneResult(Struct, frozen=True, omit_defaults=True):
    """What became of a ticket of a job. `index` is its place in the request."""

    index: int
    id: int
    success: bool
    action: str | None = None
    status: str | None = None
    error: str | None = None
    details: str | None = None


class JobStatus(Struct, frozen=True, kw_only=True):
    """A job that has ended. There is no more to ask about it, so `url` is null."""

    id: str = "completed"
    job_type: Literal["Bulk Update Ticket"] = "Bulk Update Ticket"
    url: None = None
    total: int
    progress: int
    status: Literal["completed"] = "completed"
    message: str
    results: list[OneResult]


class OneJob(Struct, frozen=True):
    job_status: JobStatus


class ShownAttachment(Struct, frozen=True):
    """A file. `content_url` needs a sign-in or the token."""

    id: int
    file_name: str
    content_url: str
    content_type: str
    size: int
    inline: bool = False


class ShownComment(Struct, frozen=True, kw_only=True):
    """A reply or a note of a ticket, or a message of its chat. `public` is false for notes."""

    id: int
    type: Literal["Comment"] = "Comment"
    author_id: int | None
    body: str
    html_body: str
    plain_body: str
    public: bool
    attachments: list[ShownAttachment]
    via: Via
    created_at: str


class ShownUser(Struct, frozen=True, kw_only=True):
    """A member of staff (`agent`) or a customer (`end-user`)."""

    id: int
    url: str
    name: str
    email: str | None
    role: Literal["end-user", "agent", "admin"]
    organization_id: int | None
    verified: bool
    active: bool = True
    suspended: bool = False
    locale: str = "en"


class ShownOrganization(Struct, frozen=True, kw_only=True):
    """A client."""

    id: int
    url: str
    name: str
    domain_names: list[str]
    tags: list[str]


class ShownGroup(Struct, frozen=True, kw_only=True):
    """A team."""

    id: int
    url: str
    name: str
    deleted: bool


class Meta(Struct, frozen=True):
    """The place in a list that is paged by cursor."""

    has_more: bool
    after_cursor: str | None
    before_cursor: None = None


class Links(Struct, frozen=True):
    next: str | None
    prev: None = None


class Paged(Struct, frozen=True, kw_only=True):
    """Lists that are paged by cursor have `meta` and `links`. Other lists have the other three."""

    meta: Meta | UnsetType = UNSET
    links: Links | UnsetType = UNSET
    count: int | UnsetType = UNSET
    next_page: str | None | UnsetType = UNSET
    previous_page: str | None | UnsetType = UNSET


class Tags(Paged, frozen=True, kw_only=True):
    tags: list[str]


class TicketList(Paged, frozen=True, kw_only=True):
    tickets: list[ShownTicket]


class Restriction(Struct, frozen=True):
    """The group whose view it is."""

    id: int
    type: Literal["Group"] = "Group"


class ShownView(Struct, frozen=True, kw_only=True):
    """A saved view. `restriction` is null for a view of the token's owner."""

    id: int
    url: str
    title: str
    active: bool = True
    position: int
    restriction: Restriction | None


class ViewList(Paged, frozen=True, kw_only=True):
    views: list[ShownView]


class OneView(Struct, frozen=True):
    view: ShownView


class ViewCount(Struct, frozen=True, kw_only=True):
    """The number of tickets in a view, at most 500. Null for a view that searches. `pretty` says if there may be
    more."""

    view_id: int
    url: str
    value: int | None
    pretty: str
    fresh: bool = True


class OneViewCount(Struct, frozen=True):
    view_count: ViewCount


class CommentList(Paged, frozen=True, kw_only=True):
    comments: list[ShownComment]


class UserList(Paged, frozen=True, kw_only=True):
    users: list[ShownUser]


class OrganizationList(Paged, frozen=True, kw_only=True):
    organizations: list[ShownOrganization]


class GroupList(Paged, frozen=True, kw_only=True):
    groups: list[ShownGroup]


class FoundTicket(ShownTicket, frozen=True, kw_only=True, tag_field="result_type", tag="ticket"):
    """A result of a search."""


class FoundUser(ShownUser, frozen=True, kw_only=True, tag_field="result_type", tag="user"):
    """A result of a search."""


class FoundOrganization(ShownOrganization, frozen=True, kw_only=True, tag_field="result_type", tag="organization"):
    """A result of a search."""


class OneTicket(Struct, frozen=True):
    ticket: ShownTicket


class Audit(Struct, frozen=True):
    """Who changed the ticket, and when. The desk keeps no audits in this form: `events` is empty."""

    id: int
    ticket_id: int
    created_at: str
    author_id: int
    events: list[str]


class ChangedTicket(Struct, frozen=True):
    """The ticket after a change."""

    ticket: ShownTicket
    audit: Audit


class OneUser(Struct, frozen=True):
    user: ShownUser


class OneOrganization(Struct, frozen=True):
    organization: ShownOrganization


class OneGroup(Struct, frozen=True):
    group: ShownGroup


class Exported(Struct, frozen=True, kw_only=True):
    """A page of an incremental export, ordered by time of change. `after_cursor` is for the next page, or for the next
    export if `end_of_stream` is true."""

    tickets: list[ShownTicket]
    after_url: str
    after_cursor: str
    before_url: None = None
    before_cursor: None = None
    end_of_stream: bool


class UploadMade(Struct, frozen=True):
    """A stored file. Send `token` in `uploads` of a comment within a day."""

    token: str
    attachment: ShownAttachment
    attachments: list[ShownAttachment]


class OneUpload(Struct, frozen=True):
    upload: UploadMade
