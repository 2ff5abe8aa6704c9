"""The kinds of data whose retention an admin sets. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

TicketKind = Literal["conversations", "files"]
"""Kinds that end with a ticket. `conversations`: texts, names and addresses of tickets and their chats. `files`: the
files in them."""
RecordKind = Literal["mails", "browsers", "networks", "reviews", "feedback", "training"]
"""Kinds that end by themselves: see `old_records.RECORDS`."""
Kind = Literal[TicketKind, RecordKind]
TICKET_KINDS: Final[Sequence[TicketKind]] = get_args(TicketKind)
RECORD_KINDS: Final[Sequence[RecordKind]] = get_args(RecordKind)
KINDS: Final[Sequence[Kind]] = (*TICKET_KINDS, *RECORD_KINDS)
Days = Mapping[Kind, int | None]
"""The days for which each kind is kept. Those of a ticket count from its final close, others from the last use of a
record. None: for ever."""
DAYS_MIN, DAYS_MAX = 30, 3_650


@dataclass(frozen=True, slots=True)
class Kept:
    """`version` is 0 before the first change."""

    days: Days
    version: int
