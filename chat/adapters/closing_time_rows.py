"""Closing time, as stored in the columns of waiting chats. The caller changes each chat in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col, or_, select

from chat.adapters.archive import chat_of
from chat.adapters.tables import IS_WAITING, ChatRow
from chat.closing_time import NOT_ASKED, Asked, OpeningState, asked_after_absence
from storage.ports import Tx


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting chat. `asked` is its customer's choice at closing time. `kept_from` are the agents who must not get the
    chat."""

    chat: str
    team: str
    asked: Asked
    kept_from: frozenset[str]


def _waiting(row: ChatRow) -> Waiting:
    return Waiting(row.id, row.team, asked_of(row), chat_of(row).kept_from)


def waiting(tx: Tx, teams: Collection[str]) -> list[Waiting]:
    """Chats that wait for one of `teams`, and all waiting chats with a `closing_due_at`, whatever their team.

    If a chat still waits at its `closing_due_at`, it is missed.
    """
    concerned = or_(col(ChatRow.closing_due_at).is_not(None), col(ChatRow.team).in_(teams))
    rows = tx.session.exec(select(ChatRow).where(IS_WAITING, concerned))
    return [_waiting(row) for row in rows]


def asked_of(row: ChatRow) -> Asked:
    return Asked(row.closing_at, row.closing_due_at, row.stays)


def one_waiting(tx: Tx, chat: str) -> Waiting | None:
    """The chat, or None if it is not waiting. Locks the chat's row."""
    query = select(ChatRow).where(ChatRow.id == chat, IS_WAITING).with_for_update()
    row = tx.session.exec(query.execution_options(populate_existing=True)).first()
    return None if row is None else _waiting(row)


def ask(tx: Tx, chat: str, now: Asked) -> None:
    changed = {"closing_at": now.decide_by, "closing_due_at": now.due_at, "stays": now.stays}
    tx.session.exec(update(ChatRow).where(col(ChatRow.id) == chat).values(changed))


def begin_anew(tx: Tx, now: int, state_of: Callable[[str], OpeningState | None]) -> dict[str, Asked]:
    """After a restart or a clock jump, give waiting customers of closed teams the whole time for their choice again.

    Returns the new choice (`Asked`) of each chat in which it changed. `state_of(team)` returns None for a team that no
    longer exists. The chats of such a team become NOT_ASKED.
    """
    changed = {}
    for row in tx.session.exec(select(ChatRow).where(IS_WAITING)):
        team_state = state_of(row.team)
        before = asked_of(row)
        after = NOT_ASKED if team_state is None else asked_after_absence(before, team_state, now)
        if after != before:
            changed[row.id] = after
            row.closing_at, row.closing_due_at, row.stays = after.decide_by, after.due_at, after.stays
            tx.session.add(row)
    return changed
