"""Reads the logs of closed chats. The only module of reports that reads the tables of `chat`."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlmodel import col

from chat.adapters.chat_steps import ChatStep, chat_steps
from chat.adapters.tables import ChatRow
from reports.sources import ChatLog, Turn
from storage.ports import Tx

_CHATS = select(col(ChatRow.id), col(ChatRow.product), col(ChatRow.closed_reason), col(ChatRow.told_wait_s)).where(
    col(ChatRow.ticket).in_(bindparam("tickets", expanding=True))
)


class _Staff(Struct):
    id: str


class _Event(Struct):
    """The fields of a chat's events that reports need."""

    type: str
    team: str | None = None
    to_team: str | None = None
    staff: _Staff | None = None


_event = msgspec.json.Decoder(_Event)


def logs_of(tx: Tx, tickets: Collection[int]) -> dict[int, list[ChatLog]]:
    """The closed chats of these tickets, oldest first."""
    connection = tx.session.connection()
    rows = {row.id: row for row in connection.execute(_CHATS, {"tickets": sorted(tickets)})}
    found: dict[int, list[ChatLog]] = {}
    for (ticket, chat), steps in groupby(chat_steps(tx, tickets), key=lambda step: (step.ticket, step.chat)):
        turns = tuple(turn for step in steps if (turn := _turn(step)) is not None)
        row = rows[chat]
        log = ChatLog(chat, row.product or "", row.closed_reason or "", row.told_wait_s, turns)
        found.setdefault(ticket, []).append(log)
    return found


def _turn(step: ChatStep) -> Turn | None:
    if step.writer is not None:
        return Turn(step.at, "customer" if step.writer == "customer" else "staff")
    if step.body is None:
        return None
    event = _event.decode(step.body)
    match event.type:
        case "chat.started" | "chat.queued":
            return Turn(step.at, "queued", event.team)
        case "chat.transferred":
            return Turn(step.at, "left", event.to_team)
        case "chat.assigned":
            return Turn(step.at, "assigned", None, event.staff.id if event.staff is not None else None)
        case "chat.left":
            return Turn(step.at, "left")
        case "chat.closed":
            return Turn(step.at, "closed")
    return None
