"""JSON Schema for those constraints of ticket bodies that the Python types do not express. `ticketing` checks these
constraints when it gets a body."""

from __future__ import annotations

from server.edge.api.queries import TEXT_PATTERN
from server.edge.api.schemas import Schema
from ticketing.codes import CODES, STATUSES, WITH
from ticketing.ticket import PARTICIPANTS_MAX, PRIORITIES, SUBJECT_MAX, TEXT_MAX
from ticketing.triage import TAGS_MAX

_STORABLE: Schema = {"pattern": TEXT_PATTERN}
_TEXT: Schema = {**_STORABLE, "maxLength": TEXT_MAX}
_LINE: Schema = {**_STORABLE, "maxLength": SUBJECT_MAX}
_OUTCOME: dict[str, Schema] = {
    "status": {"enum": [*STATUSES]},
    "resolution": {"enum": [*CODES, None]},
    "with": {"enum": [*WITH, None]},
    "workaround": _TEXT,
    "finding": _TEXT,
}
_TAGS: Schema = {"maxItems": TAGS_MAX, "items": _STORABLE}
NEW_TICKET: dict[str, Schema] = {
    **_OUTCOME,
    "priority": {"enum": [*PRIORITIES, None]},
    "tags": _TAGS,
    "status": {"enum": [*STATUSES, None]},
    "text": _TEXT,
    "subject": _LINE,
    "external_ref": _LINE,
    "participants": {"maxItems": PARTICIPANTS_MAX},
}
CHANGE: dict[str, Schema] = {
    **_OUTCOME,
    "priority": {"enum": [*PRIORITIES, None]},
    "snoozed_until": {"format": "date-time"},
    # A ticket always has a team.
    "team": {"type": "string"},
    "subject": _LINE,
    "external_ref": _LINE,
    "participants": {"maxItems": PARTICIPANTS_MAX},
    "note": _TEXT,
}
REPLY: dict[str, Schema] = {**_OUTCOME, "priority": {"enum": [*PRIORITIES, None]}, "text": _TEXT}
