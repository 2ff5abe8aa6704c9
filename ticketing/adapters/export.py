"""Exports all tickets that a person may see, as one long text. Tickets are read and written page by page."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Literal, get_args

import msgspec

from identity.actor import Actor
from storage.ports import Storage
from ticketing.chat_times import ChatTimes
from ticketing.custom_fields import FieldValue
from ticketing.listing import Filters
from ticketing.service import Tickets
from ticketing.spreadsheet_safety import harmless
from ticketing.views import TicketView

Format = Literal["csv", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}

COLUMNS = (
    "number", "status", "with", "external_ref", "resolution", "team", "product", "subject", "client", "requester_id",
    "requester_name", "requester_email", "requester_verified", "participants", "assignee_id", "assignee", "channel",
    "chat", "created_at", "updated_at", "waiting_since", "solved_at", "closed_at", "reopen_until", "duplicate_of",
    "duplicates", "follow_up_of", "flags", "rating", "version", "workaround", "finding", "wait_s", "first_reply_s",
    "next_reply_s", "longest_gap_s", "handling_s", "transfers", "agents", "priority", "tags", "snoozed_until",
    "custom_fields",
)  # fmt: skip
"""Columns of the CSV. Several values in one cell are separated by spaces, names by commas. Custom fields are written
like `cause=weather; gate=12`. Every cell is quoted."""


PAGE_S = 30.0
"""Time limit of one page, in seconds."""


async def exported(
    storage: Storage, tickets: Tickets, actor: Actor, filters: Filters, format: Format, now: int
) -> AsyncIterator[bytes]:
    """The export in pieces, ordered by ticket number. The first piece comes as soon as the database answers.

    Each piece is read in its own transaction, and shows its tickets as they are at that time. Each ticket appears at
    most once. May raise StorageUnavailable.
    """
    after, head = 0, _head(format)
    while True:
        page = partial(tickets.lists.export, actor=actor, filters=filters, after=after, now=now)
        views = await storage.read(page, "export", PAGE_S)
        yield head + _lines(views, format)
        if not views:
            return
        after, head = views[-1].number, b""


def _head(format: Format) -> bytes:
    return csv_row(COLUMNS) if format == "csv" else b""


def _lines(views: Sequence[TicketView], format: Format) -> bytes:
    if format == "jsonl":
        return b"".join(msgspec.json.encode(view) + b"\n" for view in views)
    return b"".join(csv_row(_cells(view)) for view in views)


def csv_row(cells: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow(cells)
    return text.getvalue().encode()


def _cells(view: TicketView) -> list[object]:
    facts = msgspec.to_builtins(view)
    asked, assignee = view.requester, view.assignee
    facts |= {
        "requester_id": asked.id,
        "requester_name": asked.name,
        "requester_email": asked.email,
        "requester_verified": asked.verified,
        "participants": " ".join(str(each["email"]) for each in facts["participants"]),
        "assignee_id": assignee.id if assignee is not None else None,
        "assignee": assignee.name if assignee is not None else None,
        "duplicates": " ".join(map(str, facts["duplicates"])),
        "flags": " ".join(facts["flags"]),
        "tags": " ".join(facts["tags"]),
        "custom_fields": "; ".join(f"{key}={_plain(value)}" for key, value in view.custom_fields.items()),
        **_times(view),
    }
    # Numbers stay numbers. Only texts can contain a formula.
    return [harmless(cell) if isinstance(cell := facts[name], str) else cell for name in COLUMNS]


def _plain(value: FieldValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, list) else str(value)


def _times(view: TicketView) -> dict[str, object]:
    """The columns of a row about the ticket's chats. Each is None if the ticket has no chat."""
    if not isinstance(view.times, ChatTimes):
        return dict.fromkeys(ChatTimes.__struct_fields__)
    return {**msgspec.structs.asdict(view.times), "agents": ", ".join(view.times.agents)}
