"""The events that webhooks can get: names, meanings, data and examples. Pure.

The data has ids, codes, times and a link. Texts and addresses are in `texts`, for webhooks that get them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import UNSET, Struct, UnsetType

TEST = "webhook.test"
"""The type of a test message. Nobody subscribes to it."""
RULE_RAN = "rule.ran"
"""The type of a message that a rule sends to one webhook. Nobody subscribes to it."""


class Texts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What people wrote, and who they are. Only the fields that the event has are present."""

    subject: str | None | UnsetType = UNSET
    name: str | None | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    text: str | None | UnsetType = UNSET
    title: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET


class Data(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all events have. `url` is the page for staff. `texts` is left out unless the webhook gets texts."""

    url: str
    texts: Texts | UnsetType = UNSET


class ChatStarted(Data, frozen=True, kw_only=True):
    """A new chat, in the queue of `team`."""

    chat: str
    team: str
    product: str | None


class ChatAssigned(Data, frozen=True, kw_only=True):
    """`agent` is the id of the agent who has the chat now. `by`: how they got it."""

    chat: str
    team: str
    agent: str
    by: str


class ChatClosed(Data, frozen=True, kw_only=True):
    """`ticket` is the ticket that the chat became, or became part of. `agent` is null if no agent had the chat."""

    chat: str
    team: str
    agent: str | None
    reason: str
    ticket: int


class ChatRated(Data, frozen=True, kw_only=True):
    """`score` is 1 to 5. A later rating of the same chat replaces the earlier one."""

    chat: str
    team: str
    score: int


class TicketState(Data, frozen=True, kw_only=True, rename={"with_": "with"}):
    """The ticket after the event. `with` says who works on an open ticket."""

    ticket: int
    version: int
    status: str
    with_: str | None
    resolution: str | None
    team: str
    product: str | None
    client: str | None
    requester: str | None
    assignee: str | None
    priority: str
    channel: str
    chat: str | None
    created_at: str
    updated_at: str
    solved_at: str | None
    closed_at: str | None


class TicketUpdated(TicketState, frozen=True, kw_only=True):
    """The ticket after the change. `changed` are the names of the changed properties."""

    changed: list[str]


class TicketReplied(Data, frozen=True, kw_only=True):
    """A public reply. `by` is `customer`, `staff` or `system`, and `author` their id. `seq` is the reply's number."""

    ticket: int
    seq: int
    by: str
    author: str | None


class HandedOver(Data, frozen=True, kw_only=True):
    """A ticket that was solved as an enhancement, and now belongs to the account team."""

    handover: int
    ticket: int
    team: str
    client: str | None
    product: str | None
    status: str
    resolution: str | None
    solved_at: str | None


class ArticlePublished(Data, frozen=True, kw_only=True):
    """`version` counts the versions of this article in this language."""

    article: int
    locale: str
    version: int
    visibility: str
    product: str | None


class IncidentUpdated(Data, frozen=True, kw_only=True):
    """`state` is `investigating`, `identified`, `monitoring` or `resolved`."""

    incident: int
    state: str
    components: list[int]


class RuleRan(Data, frozen=True, kw_only=True):
    """A rule ran. `event` is what it ran on. `ticket` is null for a chat that is no ticket yet."""

    rule: str
    event: str
    team: str
    ticket: int | None
    chat: str | None


class Tested(Struct, frozen=True):
    """A test message. `webhook` is the id of the webhook."""

    webhook: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event. `means` says when it happens."""

    name: str
    means: str
    data: type[Data]
    example: Mapping[str, object]


_CHAT = {"chat": "0198c0de-71a0-7000-8000-000000000001", "team": "media"}
_CHAT_URL = "https://support.example.com/console#chat=0198c0de-71a0-7000-8000-000000000001"
_URL = "https://support.example.com/tickets/4711"
_TICKET = {
    "url": _URL,
    "ticket": 4711,
    "version": 3,
    "status": "open",
    "with": "support",
    "resolution": None,
    "team": "media",
    "product": "lumina",
    "client": "0198c0de-71a0-7000-8000-000000000002",
    "requester": "0198c0de-71a0-7000-8000-000000000003",
    "assignee": "0198c0de-71a0-7000-8000-000000000004",
    "priority": "normal",
    "channel": "chat",
    "chat": _CHAT["chat"],
    "created_at": "2026-11-24T14:30:00.000Z",
    "updated_at": "2026-11-24T15:00:00.000Z",
    "solved_at": None,
    "closed_at": None,
}
_SOLVED = {
    **_TICKET,
    "status": "solved",
    "with": None,
    "resolution": "support_question",
    "solved_at": "2026-11-24T15:00:00.000Z",
}
_AGENT = "0198c0de-71a0-7000-8000-000000000004"
HANDED_OVER = "enhancement.handed_over"
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "chat.started",
            "A customer starts a chat.",
            ChatStarted,
            {"url": _CHAT_URL, **_CHAT, "product": "lumina"},
        ),
        Kind(
            "chat.assigned",
            "An agent gets a chat: at first, by transfer, by reassignment or by taking over.",
            ChatAssigned,
            {"url": _CHAT_URL, **_CHAT, "agent": _AGENT, "by": "accept"},
        ),
        Kind(
            "chat.closed",
            "A chat ends, for whatever reason, and is a ticket now.",
            ChatClosed,
            {"url": _URL, **_CHAT, "agent": _AGENT, "reason": "closed", "ticket": 4711},
        ),
        Kind("chat.rated", "The customer rates a chat.", ChatRated, {"url": _CHAT_URL, **_CHAT, "score": 5}),
        Kind("ticket.created", "A ticket is created, by a chat or in another way.", TicketState, _TICKET),
        Kind(
            "ticket.updated",
            "A property of a ticket changes, such as its status or assignee.",
            TicketUpdated,
            {**_TICKET, "changed": ["assignee"]},
        ),
        Kind(
            "ticket.replied",
            "A public reply is added to a ticket. Notes are no replies.",
            TicketReplied,
            {"url": _URL, "ticket": 4711, "seq": 2, "by": "customer", "author": _TICKET["requester"]},
        ),
        Kind(
            "ticket.solved", "The status of a ticket becomes Solved, or it is created as Solved.", TicketState, _SOLVED
        ),
        Kind("ticket.reopened", "A solved ticket gets another status.", TicketState, {**_TICKET, "version": 5}),
        Kind(
            "ticket.closed",
            "A solved ticket is closed for good, and cannot be reopened.",
            TicketState,
            {**_SOLVED, "version": 6, "closed_at": "2026-12-08T15:00:00.000Z"},
        ),
        Kind(
            HANDED_OVER,
            "A ticket is solved as an enhancement, and handed over to the account team.",
            HandedOver,
            {
                "url": _URL,
                "handover": 12,
                "ticket": 4711,
                "team": "media",
                "client": _TICKET["client"],
                "product": "lumina",
                "status": "solved",
                "resolution": "enhancement_required",
                "solved_at": "2026-11-24T15:00:00.000Z",
            },
        ),
        Kind(
            "article.published",
            "An article of the help center is published, or a new version of it.",
            ArticlePublished,
            {
                "url": "https://support.example.com/articles/17",
                "article": 17,
                "locale": "en",
                "version": 2,
                "visibility": "public",
                "product": "lumina",
            },
        ),
        Kind(
            "incident.updated",
            "An incident is opened, or gets an update.",
            IncidentUpdated,
            {"url": "https://support.example.com/status", "incident": 3, "state": "identified", "components": [1, 4]},
        ),
    )
}
NAMES = tuple(KINDS)
