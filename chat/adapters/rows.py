"""Converts events to rows and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chat.events import Logged
from chat.numbering import Append, Head, Outcome
from clock import rfc3339


def event_of(row: Sequence[Any]) -> Logged:
    """The event of a row `(chat, seq, public_prev, staff_only, at, body, person, command, answer)`."""
    chat, seq, public_prev, staff_only, at, *rest = row
    return Logged(chat, seq, public_prev, bool(staff_only), rfc3339(at), *rest)


def rows_of(
    appends: Sequence[Append], outcomes: Sequence[Outcome], heads: Mapping[str, Head], ids: Iterator[int]
) -> list[tuple[object, ...]]:
    """One row `(id, previous, chat, seq, public_prev, staff_only, at, body, person, command)` for each stored event.

    Each `id` is taken from `ids`. `previous` is the id of the previous event in the same chat. Updates `last_event` of
    the heads.
    """
    rows: list[tuple[object, ...]] = []
    for append, event in zip(appends, outcomes, strict=True):
        if type(event) is Logged:
            head = heads[event.chat]
            id_ = next(ids)
            rows.append(
                (id_, head.last_event, event.chat, event.seq, event.public_prev, event.staff_only, append.moment,
                 event.body, event.person, event.command)
            )  # fmt: skip
            head.last_event = id_
    return rows


def moves_of(heads: Mapping[str, Head], moved: Iterable[str]) -> list[tuple[object, ...]]:
    """One row with the new values for each changed chat.

    The columns are `(chat, last_seq, last_public_seq, last_at, reply_owed_since, first_reply_at, silent_due_at,
    agent_reply_at, last_event, size)`. The rows are in the order of chat ids, because all code locks chats in this
    order.
    """
    return [
        (head.chat, head.last_seq, head.last_public_seq, head.last_at,
         head.reply_owed_since, head.first_reply_at, head.silent_due_at, head.agent_reply_at,
         head.last_event, head.size)
        for head in map(heads.__getitem__, sorted(moved))
    ]  # fmt: skip
