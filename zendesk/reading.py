"""Makes Zendesk's JSON of our tickets. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

import msgspec
from msgspec import UNSET, Raw, Struct

from mail.incoming.addressing import MAIL_AUTHOR, mail_author
from ticketing.requester import id_by_address
from ticketing.views import TicketView
from zendesk.custom_fields import NumberedFields, values_of
from zendesk.fields import CUSTOM
from zendesk.numbers import Key, comment_number, file_number, message_number
from zendesk.shapes import (
    CustomValue,
    Satisfaction,
    ShownAttachment,
    ShownComment,
    ShownTicket,
    Via,
)
from zendesk.statuses import PENDING_RCA, shown

Numbers = Mapping[Key, int]

_CHANNELS = {"form": "web", "staff": "web", "email": "email", "chat": "chat", "phone": "voice"}
_GOOD = 4
"""The lowest good rating."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the JSON of tickets refers to: the address of the desk, the ids of the companies by name, the first texts of
    tickets by number, and all custom fields."""

    base_url: str
    clients: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    fields: NumberedFields = field(default_factory=NumberedFields)


def second(at: str) -> str:
    """A time in RFC 3339, without fractions of a second."""
    return f"{at[:19]}Z"


def requester_key(ticket: TicketView) -> Key | None:
    asked = ticket.requester
    if asked.id is not None:
        return Key("user", asked.id)
    return Key("user", id_by_address(asked.email)) if asked.email is not None else None


def keys_in(tickets: Iterable[TicketView], clients: Mapping[str, str]) -> set[Key]:
    """The ids for which the JSON of these tickets needs numbers."""
    found: set[Key] = set()
    for ticket in tickets:
        found.add(Key("group", ticket.team))
        if (asked := requester_key(ticket)) is not None:
            found.add(asked)
        if ticket.assignee is not None:
            found.add(Key("user", ticket.assignee.id))
        if ticket.client in clients:
            found.add(Key("organization", clients[ticket.client or ""]))
    return found


def ticket_of(view: TicketView, numbers: Numbers, place: Place) -> ShownTicket:
    """The ticket in Zendesk's JSON. `numbers` has a number for each key of `keys_in`."""
    pending_rca = [PENDING_RCA] if view.status == PENDING_RCA else []
    values = [CustomValue(id_, getattr(view, name)) for id_, name in CUSTOM.items()]
    for number, name in place.fields.properties.items():
        ours = getattr(view, name)
        values.append(CustomValue(number, place.fields.shown(number, ours) if ours is not None else None))
    values += values_of(place.fields, view.custom_fields)
    asked = requester_key(view)
    requester = numbers[asked] if asked is not None else None
    client = place.clients.get(view.client or "")
    return ShownTicket(
        id=view.number,
        url=f"{place.base_url}/api/v2/tickets/{view.number}.json",
        external_id=view.external_ref or None,
        subject=view.subject,
        raw_subject=view.subject,
        description=place.texts.get(view.number, view.subject),
        status=shown(view.status, view.with_, closed=view.closed_at is not None),
        priority=view.priority or "normal",
        tags=sorted([*(view.tags or ()), *pending_rca]),
        requester_id=requester,
        submitter_id=requester,
        assignee_id=numbers[Key("user", view.assignee.id)] if view.assignee is not None else None,
        organization_id=numbers[Key("organization", client)] if client is not None else None,
        group_id=numbers[Key("group", view.team)],
        via=Via(_CHANNELS.get(view.channel, "api")),
        created_at=second(view.created_at),
        updated_at=second(view.updated_at),
        custom_fields=values,
        fields=values,
        satisfaction_rating=Satisfaction(_score(view.rating)),
        problem_id=view.duplicate_of,
        followup_ids=[],
        via_followup_source_id=view.follow_up_of,
    )


def _score(rating: int | None) -> Literal["good", "bad", "unoffered"]:
    if rating is None:
        return "unoffered"
    return "good" if rating >= _GOOD else "bad"


class _From(Struct):
    kind: str
    id: str | None = None


class _File(Struct):
    id: str
    name: str
    type: str
    size: int
    url: str


class _Said(Struct, rename={"from_": "from"}):
    """An event of a transcript, as far as comments show it."""

    type: str
    at: str
    seq: int
    from_: _From | None = None
    text: str | None = None
    files: list[_File] = []
    chat: str | None = None


_said = msgspec.json.Decoder(_Said)
_TEXTS = {"reply": True, "message": True, "note": False}
"""The events that are comments, and whether customers see them."""


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of a ticket, oldest first, before their authors have numbers."""

    ticket: TicketView
    said: Sequence[_Said]

    @property
    def keys(self) -> Collection[Key]:
        return {author for said in self.said if (author := self._author(said)) is not None}

    def _author(self, said: _Said) -> Key | None:
        author = said.from_
        if author is None or author.kind == "system":
            return None
        if author.kind == "customer" and (author.id is None or author.id.startswith(MAIL_AUTHOR)):
            # Without an account. Programs cannot read people in copy.
            asked = self.ticket.requester.email
            is_requester = author.id is None or (asked is not None and author.id == mail_author(asked.lower()))
            return requester_key(self.ticket) if is_requester else None
        # An import knows only the names of staff who are not here.
        return Key("user", author.id) if author.id is not None else None

    def shown(self, numbers: Numbers, base_url: str) -> list[ShownComment]:
        return [self._comment(said, numbers, base_url) for said in self.said]

    def _comment(self, said: _Said, numbers: Numbers, base_url: str) -> ShownComment:
        author = self._author(said)
        text = said.text if said.text is not None else "[removed]"
        number = (
            comment_number(self.ticket.number, said.seq) if said.chat is None else message_number(said.chat, said.seq)
        )
        return ShownComment(
            id=number,
            author_id=numbers[author] if author is not None else None,
            body=text,
            html_body=f'<div class="zd-comment">{escape(text).replace(chr(10), "<br>")}</div>',
            plain_body=text,
            public=_TEXTS[said.type],
            attachments=[attachment(file.id, file.name, file.type, file.size, base_url) for file in said.files],
            via=Via("chat" if said.chat is not None else "web"),
            created_at=second(said.at),
        )


def comments_of(view: TicketView) -> Comments:
    """The comments of a whole ticket."""
    events: Sequence[Raw] = view.transcript if view.transcript is not UNSET else ()
    found = [_said.decode(event) for event in events]
    return Comments(view, sorted((one for one in found if one.type in _TEXTS), key=lambda one: one.at))


def attachment(id_: str, name: str, type_: str, size: int, base_url: str) -> ShownAttachment:
    return ShownAttachment(file_number(id_), name, f"{base_url}/api/files/{id_}", type_, size)
