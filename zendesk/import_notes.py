"""Writes the note for staff with what an imported ticket had at Zendesk and has no place here. Pure."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Struct, field

from texts.visible import as_line
from ticketing.ticket import SUBJECT_MAX, TEXT_MAX
from zendesk.exported import ExportedTicket, Id

_INCIDENT = "At Zendesk, this ticket was an incident of the problem #{}."
_FOLLOW_UP = "At Zendesk, this ticket was a follow-up of #{}."
_DUE = "At Zendesk, this ticket was a task that was due at {}."
_SUBJECT = "The whole subject at Zendesk: {}"
_COMMENT = "The customer's comment on the rating: {}"
_REASON = "The reason for the rating: {}"
_LONG = "subjects: some are too long: cut, and whole in a note"


class _From(Struct):
    ticket_id: Id | None = None


class _Source(Struct, rename={"from_": "from"}):
    rel: str | None = None
    from_: _From = field(default_factory=_From)


def note_of(ticket: ExportedTicket, fields: str, remarks: list[str]) -> str:
    """The text of the note; empty if there is nothing to say. `fields`: the values of fields without a place here."""
    subject = as_line(ticket.subject or ticket.raw_subject or "")
    whole = subject if len(subject) > SUBJECT_MAX else None
    if whole is not None:
        remarks.append(_LONG)
    rating = ticket.satisfaction_rating
    said = (
        (_INCIDENT, ticket.problem_id),
        (_FOLLOW_UP, _followed(ticket)),
        (_DUE, as_line(ticket.due_at)[:40] if ticket.due_at else None),
        (_SUBJECT, whole),
        (_COMMENT, (rating.comment or "").strip()[:TEXT_MAX] if rating is not None else None),
        (_REASON, as_line(rating.reason or "") if rating is not None else None),
    )
    lines = [sentence.format(value) for sentence, value in said if value]
    return "\n\n".join(filter(None, (*lines, fields)))


def _followed(ticket: ExportedTicket) -> int | None:
    """The number of the closed ticket that this one follows. Sources have many forms, and only one names a ticket."""
    if ticket.via is None or ticket.via.source is UNSET:
        return None
    try:
        source = msgspec.json.decode(ticket.via.source, type=_Source)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return source.from_.ticket_id if source.rel == "follow_up" else None
